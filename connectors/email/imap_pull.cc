#include "connectors/email/imap_pull.h"

#include <algorithm>

#include "connectors/email/imap_fetch.h"
#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::uint64_t kWindow = 5000;  // UIDs asked for at once in a large folder

struct Candidates {
  std::vector<std::uint32_t> uids;
  std::uint64_t empty_up_to = 0;  // nothing below this, and nothing ever will be: UIDs only grow
  bool all = true;
};

// The next UIDs after the cursor. Large folders are asked in windows, so that no answer grows with the folder.
Result<Candidates> next_uids(ImapConnection& connection, std::uint64_t after) {
  Candidates out;
  std::uint64_t first = after + 1;
  const FolderState state = connection.folder;
  std::uint64_t window = kWindow;
  while (state.exists > kWindow && state.uid_next > first && state.uid_next - first > window) {
    TRY(out.uids, uids_between(connection, first, first + window - 1));
    if (!out.uids.empty()) {
      out.all = false;
      return out;
    }
    first += window;
    out.empty_up_to = first - 1;
    window *= 4;
  }
  TRY(out.uids, uids_between(connection, first, 0));
  return out;
}

class Puller {
 public:
  Puller(ImapConnection& connection, const Folder& folder, const PullLimits& limits,
         const std::set<std::uint64_t>& header_only, Timestamp now)
      : connection_(connection), folder_(folder), limits_(limits), header_only_(header_only), now_(now) {}

  Result<FolderPage> run(const FolderCursor& at) {
    if (at.modseq != 0 && connection_.folder.wire_name != folder_.wire_name) {
      TRY(const bool quiet, nothing_new(at));
      page_.cursor = at;
      if (quiet) return std::move(page_);
    }
    // Between two pages of a backlog the folder stays open: opening a large one again is a lot of work for the server.
    // What it said of UIDNEXT and HIGHESTMODSEQ is old then; both only ever grow, so an old value costs a search, no
    // mail.
    const bool goes_on = at.uid != 0 && at.modseq == 0 && at.uid_next == 0 &&
                         at.uid_validity == connection_.folder.uid_validity &&
                         connection_.folder.wire_name == folder_.wire_name;
    if (goes_on) {
      page_.cursor = at;
      connection_.vanished.clear();
    } else {
      TRY_DO(examine(connection_, folder_.wire_name));
      place_cursor(at, connection_.folder);
    }
    const FolderState state = connection_.folder;
    FolderCursor& cursor = page_.cursor;
    if (cursor.modseq != 0 && cursor.modseq == state.highest_modseq && cursor.uid_next == state.uid_next)
      return std::move(page_);
    cursor.modseq = cursor.uid_next = 0;

    TRY(const Candidates next, next_uids(connection_, cursor.uid));
    cursor.uid = std::max(cursor.uid, next.empty_up_to);
    std::vector<std::uint32_t> batch(
        next.uids.begin(), next.uids.begin() + static_cast<std::ptrdiff_t>(std::min(next.uids.size(), limits_.mails)));
    fetch_batch(batch);
    if (!page_.broke) hand_on(batch);
    if (connection_.uid_validity_changed) return start_again();
    const auto left =
        static_cast<std::size_t>(next.uids.end() - std::upper_bound(next.uids.begin(), next.uids.end(), cursor.uid));
    page_.more = left > 0 || !next.all;
    page_.remaining = static_cast<std::int64_t>(
        next.all ? left
                 : left + std::min(state.exists,
                                   state.uid_next - std::min<std::uint64_t>(state.uid_next, next.uids.back())));
    if (!page_.more && !page_.broke) {
      cursor.modseq = state.highest_modseq;
      cursor.uid_next = state.uid_next;
    }
    return std::move(page_);
  }

 private:
  // Asked without opening the folder, so that the one that is open stays so.
  Result<bool> nothing_new(const FolderCursor& at) {
    if (!connection_.qresync() && !connection_.offers("CONDSTORE")) return false;
    TRY(const FolderState now, status_of(connection_, folder_.wire_name));
    return now.uid_validity == at.uid_validity && now.uid_next == at.uid_next && now.highest_modseq == at.modseq;
  }

  void place_cursor(const FolderCursor& at, const FolderState& state) {
    page_.cursor = at;
    if (at.uid_validity != state.uid_validity) {
      if (at.uid_validity != 0) {
        page_.notes.push_back("UIDVALIDITY of " + folder_.name + " changed; the folder is read again from its start");
      }
      page_.cursor = {};
      page_.cursor.uid_validity = state.uid_validity;
    } else if (state.uid_next != 0 && state.uid_next <= at.uid) {
      // UIDNEXT is above every UID ever given (RFC 9051 section 2.3.1.1); below our cursor means an older copy came
      // back.
      page_.notes.push_back("UIDs of " + folder_.name + " went backwards, as after a restored backup; it's read again");
      page_.cursor = {};
      page_.cursor.uid_validity = at.uid_validity;
      page_.cursor.restored = at.restored + 1;
    }
  }

  FolderPage start_again() {
    FolderPage again;
    again.cursor.uid_validity = connection_.folder.uid_validity;
    again.more = true;
    again.notes = std::move(page_.notes);
    again.notes.push_back("UIDVALIDITY of " + folder_.name +
                          " changed while it was read; it's read again from its start");
    return again;
  }

  // Cuts `batch` to what fits the page and fetches it, as far as the connection holds.
  void fetch_batch(std::vector<std::uint32_t>& batch) {
    if (auto sized = fetch_sizes(connection_, batch, mails_); !sized && connection_.broken()) {
      page_.broke = std::move(sized).error();
      return;
    }
    std::vector<std::uint32_t> whole;
    std::size_t bytes = 0, count = 0;
    for (const std::uint32_t uid : batch) {
      const auto known = mails_.find(uid);
      const std::uint64_t size = known == mails_.end() ? 0 : known->second.size;
      const bool large = is_large(uid, size);
      if (count > 0 && !large && bytes + size > limits_.bytes) break;
      ++count;
      if (large) continue;
      bytes += static_cast<std::size_t>(size);
      if (known != mails_.end()) whole.push_back(uid);
    }
    batch.resize(count);
    if (limits_.one_by_one) return;
    // A refusal is no reason to stop: hand_on() asks for each missing one by itself.
    auto fetched = fetch_bodies(connection_, whole, largest_literal(), mails_);
    if (!fetched && connection_.broken()) {
      hand_on_prefix(batch);
      page_.broke = std::move(fetched).error();
    }
  }

  bool is_large(std::uint32_t uid, std::uint64_t size) const {
    return size > limits_.message_bytes || header_only_.count(uid) > 0;
  }
  // Announced sizes are often a little wrong, so a mail just under the limit may be just over it.
  std::size_t largest_literal() const { return limits_.message_bytes + limits_.message_bytes / 8; }

  // After a broken connection: only what surely has no hole before it.
  void hand_on_prefix(const std::vector<std::uint32_t>& batch) {
    for (const std::uint32_t uid : batch) {
      const auto it = mails_.find(uid);
      if (it == mails_.end() || !it->second.has_body) return;
      add(uid, std::move(it->second.body));
    }
  }

  void hand_on(const std::vector<std::uint32_t>& batch) {
    for (const std::uint32_t uid : batch) {
      if (connection_.uid_validity_changed) return;
      if (auto done = one(uid); !done) {
        page_.broke = std::move(done).error();
        if (limits_.one_by_one && connection_.literal_was_too_large()) page_.too_large_uid = uid;
        return;
      }
    }
  }

  // An error only when the connection is gone; then the cursor still stands before this UID.
  Result<Done> one(std::uint32_t uid) {
    Fetched& mail = mails_[uid];
    if (mail.has_body) {
      add(uid, std::move(mail.body));
      return Done{};
    }
    if (std::find(connection_.vanished.begin(), connection_.vanished.end(), uid) != connection_.vanished.end()) {
      page_.cursor.uid = uid;
      return Done{};
    }
    const std::uint64_t announced = mail.size;
    std::string why = "it's larger than " + std::to_string(limits_.message_bytes >> 20) + " MB";
    if (!is_large(uid, announced)) {
      why = "the mail server doesn't give it out";
      FetchedMap again;
      auto fetched = fetch_bodies(connection_, {uid}, largest_literal(), again);
      if (!fetched && connection_.broken()) return fetched;
      if (const auto it = again.find(uid); it != again.end() && it->second.has_body) {
        mail.internal_date = it->second.internal_date;
        add(uid, std::move(it->second.body));
        return Done{};
      }
      auto still = uids_between(connection_, uid, uid);
      if (!still && connection_.broken()) return std::move(still).error();
      if (still && (still->empty() || still->front() != uid)) {
        page_.cursor.uid = uid;  // expunged in between
        return Done{};
      }
    }
    FetchedMap header;
    auto fetched = fetch_header(connection_, uid, header);
    if (!fetched && connection_.broken()) return fetched;
    const auto it = header.find(uid);
    if (it != header.end() && !it->second.internal_date.empty()) mail.internal_date = it->second.internal_date;
    std::string notice = "[The text and files of this mail are not here: " + why + ". It lies in the folder " +
                         folder_.name + " of the mailbox";
    notice += announced > 0 ? " and has " + std::to_string(announced) + " bytes.]" : ".]";
    page_.notes.push_back("a mail in " + folder_.name + " came without its body: " + why);
    add(uid, header_with_notice(it == header.end() ? std::string_view() : std::string_view(it->second.body), notice));
    return Done{};
  }

  void add(std::uint32_t uid, std::string raw) {
    model::Item item;
    item.external_id = external_id(folder_.name, page_.cursor, uid);
    item.raw = std::move(raw);
    item.place = folder_.name;
    item.own = folder_.own;
    item.received_at = from_internal_date(mails_[uid].internal_date).value_or(now_);
    page_.items.push_back(std::move(item));
    page_.cursor.uid = uid;
  }

  ImapConnection& connection_;
  const Folder& folder_;
  const PullLimits& limits_;
  const std::set<std::uint64_t>& header_only_;
  const Timestamp now_;
  FolderPage page_;
  FetchedMap mails_;
};

}  // namespace

Result<FolderPage> pull_folder(ImapConnection& connection, const Folder& folder, const FolderCursor& at,
                               const PullLimits& limits, const std::set<std::uint64_t>& header_only, Timestamp now) {
  return Puller(connection, folder, limits, header_only, now).run(at);
}

std::string header_with_notice(std::string_view header, std::string_view notice) {
  std::string out;
  bool dropping = false;
  for (const std::string_view line : text::lines(header)) {
    if (line.empty()) break;
    const bool folded = line.front() == ' ' || line.front() == '\t';
    if (!folded) {
      dropping =
          text::starts_with_ignoring_case(line, "Content-") || text::starts_with_ignoring_case(line, "MIME-Version:");
    }
    if (!dropping) out.append(line).append("\r\n");
  }
  out += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  return out.append(notice).append("\r\n");
}

}  // namespace amends::connectors::email
