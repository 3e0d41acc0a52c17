#include "connectors/email/smtp_session.h"

#include "connectors/email/sasl.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::uint64_t kReplyBudget = 1 << 20;

// A reply that ends the attempt before anybody was served.
Error refusal(const Reply& reply, std::string_view doing) {
  return fail(reply.refused() ? Kind::rejected : Kind::unavailable,
              "the server refuses " + std::string(doing) + ": " + reply.text());
}

}  // namespace

Result<SmtpSession> SmtpSession::open(const Server& server, const net::Interrupt* interrupt) {
  const auto where = [&] { return "SMTP " + server.endpoint.host; };
  auto stream = connect(server, interrupt);
  if (!stream) return std::move(stream).error().within(where());
  SmtpSession session(server, std::move(*stream));
  if (auto begun = session.begin(); !begun) return std::move(begun).error().within(where());
  return session;
}

Result<Reply> SmtpSession::reply(const net::Patience& patience) {
  stream_.set_budget(kReplyBudget);
  for (;;) {
    std::size_t used = 0;
    auto complete = reader_.feed(stream_.buffered(), used);
    stream_.eat(used);
    TRY(const bool whole, std::move(complete));
    if (whole) return reader_.take();
    TRY_DO(stream_.fill(patience));
  }
}

Result<Reply> SmtpSession::command(std::string_view line) {
  // Nothing is asked before the last answer is in, so whatever lies here was said out of turn; taking it for the answer
  // to this command would shift every answer after it. A farewell is the one thing a server may say unasked.
  if (!stream_.buffered().empty()) {
    TRY(Reply stray, reply(patience()));
    if (stray.code == 421) return stray;
    return fail(Kind::unavailable, "the server speaks out of turn: " + stray.text());
  }
  std::string bytes(line);
  TRY_DO(stream_.write(bytes += "\r\n", patience()));
  return reply(patience());
}

Result<std::optional<Reply>> SmtpSession::unasked() {
  if (stream_.buffered().empty()) {
    TRY(const bool any, stream_.fill_ready());
    if (!any) return std::optional<Reply>();
  }
  TRY(Reply early, reply(patience()));
  return std::optional<Reply>(std::move(early));
}

Result<Done> SmtpSession::begin() {
  TRY(const Reply greeting, reply(patience()));
  // A server that turns us away with 5xx (554 "no service") may take us later: it knows no mail of ours yet.
  if (!greeting.ok()) return fail(Kind::unavailable, "the server doesn't take us: " + greeting.text());
  TRY_DO(hello());
  if (server_->security == Security::starttls) {
    if (!offers_.has("STARTTLS")) {
      return fail(Kind::unavailable, "the server doesn't offer STARTTLS",
                  "set smtp_security to tls and smtp_port to 465; a server that used to offer it may be tampered with");
    }
    TRY(const Reply go, command("STARTTLS"));
    if (go.code != 220) return fail(Kind::unavailable, "the server refuses STARTTLS: " + go.text());
    TRY_DO(stream_.start_tls(*server_->tls, server_->endpoint.host, net::Deadline::in(server_->silence)));
    offers_ = {};  // what was said in plain text counts for nothing
    TRY_DO(hello());
  }
  return log_in();
}

Result<Done> SmtpSession::hello() {
  // An address literal says nothing about this machine's name, and every server takes it from a client that logs in.
  TRY(const Reply reply, command("EHLO [127.0.0.1]"));
  if (!reply.ok()) return fail(Kind::unavailable, "the server refuses EHLO: " + reply.text());
  offers_ = Offers(reply);
  return Done{};
}

Result<Reply> SmtpSession::authenticate(std::string_view mechanism, const std::vector<std::string>& answers) {
  const bool initial = mechanism != "LOGIN";
  std::size_t next = 0;
  std::string line = "AUTH " + std::string(mechanism);
  if (initial) line += " " + text::to_base64(answers[next++]);
  TRY(Reply got, command(line));
  // After the last answer a further 334 carries an error (XOAUTH2), which an empty answer ends.
  for (int rounds = 0; got.code == 334 && rounds < 8; ++rounds) {
    const std::string answer = next < answers.size() ? text::to_base64(answers[next++]) : std::string();
    TRY(got, command(answer));
  }
  return got;
}

Result<Done> SmtpSession::log_in() {
  const Credentials& who = server_->credentials;
  TRY(const Secret secret, who.secret());
  const auto attempt = [&]() -> Result<Reply> {
    if (who.oauth) {
      if (!offers_.has_auth("XOAUTH2")) return fail(Kind::unsupported, "the server doesn't offer XOAUTH2");
      return authenticate("XOAUTH2", {sasl_xoauth2(who.username, secret)});
    }
    if (offers_.has_auth("PLAIN")) return authenticate("PLAIN", {sasl_plain(who.username, secret)});
    if (offers_.has_auth("LOGIN")) return authenticate("LOGIN", {who.username, std::string(secret.reveal())});
    return fail(Kind::unsupported, "the server offers no login that we know",
                "submission is on port 587 or 465; port 25 is for mail between servers");
  };
  TRY(const Reply reply, attempt());
  if (reply.ok()) return Done{};
  if (reply.later() && reply.code != 432) return refusal(reply, "the login");
  return fail(Kind::unauthorized, "the server refuses the login: " + reply.text(),
              who.oauth
                  ? "the access token was refused: get a new one, and check that SMTP is among its scopes"
                  : "check smtp_username and smtp_password; some providers want an app password or have to be told "
                    "to allow SMTP for this mailbox");
}

// A courtesy: whatever comes back, the mail's fate is known.
void SmtpSession::quit() {
  const net::Patience brief{std::chrono::seconds(2), net::Deadline::in(std::chrono::seconds(2))};
  [[maybe_unused]] const auto written = stream_.write("QUIT\r\n", brief);
}

}  // namespace amends::connectors::email
