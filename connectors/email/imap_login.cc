// Logging in: SASL PLAIN, LOGIN and XOAUTH2, with an initial response where the server takes one (RFC 4959), and the
// LOGIN command for servers without SASL.
#include "connectors/email/imap_connection.h"
#include "connectors/email/sasl.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

Error refused_login(Error error, std::string_view code, const Server& server) {
  const bool later = code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT" || code == "SERVERBUG";
  if (error.kind == Kind::rejected || error.kind == Kind::unauthorized || error.kind == Kind::not_found) {
    error.kind = later ? Kind::unavailable : Kind::unauthorized;
  }
  if (error.kind == Kind::unauthorized) {
    error.hint =
        server.credentials.oauth
            ? "the access token was refused: get a new one, and check that IMAP is among its scopes"
            : "check user name and password; Gmail, Yahoo and iCloud want an app password, Microsoft 365 wants "
              "auth = xoauth2";
  }
  return error;
}

}  // namespace

Result<Done> ImapConnection::sasl(std::string_view mechanism, const std::vector<std::string>& answers) {
  if (broken_) return fail(Kind::unavailable, "the connection was lost before");
  const net::Patience patience = server_.patience();
  const std::string tag = next_tag();
  const bool initial = offers("SASL-IR") && mechanism != "LOGIN";
  std::size_t next = initial ? 1 : 0;
  std::string line = tag + " AUTHENTICATE " + std::string(mechanism);
  if (initial) line += " " + text::to_base64(answers.front());
  const auto write = [&](const std::string& bytes) -> Result<Done> {
    Secret secret(bytes + "\r\n");
    auto written = stream_.write(secret.reveal(), patience);
    if (!written) broken_ = true;
    return written;
  };
  TRY_DO(write(line));
  std::string challenge;
  for (;;) {
    TRY(Response response, read(patience));
    if (response.type == Response::Type::continuation) {
      if (next < answers.size()) {
        TRY_DO(write(text::to_base64(answers[next++])));
      } else {
        // XOAUTH2 tells its error as one more challenge and refuses after an empty answer.
        TRY_DO(write(""));
      }
      continue;
    }
    if (response.type == Response::Type::tagged && response.tag == tag) {
      TRY_DO(settled(response, "the login"));
      return Done{};
    }
    if (response.name == "BYE") {
      broken_ = true;
      return fail(Kind::unavailable, "the server says goodbye: " + response.text);
    }
  }
}

Result<Done> ImapConnection::log_in() {
  const Credentials& who = server_.credentials;
  TRY(const Secret secret, who.secret());
  const auto attempt = [&]() -> Result<Done> {
    if (who.oauth) {
      if (!offers("AUTH=XOAUTH2")) {
        return fail(Kind::unsupported, "the server doesn't offer XOAUTH2", "set auth to password, or check imap_host");
      }
      return sasl("XOAUTH2", {sasl_xoauth2(who.username, secret)});
    }
    if (offers("AUTH=PLAIN")) return sasl("PLAIN", {sasl_plain(who.username, secret)});
    if (offers("AUTH=LOGIN")) return sasl("LOGIN", {who.username, std::string(secret.reveal())});
    if (offers("LOGINDISABLED")) {
      return fail(Kind::unsupported, "the server takes no password on this connection",
                  "it may want encryption (imap_security) or auth = xoauth2");
    }
    TRY_DO(run(Command("LOGIN ").string(who.username).add(" ").string(secret.reveal())));
    return Done{};
  };
  auto done = attempt();
  if (!done) return refused_login(std::move(done).error(), last_code_, server_);
  authenticated_ = true;
  return Done{};
}

}  // namespace amends::connectors::email
