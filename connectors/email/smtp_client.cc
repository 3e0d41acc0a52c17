#include "connectors/email/smtp_client.h"

#include <algorithm>

#include "connectors/email/address.h"
#include "connectors/email/smtp_session.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

using model::RecipientState;

// One mail's way through a session. `receipt_` has an outcome for every recipient from the start.
class Transaction {
 public:
  Transaction(SmtpSession& session, const channel::Outbound& mail, std::chrono::milliseconds final_reply)
      : session_(session), mail_(mail), final_reply_(final_reply) {
    for (const auto& recipient : mail.recipients)
      receipt_.recipients.push_back({recipient, RecipientState::pending, 0, {}});
  }

  Result<channel::Receipt> run() {
    TRY(const std::string data, dot_stuffed(mail_.payload));
    TRY(const bool fits, envelope_fits(data.size()));
    if (!fits) return receipt_;
    TRY(const bool from, say_mail_from(data.size()));
    if (!from) return receipt_;
    TRY(const bool any, say_rcpt_to());
    if (!any) return receipt_;
    TRY(const bool go, say_data());
    if (!go) return receipt_;
    return send_text(data);
  }

 private:
  static RecipientState state_of(const Reply& reply) {
    return reply.ok() ? RecipientState::accepted : reply.refused() ? RecipientState::refused : RecipientState::deferred;
  }

  // For all recipients that stand at `from`.
  void settle(RecipientState from, RecipientState to, int code, const std::string& text) {
    for (auto& r : receipt_.recipients) {
      if (r.state == from) r = {r.recipient, to, code, text};
    }
  }
  void settle(RecipientState from, const Reply& reply) { settle(from, state_of(reply), reply.code, reply.text()); }

  // What can be known before anything is said. False: everybody has an outcome already.
  Result<bool> envelope_fits(std::size_t bytes) {
    const Offers& offers = session_.offers();
    bool wide = false;
    auto sender = wire_address(mail_.sender, wide);
    if (!sender) return std::move(sender).error().within("the sender's address");
    sender_ = *std::move(sender);
    if (offers.size() > 0 && bytes > offers.size()) {
      settle(
          RecipientState::pending, RecipientState::refused, 552,
          "the mail has " + std::to_string(bytes) + " bytes; the mail server takes " + std::to_string(offers.size()));
      return false;
    }
    const bool eight_bit = std::any_of(mail_.payload.begin(), mail_.payload.end(),
                                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (eight_bit && !offers.has("8BITMIME")) {
      settle(RecipientState::pending, RecipientState::refused, 554, "the mail server takes no 8-bit mail (8BITMIME)");
      return false;
    }
    eight_bit_ = eight_bit;
    if (wide && !offers.has("SMTPUTF8")) {
      settle(RecipientState::pending, RecipientState::refused, 553,
             "the mail server takes no sender address with letters beyond a-z (SMTPUTF8)");
      return false;
    }
    smtputf8_ = wide;
    for (auto& r : receipt_.recipients) {
      bool wide_recipient = false;
      auto address = wire_address(r.recipient, wide_recipient);
      if (!address) {
        r = {r.recipient, RecipientState::refused, 553, address.error().what};
      } else if (wide_recipient && !offers.has("SMTPUTF8")) {
        r = {r.recipient, RecipientState::refused, 553,
             "the mail server takes no address with letters beyond a-z (SMTPUTF8)"};
      } else {
        smtputf8_ = smtputf8_ || wide_recipient;
      }
      addresses_.push_back(address ? *std::move(address) : std::string());
    }
    return has(RecipientState::pending);
  }

  bool has(RecipientState state) const {
    return std::any_of(receipt_.recipients.begin(), receipt_.recipients.end(),
                       [&](const auto& r) { return r.state == state; });
  }

  Result<bool> say_mail_from(std::size_t bytes) {
    std::string line = "MAIL FROM:<" + sender_ + ">";
    if (session_.offers().has("SIZE")) line += " SIZE=" + std::to_string(bytes);
    if (eight_bit_) line += " BODY=8BITMIME";
    if (smtputf8_) line += " SMTPUTF8";
    TRY(const Reply reply, session_.command(line));
    if (reply.code == 530) return fail(Kind::unauthorized, "the server wants a login: " + reply.text());
    if (reply.ok()) return true;
    settle(RecipientState::pending, reply);
    return false;
  }

  Result<bool> say_rcpt_to() {
    for (std::size_t i = 0; i < receipt_.recipients.size(); ++i) {
      auto& r = receipt_.recipients[i];
      if (r.state != RecipientState::pending) continue;
      TRY(const Reply reply, session_.command("RCPT TO:<" + addresses_[i] + ">"));
      r = {r.recipient, state_of(reply), reply.code, reply.text()};
      if (reply.code == 421) {  // the server leaves: whom it had taken, it takes no more
        settle(RecipientState::accepted, reply);
        settle(RecipientState::pending, reply);
        return false;
      }
    }
    return has(RecipientState::accepted);
  }

  Result<bool> say_data() {
    TRY(const Reply reply, session_.command("DATA"));
    if (reply.code == 354) return true;
    if (reply.ok() || reply.code / 100 == 3) return fail(Kind::corrupt, "the server answers DATA with " + reply.text());
    settle(RecipientState::accepted, reply);
    return false;
  }

  Result<channel::Receipt> send_text(const std::string& data) {
    const auto written = session_.write(data, session_.patience());
    // A server that already said no, or is gone, is heard before the dot rather than doubted after it.
    auto early = session_.unasked();
    if (!written && !(early && *early)) return written.error();
    if (!early) return std::move(early).error();
    if (*early) {
      if ((*early)->ok()) return fail(Kind::corrupt, "the server accepted the mail before its end");
      settle(RecipientState::accepted, **early);
      return receipt_;
    }
    // With the intent it is committed who won't be served, so that a crash after it leaves only the others in doubt.
    for (const auto& r : receipt_.recipients) {
      if (mail_.heard && r.state != RecipientState::accepted) mail_.heard(r);
    }
    if (mail_.point_of_no_return) TRY_DO(mail_.point_of_no_return());
    const std::uint64_t sent_before = session_.stream().bytes_sent();
    const net::Patience patience{final_reply_, net::Deadline::in(final_reply_)};
    if (auto dot = session_.write(".\r\n", patience); !dot) {
      // Not one byte of the dot reached the kernel, so the server can't have acted.
      if (session_.stream().bytes_sent() == sent_before) return std::move(dot).error();
      return in_doubt(dot.error());
    }
    auto reply = session_.reply(patience);
    if (!reply) return in_doubt(reply.error());
    if (reply->code / 100 == 3)
      return in_doubt(fail(Kind::corrupt, "the server answers the final dot with " + reply->text()));
    settle(RecipientState::accepted, *reply);
    if (reply->ok()) receipt_.external_id = queue_id(*reply);
    return receipt_;
  }

  channel::Receipt in_doubt(const Error& error) {
    settle(RecipientState::accepted, RecipientState::in_doubt, 0, "after the end of the mail: " + error.what);
    return receipt_;
  }

  // "2.0.0 Ok: queued as 4bXyZ": the name that the server's log knows the mail by.
  static std::string queue_id(const Reply& reply) {
    const std::string text = reply.text();
    const std::size_t at = text::find_ignoring_case(text, "queued as ");
    if (at == std::string::npos) return {};
    const std::string_view id = std::string_view(text).substr(at + 10);
    return std::string(id.substr(0, id.find_first_of(" \t,;.)")));
  }

  SmtpSession& session_;
  const channel::Outbound& mail_;
  const std::chrono::milliseconds final_reply_;
  channel::Receipt receipt_;
  std::string sender_;
  std::vector<std::string> addresses_;
  bool eight_bit_ = false, smtputf8_ = false;
};

}  // namespace

Result<channel::Receipt> submit(const Server& server, const channel::Outbound& mail,
                                std::chrono::milliseconds final_reply, const net::Interrupt* interrupt) {
  if (mail.recipients.empty()) return fail(Kind::invalid, "the mail has no recipient");
  TRY(SmtpSession session, SmtpSession::open(server, interrupt));
  auto receipt = Transaction(session, mail, final_reply).run();
  if (!receipt) {
    Error error = std::move(receipt).error().within("SMTP " + server.endpoint.host);
    if (error.kind == Kind::corrupt) error.kind = Kind::unavailable;  // the server's fault, not the mail's: try again
    return error;
  }
  session.quit();
  return receipt;
}

Result<std::vector<std::string>> try_submission(const Server& server, const net::Interrupt* interrupt) {
  TRY(SmtpSession session, SmtpSession::open(server, interrupt));
  std::vector<std::string> facts;
  std::string line = "SMTP " + server.endpoint.host + ": logged in";
  if (const auto tls = session.stream().tls_facts()) line += " over " + tls->version;
  facts.push_back(line);
  if (session.offers().size() > 0) {
    facts.push_back("SMTP takes mails up to " + std::to_string(session.offers().size() >> 20) + " MB");
  }
  session.quit();
  return facts;
}

}  // namespace amends::connectors::email
