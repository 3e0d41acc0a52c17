// One IMAP connection: greeting, STARTTLS, login, and commands one after another. What the commands mean lies in the
// imap_<family> files. After any error of kind unavailable or corrupt the connection is unusable: make another one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/email/config.h"
#include "connectors/email/imap_wire.h"
#include "core/base/result.h"
#include "core/net/stream.h"

namespace amends::connectors::email {

// A command's text with the literals in it. Literals wait for the server's "+" unless it takes them unasked (RFC 7888).
class Command {
 public:
  explicit Command(std::string text) : pieces_{std::move(text)} {}
  Command& add(std::string_view text) {
    pieces_.back().append(text);
    return *this;
  }
  // Quoted, or a literal when it must be.
  Command& string(std::string_view text);
  // REQUIRES: bytes outlive the call of run().
  Command& literal(std::string_view bytes);

 private:
  friend class ImapConnection;
  std::vector<std::string> pieces_;
  std::vector<std::string_view> literals_;  // literal i goes between piece i and piece i + 1
  std::vector<std::unique_ptr<std::string>> owned_;
};

// How the server settled a command: OK. NO and BAD are errors.
struct Completed {
  std::string code, code_args, text;
};

struct FolderState {
  std::string wire_name;
  std::uint64_t exists = 0, uid_validity = 0, uid_next = 0, highest_modseq = 0;
};

class ImapConnection {
 public:
  using Untagged = std::function<void(Response&)>;

  // Connected, encrypted as the settings demand, logged in. unauthorized: the server refused user or password.
  static Result<std::unique_ptr<ImapConnection>> open(const Server& server, const net::Interrupt* interrupt);

  // Ignoring case, after login.
  bool offers(std::string_view capability) const;

  // Sends a command and reads until it's settled. `untagged` sees every response in between. NO is `rejected` and BAD
  // `unsupported`, with the server's words; last_code() then holds the code.
  Result<Completed> run(const Command& command, const Untagged& untagged = {}, const WireLimits& limits = {});
  Result<Completed> run(std::string text) { return run(Command(std::move(text))); }

  // For IDLE, which is settled only after DONE: sends, waits for "+".
  Result<std::string> start_idle(const Untagged& untagged);
  Result<Completed> end_idle(const std::string& tag, const Untagged& untagged, net::Deadline deadline);
  // Every whole response that is there, without waiting.
  Result<Done> read_ready(const Untagged& untagged);

  const std::string& last_code() const { return last_code_; }
  bool literal_was_too_large() const { return reader_.literal_was_too_large(); }
  bool broken() const { return broken_; }

  // The open folder, kept current by what the server says unasked; `vanished` collects UIDs that went since it was
  // last cleared (only known where QRESYNC is on).
  FolderState folder;
  std::vector<std::uint32_t> vanished;
  bool uid_validity_changed = false;

  bool qresync() const { return qresync_; }
  const Server& server() const { return server_; }
  net::Stream& stream() { return stream_; }
  void logout();

 private:
  ImapConnection(const Server& server, net::Stream stream) : server_(server), stream_(std::move(stream)) {}

  Result<Done> begin();
  Result<Done> log_in();
  Result<Done> sasl(std::string_view mechanism, const std::vector<std::string>& answers);
  Result<Done> learn_capabilities();
  Result<Done> enable();
  void take_capabilities(std::string_view words);
  void notice(Response& response);

  Result<Response> read(const net::Patience& patience);
  Result<Done> write_command(const std::string& tag, const Command& command, const Untagged& untagged,
                             const net::Patience& patience, std::optional<Response>& early);
  Result<Completed> settled(const Response& response, const std::string& verb);
  std::string next_tag() { return "a" + std::to_string(++tag_); }

  const Server& server_;
  net::Stream stream_;
  ResponseReader reader_;
  std::set<std::string> capabilities_;  // upper case
  std::string last_code_;
  std::uint64_t tag_ = 0;
  bool authenticated_ = false, capabilities_are_fresh_ = false, qresync_ = false, broken_ = false;
};

}  // namespace amends::connectors::email
