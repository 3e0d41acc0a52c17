#include "connectors/email/session.h"

#include <algorithm>

#include "connectors/email/imap_append.h"
#include "connectors/email/imap_fetch.h"
#include "connectors/email/smtp_wire.h"
#include "core/base/text.h"

namespace amends::connectors::email {

using channel::Found;

namespace {

constexpr std::chrono::seconds kIdle{10};
constexpr std::size_t kMailsKept = 20;
constexpr std::size_t kBytesKept = 1u << 20;

}  // namespace

void ImapSession::close() {
  if (connection_ != nullptr) connection_->logout();
  connection_.reset();
}

Result<Done> ImapSession::ensure() {
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = now - std::exchange(used_, now) < kIdle;
  read_before_.reset();
  if (connection_ != nullptr && !connection_->broken()) {
    // Sleeping laptops, NAT and idle time-outs kill connections without a word; NOOP asks before anything depends on
    // it.
    if (fresh || connection_->run("NOOP")) {
      read_before_ = connection_->stream().bytes_read();
      return Done{};
    }
  }
  connection_.reset();
  TRY(connection_, ImapConnection::open(config_.imap, &interrupt_));
  return learn_folders();
}

bool ImapSession::was_dead_on_arrival() const {
  return connection_ != nullptr && connection_->broken() && read_before_ == connection_->stream().bytes_read() &&
         !interrupt_.raised();
}

Result<Done> ImapSession::learn_folders() {
  TRY(const auto all, list_folders(*connection_));
  const std::string prefix = personal_prefix(*connection_);
  folder_count_ = all.size();
  folders_.clear();
  not_found_.clear();
  sent_.reset();
  const Folder* sent = config_.sent_folder.empty() ? find_sent(all) : find_folder(all, config_.sent_folder, prefix);
  if (sent != nullptr) {
    sent_ = *sent;
    sent_->own = true;
  } else if (!config_.sent_folder.empty()) {
    not_found_.push_back(config_.sent_folder);
  }
  const auto add = [&](const Folder& folder) {
    const bool known =
        std::any_of(folders_.begin(), folders_.end(), [&](const Folder& f) { return f.wire_name == folder.wire_name; });
    if (!known) folders_.push_back(folder);
  };
  for (const auto& name : config_.folders) {
    const Folder* folder = find_folder(all, name, prefix);
    if (folder != nullptr) {
      add(sent_ && folder->wire_name == sent_->wire_name ? *sent_ : *folder);
    } else if (text::equals_ignoring_case(name, "INBOX")) {
      add({"INBOX", "INBOX", 0, true, "", false});  // always there (RFC 9051 section 5.1), listed or not
    } else {
      not_found_.push_back(name);
    }
  }
  if (sent_ && config_.pull_sent) add(*sent_);
  return Done{};
}

Result<channel::Page> ImapSession::pull(const Cursor& cursor, Timestamp now) {
  // Some more times at most: a dead connection once, and a mail that is larger than announced breaks the connection
  // once in its batch and once alone.
  for (int tries = 0;; ++tries) {
    const auto knew = header_only_.size();
    const bool was_one_by_one = one_by_one_;
    auto page = pull_once(cursor, now);
    if (page) {
      one_by_one_ = false;
      return page;
    }
    if (tries == 0 && was_dead_on_arrival()) continue;
    const bool learned = header_only_.size() > knew || (one_by_one_ && !was_one_by_one);
    if (!learned || tries == 3) return page;
  }
}

Result<channel::Page> ImapSession::pull_once(const Cursor& cursor, Timestamp now) {
  TRY_DO(ensure());
  channel::Page page;
  Cursor next = cursor;
  for (const auto& name : not_found_) page.notes.push_back("the mailbox has no folder " + name);
  PullLimits limits{config_.page_mails, config_.page_bytes, config_.message_bytes, one_by_one_};
  std::size_t opened = 0, left = folders_.size();
  std::optional<Error> refused;
  for (const Folder& folder : folders_) {
    // A folder may use the page up to a little for each one after it, so that none waits for another's backlog.
    PullLimits share = limits;
    const std::size_t after = --left;
    share.mails = std::max(limits.mails / (after + 1), limits.mails - std::min(limits.mails, after * kMailsKept));
    share.mails = std::max<std::size_t>(share.mails, 1);
    share.bytes = std::max(limits.bytes / (after + 1), limits.bytes - std::min(limits.bytes, after * kBytesKept));
    std::set<std::uint64_t> header_only;
    for (const auto& [name, uid] : header_only_) {
      if (name == folder.name) header_only.insert(uid);
    }
    auto part = pull_folder(*connection_, folder, next.folders[folder.name], share, header_only, now);
    if (!part) {
      if (connection_->broken()) {
        if (page.items.empty()) return std::move(part).error();
        page.more = true;
        break;
      }
      page.notes.push_back("the folder " + folder.name + " can't be read: " + part.error().what);
      refused = std::move(part).error();
      continue;
    }
    ++opened;
    for (const auto& item : part->items) limits.bytes -= std::min(limits.bytes, item.raw.size());
    limits.mails -= std::min(limits.mails, part->items.size());
    next.folders[folder.name] = part->cursor;
    page.more = page.more || part->more;
    page.remaining += part->remaining;
    for (auto& note : part->notes) page.notes.push_back(std::move(note));
    std::move(part->items.begin(), part->items.end(), std::back_inserter(page.items));
    if (part->broke) {
      if (part->too_large_uid != 0) header_only_.emplace(folder.name, part->too_large_uid);
      one_by_one_ = connection_->literal_was_too_large();
      if (page.items.empty()) return std::move(*part->broke);
      page.more = true;  // what came is good; the rest, and the error if it stays, come with the next page
      break;
    }
  }
  if (opened == 0 && page.items.empty() && refused) return std::move(*refused);
  page.cursor = write_cursor(next);
  return page;
}

Result<bool> ImapSession::has(const Folder& folder, const std::string& message_id) {
  TRY_DO(examine(*connection_, folder.wire_name));
  TRY(const auto uids, uids_of_message_id(*connection_, message_id));
  return !uids.empty();
}

Result<Found> ImapSession::find_copy(const std::string& message_id) {
  TRY_DO(ensure());
  if (!sent_) return Found::unknown;
  TRY(const bool there, has(*sent_, message_id));
  return there ? Found::yes : Found::no;
}

Result<Found> ImapSession::find_delivered(const std::string& message_id) {
  TRY_DO(ensure());
  bool sent_was_searched = false;
  if (sent_) {
    TRY(const bool there, has(*sent_, message_id));
    if (there) return Found::yes;
    sent_was_searched = true;
  }
  for (const Folder& folder : folders_) {
    if (sent_ && folder.wire_name == sent_->wire_name) continue;
    auto there = has(folder, message_id);
    if (!there && connection_->broken()) return std::move(there).error();
    if (there && *there) return Found::yes;
  }
  // Only a provider that files what it sends proves by absence. Where we file the copy ourselves, we do so after the
  // send.
  return sent_was_searched && config_.sent_copy == SentCopy::server ? Found::no : Found::unknown;
}

Result<channel::Receipt> ImapSession::file_copy(const channel::Outbound& mail) {
  channel::Receipt receipt;
  for (const auto& recipient : mail.recipients) {
    receipt.recipients.push_back({recipient, model::RecipientState::accepted, 0, {}});
  }
  if (config_.sent_copy != SentCopy::append) return receipt;  // the provider does it, or nobody shall
  TRY_DO(ensure());
  if (!sent_) {
    return fail(Kind::rejected, "the mailbox has no folder for sent mail", "set sent_folder to one of its folders");
  }
  FolderCursor at;
  TRY(const FolderState state, examine(*connection_, sent_->wire_name));
  at.uid_validity = state.uid_validity;
  TRY(const auto there, uids_of_message_id(*connection_, mail.message_id));
  if (!there.empty()) {
    receipt.external_id = external_id(sent_->name, at, there.front());
    return receipt;
  }
  const std::string bytes = with_crlf(mail.payload);
  TRY(const Appended appended, append(*connection_, sent_->wire_name, bytes));
  if (appended.uid != 0) {
    at.uid_validity = appended.uid_validity;
    receipt.external_id = external_id(sent_->name, at, appended.uid);
  }
  return receipt;
}

}  // namespace amends::connectors::email
