#include "connectors/email/imap_connection.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::uint64_t kCommandBudget = 16u << 20;  // beside the lines and literals a command asked for

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

// What a NO means for the caller (RFC 5530).
Kind kind_of_refusal(std::string_view code) {
  static constexpr std::string_view kLater[] = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"};
  static constexpr std::string_view kLogin[] = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED",
                                                "PRIVACYREQUIRED",      "CONTACTADMIN",        "WEBALERT"};
  if (std::find(std::begin(kLater), std::end(kLater), code) != std::end(kLater)) return Kind::unavailable;
  if (std::find(std::begin(kLogin), std::end(kLogin), code) != std::end(kLogin)) return Kind::unauthorized;
  return code == "NONEXISTENT" || code == "TRYCREATE" ? Kind::not_found : Kind::rejected;
}

}  // namespace

Command& Command::string(std::string_view text) {
  if (const auto plain = quoted(text)) return add(*plain);
  owned_.push_back(std::make_unique<std::string>(text));
  return literal(*owned_.back());
}

Command& Command::literal(std::string_view bytes) {
  literals_.push_back(bytes);
  pieces_.emplace_back();
  return *this;
}

Result<std::unique_ptr<ImapConnection>> ImapConnection::open(const Server& server, const net::Interrupt* interrupt) {
  const auto where = [&] { return "IMAP " + server.endpoint.host; };
  auto stream = connect(server, interrupt);
  if (!stream) return std::move(stream).error().within(where());
  std::unique_ptr<ImapConnection> connection(new ImapConnection(server, std::move(*stream)));
  if (auto begun = connection->begin(); !begun) return std::move(begun).error().within(where());
  return connection;
}

Result<Done> ImapConnection::begin() {
  stream_.set_budget(kCommandBudget);
  TRY(const Response greeting, read(server_.patience()));
  if (greeting.type != Response::Type::untagged || greeting.name == "BYE" ||
      (greeting.name != "OK" && greeting.name != "PREAUTH")) {
    return fail(Kind::unavailable, "the server doesn't take us: " + greeting.text);
  }
  if (server_.security == Security::starttls) {
    // Logged in without encryption and without a password: STARTTLS isn't possible any more (RFC 9051 section 7.1.4).
    if (greeting.name == "PREAUTH") {
      return fail(Kind::unavailable, "the server, or somebody in between, skips the login before encryption");
    }
    if (!offers("STARTTLS")) TRY_DO(learn_capabilities());
    if (!offers("STARTTLS")) {
      return fail(Kind::unavailable, "the server doesn't offer STARTTLS",
                  "set imap_security to tls and imap_port to 993; a server that used to offer it may be tampered with");
    }
    TRY_DO(run("STARTTLS"));
    if (auto secured = stream_.start_tls(*server_.tls, server_.endpoint.host, net::Deadline::in(server_.silence));
        !secured) {
      broken_ = true;
      return std::move(secured).error();
    }
    capabilities_.clear();  // what was said in plain text counts for nothing
  }
  authenticated_ = greeting.name == "PREAUTH";
  if (!authenticated_) {
    if (capabilities_.empty()) TRY_DO(learn_capabilities());
    capabilities_are_fresh_ = false;
    TRY_DO(log_in());
  }
  if (!capabilities_are_fresh_) TRY_DO(learn_capabilities());
  return enable();
}

Result<Done> ImapConnection::learn_capabilities() {
  TRY_DO(run("CAPABILITY"));
  return Done{};
}

Result<Done> ImapConnection::enable() {
  if (!offers("ENABLE") || !offers("QRESYNC")) return Done{};
  auto enabled = run("ENABLE QRESYNC");
  if (!enabled && broken_) return std::move(enabled).error();
  qresync_ = enabled.has_value();
  return Done{};
}

bool ImapConnection::offers(std::string_view capability) const { return capabilities_.count(upper(capability)) > 0; }

void ImapConnection::take_capabilities(std::string_view words) {
  capabilities_.clear();
  capabilities_are_fresh_ = true;
  for (const auto word : text::split(words, ' ')) {
    if (!word.empty()) capabilities_.insert(upper(word));
  }
}

void ImapConnection::notice(Response& response) {
  if (response.code == "CAPABILITY") take_capabilities(response.code_args);
  Value argument{Value::Kind::atom, response.code_args, {}};
  if (response.code == "UIDVALIDITY") {
    const auto now = argument.number().value_or(0);
    if (folder.uid_validity != 0 && now != folder.uid_validity) uid_validity_changed = true;
    folder.uid_validity = now;
  }
  if (response.code == "UIDNEXT") folder.uid_next = argument.number().value_or(0);
  if (response.code == "HIGHESTMODSEQ") folder.highest_modseq = argument.number().value_or(0);
  if (response.type != Response::Type::untagged) return;
  if (response.name == "CAPABILITY") {
    std::string words;
    for (const auto& value : response.values) words += value.text + ' ';
    take_capabilities(words);
  } else if (response.name == "EXISTS") {
    folder.exists = response.number;
  } else if (response.name == "EXPUNGE") {
    if (folder.exists > 0) --folder.exists;
  } else if (response.name == "VANISHED" && !response.values.empty()) {
    // "VANISHED (EARLIER) set" tells of the time before; the set alone is of this moment (RFC 7162 section 3.2.10).
    for (const auto range : text::split(response.values.back().text, ',')) {
      const auto ends = text::split(range, ':');
      Value first{Value::Kind::atom, std::string(ends.front()), {}};
      Value last{Value::Kind::atom, std::string(ends.back()), {}};
      const std::uint64_t from = std::min(first.number().value_or(0), last.number().value_or(0));
      const std::uint64_t to = std::max(first.number().value_or(0), last.number().value_or(0));
      if (from == 0 || to > UINT32_MAX) continue;
      for (std::uint64_t uid = from; uid <= to && uid - from < 10'000 && vanished.size() < 100'000; ++uid) {
        vanished.push_back(static_cast<std::uint32_t>(uid));
      }
    }
  }
}

Result<Response> ImapConnection::read(const net::Patience& patience) {
  for (;;) {
    std::size_t used = 0;
    auto complete = reader_.feed(stream_.buffered(), used);
    stream_.eat(used);
    if (!complete) {
      broken_ = true;
      return std::move(complete).error();
    }
    if (*complete) break;
    if (auto filled = stream_.fill(patience); !filled) {
      broken_ = true;
      return std::move(filled).error();
    }
  }
  auto response = reader_.take();
  if (!response) {
    broken_ = true;
    return response;
  }
  notice(*response);
  return response;
}

Result<Done> ImapConnection::write_command(const std::string& tag, const Command& command, const Untagged& untagged,
                                           const net::Patience& patience, std::optional<Response>& early) {
  const auto write = [&](std::string_view bytes) -> Result<Done> {
    auto written = stream_.write(bytes, patience);
    if (!written) broken_ = true;
    return written;
  };
  std::string text = tag + " ";
  for (std::size_t i = 0; i < command.literals_.size(); ++i) {
    const std::string_view literal = command.literals_[i];
    const bool unasked = offers("LITERAL+") || (offers("LITERAL-") && literal.size() <= 4096);
    text += command.pieces_[i] + "{" + std::to_string(literal.size()) + (unasked ? "+}\r\n" : "}\r\n");
    TRY_DO(write(text));
    text.clear();
    while (!unasked) {
      TRY(Response response, read(patience));
      if (response.type == Response::Type::continuation) break;
      if (response.type == Response::Type::tagged && response.tag == tag) {
        early = std::move(response);
        return Done{};
      }
      if (untagged) untagged(response);
    }
    TRY_DO(write(literal));
  }
  return write(text + command.pieces_.back() + "\r\n");
}

Result<Completed> ImapConnection::run(const Command& command, const Untagged& untagged, const WireLimits& limits) {
  if (broken_) return fail(Kind::unavailable, "the connection was lost before");
  reader_.set_limits(limits);
  stream_.set_budget(kCommandBudget + limits.line + limits.literals);
  last_code_.clear();
  const net::Patience patience = server_.patience();
  const std::string tag = next_tag();
  std::optional<Response> early;
  TRY_DO(write_command(tag, command, untagged, patience, early));
  const std::string verb = command.pieces_.front().substr(0, command.pieces_.front().find(' '));
  if (early) return settled(*early, verb);
  for (;;) {
    TRY(Response response, read(patience));
    if (response.type == Response::Type::tagged && response.tag == tag) return settled(response, verb);
    if (response.name == "BYE" && response.type == Response::Type::untagged) {
      broken_ = true;
      last_code_ = response.code;
      return fail(Kind::unavailable, "the server says goodbye: " + response.text);
    }
    if (untagged && response.type == Response::Type::untagged) untagged(response);
  }
}

Result<Completed> ImapConnection::settled(const Response& response, const std::string& verb) {
  last_code_ = response.code;
  if (response.name == "OK") return Completed{response.code, response.code_args, response.text};
  if (response.name == "NO") {
    return fail(kind_of_refusal(response.code), "the server refuses " + verb + ": " + response.text);
  }
  if (response.name == "BAD") return fail(Kind::unsupported, "the server doesn't take " + verb + ": " + response.text);
  broken_ = true;
  return fail(Kind::corrupt, "the server answers " + verb + " with something that is no IMAP");
}

Result<std::string> ImapConnection::start_idle(const Untagged& untagged) {
  stream_.set_budget(UINT64_MAX / 2);
  const net::Patience patience = server_.patience();
  const std::string tag = next_tag();
  std::optional<Response> early;
  TRY_DO(write_command(tag, Command("IDLE"), untagged, patience, early));
  for (;;) {
    TRY(Response response, read(patience));
    if (response.type == Response::Type::continuation) return tag;
    if (response.type == Response::Type::tagged) return settled(response, "IDLE").error();
    if (untagged) untagged(response);
  }
}

Result<Completed> ImapConnection::end_idle(const std::string& tag, const Untagged& untagged, net::Deadline deadline) {
  const net::Patience patience{server_.silence, deadline};
  if (auto written = stream_.write("DONE\r\n", patience); !written) {
    broken_ = true;
    return std::move(written).error();
  }
  for (;;) {
    TRY(Response response, read(patience));
    if (response.type == Response::Type::tagged && response.tag == tag) return settled(response, "IDLE");
    if (untagged) untagged(response);
  }
}

Result<Done> ImapConnection::read_ready(const Untagged& untagged) {
  bool more = true;
  while (more) {
    auto filled = stream_.fill_ready();
    if (!filled) {
      broken_ = true;
      return std::move(filled).error();
    }
    more = *filled;
    while (!stream_.buffered().empty()) {
      std::size_t used = 0;
      auto complete = reader_.feed(stream_.buffered(), used);
      stream_.eat(used);
      if (!complete) {
        broken_ = true;
        return std::move(complete).error();
      }
      if (!*complete) break;
      auto response = reader_.take();
      if (!response) {
        broken_ = true;
        return std::move(response).error();
      }
      notice(*response);
      if (untagged) untagged(*response);
    }
  }
  return Done{};
}

// A courtesy: whatever comes back, the connection goes.
void ImapConnection::logout() {
  if (broken_) return;
  broken_ = true;
  [[maybe_unused]] const auto written =
      stream_.write(next_tag() + " LOGOUT\r\n", {std::chrono::seconds(1), net::Deadline::in(std::chrono::seconds(1))});
}

}  // namespace amends::connectors::email
