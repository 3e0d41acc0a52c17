// The IMAP side of an account between two calls: one connection, kept while it lives, and the folders the settings
// mean.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "connectors/email/config.h"
#include "connectors/email/cursor.h"
#include "connectors/email/imap_connection.h"
#include "connectors/email/imap_folders.h"
#include "connectors/email/imap_pull.h"
#include "core/channel/connector.h"

namespace amends::connectors::email {

class ImapSession {
 public:
  // Both outlive the session.
  ImapSession(const Config& config, const net::Interrupt& interrupt) : config_(config), interrupt_(interrupt) {}

  // A page over all folders, from a fresh or a proven connection.
  Result<channel::Page> pull(const Cursor& cursor, Timestamp now);
  // Files a mail into Sent unless it lies there already. external_id is the name that a pull will give it.
  Result<channel::Receipt> file_copy(const channel::Outbound& mail);
  Result<channel::Found> find_copy(const std::string& message_id);  // in Sent
  Result<channel::Found> find_delivered(
      const std::string& message_id);  // anywhere; absence proves only what sent_copy says
  Result<channel::Health> check(Timestamp now);

  void close();

 private:
  // Logged in; a connection that was idle for a while is asked whether it still lives.
  Result<Done> ensure();
  // The connection of the last call was dead before it said a word: nothing was read, so a new one may try.
  bool was_dead_on_arrival() const;
  Result<Done> learn_folders();
  Result<channel::Page> pull_once(const Cursor& cursor, Timestamp now);
  Result<bool> has(const Folder& folder, const std::string& message_id);

  const Config& config_;
  const net::Interrupt& interrupt_;
  std::unique_ptr<ImapConnection> connection_;
  std::chrono::steady_clock::time_point used_;
  std::optional<std::uint64_t> read_before_;  // by a connection of an earlier call, when this call began
  std::vector<Folder> folders_;               // those to pull
  std::optional<Folder> sent_;
  std::vector<std::string> not_found_;  // settings that name no folder
  std::size_t folder_count_ = 0;
  bool one_by_one_ = false;                                      // the last page broke on a mail larger than announced
  std::set<std::pair<std::string, std::uint64_t>> header_only_;  // which one it was
};

}  // namespace amends::connectors::email
