#include "core/mime/mailbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "core/base/text.h"
#include "core/mime/mbox.h"

namespace amends::mime {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = std::size_t{256} << 10;
constexpr std::size_t kGlimpse = 4096;
constexpr int kMaxDepth = 64;

std::string reason_of(int error) { return std::error_code(error, std::generic_category()).message(); }

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
    if (fd_ < 0) error_ = errno;
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // How many bytes came; 0 at the end and after an error.
  std::size_t read(char* into, std::size_t count) {
    while (error_ == 0) {
      const ssize_t got = ::read(fd_, into, count);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) error_ = errno;
    }
    return 0;
  }
  int error() const { return error_; }

 private:
  int fd_ = -1;
  int error_ = 0;
};

// What a Maildir and the indexes beside mail keep for themselves.
bool is_bookkeeping(std::string_view name) {
  return text::starts_with_ignoring_case(name, "dovecot") || name == "maildirfolder" || name == "subscriptions" ||
         name == "courierimapuiddb" || name == "maildirsize" || name == "courierimapsubscribed";
}

class Walk {
 public:
  Walk(std::string root, const MailboxVisitor& visitor) : root_(std::move(root)), visitor_(visitor) {}

  Result<Done> run() {
    struct stat info {};
    if (::stat(root_.c_str(), &info) != 0) {
      const int error = errno;
      return fail(error == ENOENT ? Kind::not_found : Kind::unavailable, root_ + ": " + reason_of(error));
    }
    if (S_ISDIR(info.st_mode)) {
      while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
      folder(root_, 0, [this](const std::string&, std::int64_t size, bool) { progress_.total += size; });
      telling_ = true;
      folder(root_, 0, [this](const std::string& path, std::int64_t size, bool surely_mail) {
        const std::int64_t until = progress_.done + size;
        file(path, path.substr(root_.size() + 1), surely_mail);
        progress_.done = until;
      });
      return Done{};
    }
    telling_ = true;
    progress_.total = static_cast<std::int64_t>(info.st_size);
    if (!file(root_, fs::path(root_).filename().string(), false)) {
      if (failed_) return std::move(*failed_);
      return fail(Kind::invalid, root_ + ": neither a mail nor an mbox");
    }
    return Done{};
  }

 private:
  void trouble(Error error) {
    if (telling_ && visitor_.trouble) visitor_.trouble(error);
    failed_ = std::move(error);
  }

  template <class OnFile>
  void folder(const std::string& path, int depth, const OnFile& on_file) {
    struct Entry {
      std::string name;
      bool is_folder;
    };
    std::vector<Entry> entries;
    std::error_code error;
    fs::directory_iterator at(path, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
      std::error_code unknown;
      const bool is_folder = !at->is_symlink(unknown) && at->is_directory(unknown);
      if (is_folder || at->is_regular_file(unknown)) entries.push_back({at->path().filename().string(), is_folder});
    }
    if (error) trouble(fail(Kind::unavailable, path + ": " + error.message()));
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });

    const auto has = [&](std::string_view name) {
      return std::any_of(entries.begin(), entries.end(), [&](const Entry& e) { return e.is_folder && e.name == name; });
    };
    const bool maildir = has("cur") || has("new");
    const std::string own_name = fs::path(path).filename().string();
    const bool in_maildir = own_name == "cur" || own_name == "new";
    for (const auto& entry : entries) {
      if (stopped_) return;
      const std::string child = path + '/' + entry.name;
      if (entry.is_folder) {
        if (entry.name == "tmp" && maildir) continue;
        // A hidden folder is a Maildir++ folder or somebody's index.
        if (entry.name.front() == '.' && !fs::is_directory(child + "/cur", error)) continue;
        if (depth < kMaxDepth) folder(child, depth + 1, on_file);
        continue;
      }
      if (entry.name.front() == '.' || is_bookkeeping(entry.name)) continue;
      const auto size = fs::file_size(child, error);
      on_file(child, error ? 0 : static_cast<std::int64_t>(size), in_maildir);
    }
  }

  // Whether the file held mail.
  bool file(const std::string& path, const std::string& name, bool surely_mail) {
    File in(path);
    std::string bytes(kGlimpse, '\0');
    bytes.resize(in.read(bytes.data(), bytes.size()));
    MailFile what = look_at_mail_file(bytes);
    if (what == MailFile::none && surely_mail && !bytes.empty()) what = MailFile::mail;
    if (what == MailFile::mbox && surely_mail) what = MailFile::mail;
    if (in.error() == 0 && what == MailFile::none) return false;
    if (in.error() == 0) what == MailFile::mbox ? mbox(in, bytes, name) : single(in, std::move(bytes), name);
    if (in.error() != 0) {
      trouble(fail(Kind::unavailable, path + ": " + reason_of(in.error())));
      return false;
    }
    return true;
  }

  void single(File& in, std::string bytes, const std::string& name) {
    const std::int64_t before = progress_.done;
    std::size_t used = bytes.size();
    while (used < kMaxMailBytes) {
      bytes.resize(std::min(used + kBlock, kMaxMailBytes));
      const std::size_t got = in.read(bytes.data() + used, bytes.size() - used);
      used += got;
      if (got == 0) break;
    }
    bytes.resize(used);
    if (in.error() != 0) return;
    progress_.done = before + static_cast<std::int64_t>(used);
    if (!visitor_.mail(name, bytes, progress_)) stopped_ = true;
  }

  void mbox(File& in, const std::string& beginning, const std::string& name) {
    const std::int64_t before = progress_.done;
    std::int64_t read = static_cast<std::int64_t>(beginning.size());
    std::int64_t count = 0;
    MboxSplitter splitter(
        [&](std::string_view raw) {
          progress_.done = before + read;
          return visitor_.mail(name + '#' + std::to_string(++count), raw, progress_);
        },
        kMaxMailBytes);
    bool go_on = splitter.add(beginning);
    std::vector<char> block(kBlock);
    while (go_on) {
      const std::size_t got = in.read(block.data(), block.size());
      if (got == 0) break;
      read += static_cast<std::int64_t>(got);
      go_on = splitter.add({block.data(), got});
    }
    if (go_on) go_on = splitter.finish();
    if (!go_on) stopped_ = true;
  }

  std::string root_;
  const MailboxVisitor& visitor_;
  MailboxProgress progress_;
  std::optional<Error> failed_;
  bool telling_ = false;  // the first pass only adds up sizes
  bool stopped_ = false;
};

}  // namespace

MailFile look_at_mail_file(std::string_view beginning) {
  if (beginning.substr(0, 3) == "\xEF\xBB\xBF") beginning.remove_prefix(3);
  while (!beginning.empty() && (beginning.front() == '\n' || beginning.front() == '\r')) beginning.remove_prefix(1);
  const auto lines = text::lines(beginning);
  if (lines.empty()) return MailFile::none;
  const bool header_follows = lines.size() > 1 && begins_mail_header(lines[1]);
  if (lines[0].substr(0, 5) == "From ") {
    return is_mbox_from_line(lines[0]) || header_follows ? MailFile::mbox : MailFile::none;
  }
  // One header line may be chance; a mail has more among its first.
  std::size_t fields = 0;
  for (std::size_t i = 0; i < lines.size() && i < 40; ++i) {
    if (lines[i].empty()) break;
    if (begins_mail_header(lines[i])) ++fields;
  }
  return fields >= 2 || (fields == 1 && begins_mail_header(lines[0])) ? MailFile::mail : MailFile::none;
}

Result<Done> for_each_mail(const std::string& path, const MailboxVisitor& visitor) { return Walk(path, visitor).run(); }

}  // namespace amends::mime
