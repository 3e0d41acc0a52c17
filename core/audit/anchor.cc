#include "core/audit/anchor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/log.h"
#include "core/base/text.h"

namespace amends::audit {
namespace {

constexpr std::size_t kDigestDigits = 64;
constexpr std::string_view kTitle = "amends audit heads 1";

Error trouble(const std::string& path) {
  return fail(Kind::unavailable, path + ": can't be written: " + std::strerror(errno));
}

// "<number> <digest> <time>", the time for people alone.
std::optional<Head> head_of(std::string_view line) {
  Head out;
  const auto [at, error] = std::from_chars(line.data(), line.data() + line.size(), out.number);
  const auto used = static_cast<std::size_t>(at - line.data());
  if (error != std::errc() || out.number <= 0 || line.size() < used + 2 + kDigestDigits || line[used] != ' ' ||
      line[used + 1 + kDigestDigits] != ' ') {
    return {};
  }
  out.digest = std::string(line.substr(used + 1, kDigestDigits));
  return out;
}

struct File {
  std::vector<std::string> lines;  // whole ones
  bool there = false;
};
Result<File> read(const std::string& path) {
  File out;
  std::ifstream in(path, std::ios::binary);
  if (!in) return out;
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  out.there = true;
  const auto all = text::lines(bytes);
  if (all.empty() || all.front() != kTitle) return fail(Kind::corrupt, path + " holds no heads of the audit chain");
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (head_of(all[i])) out.lines.emplace_back(all[i]);
  }
  return out;
}

// Of the older half every second line goes.
void thin(std::vector<std::string>& lines) {
  std::vector<std::string> kept;
  const std::size_t half = lines.size() / 2;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i >= half || i % 2 == 0) kept.push_back(std::move(lines[i]));
  }
  lines = std::move(kept);
}

Result<Done> write(const std::string& path, const std::vector<std::string>& lines) {
  std::string bytes(kTitle);
  bytes += '\n';
  for (const std::string& line : lines) bytes += line + "\n";
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return trouble(fresh);
  const bool whole = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!whole || std::rename(fresh.c_str(), path.c_str()) != 0) return trouble(path);
  return Done{};
}

}  // namespace

std::string anchor_file(const std::string& folder) { return folder + "/amends.audit"; }

Result<std::vector<Head>> anchors(const std::string& folder) {
  TRY(const File file, read(anchor_file(folder)));
  std::vector<Head> out;
  for (const std::string& line : file.lines) out.push_back(*head_of(line));
  return out;
}

Result<Done> anchor(const std::string& folder, const Head& head, Timestamp now) {
  if (head.number == 0) return Done{};
  const std::string path = anchor_file(folder);
  TRY(File file, read(path));
  if (!file.lines.empty() && *head_of(file.lines.back()) == head) return Done{};
  file.lines.push_back(std::to_string(head.number) + " " + head.digest + " " + to_rfc3339(now));
  if (file.lines.size() > kMostAnchors) thin(file.lines);
  TRY_DO(write(path, file.lines));
  log::info("audit.head", {{"number", head.number}, {"digest", head.digest}});
  return Done{};
}

Result<Done> anchor_anew(const std::string& folder, const Head& head, Timestamp now) {
  const std::string path = anchor_file(folder);
  TRY(const File file, read(path));
  if (file.there) {
    const std::int64_t last = file.lines.empty() ? 0 : head_of(file.lines.back())->number;
    if (std::rename(path.c_str(), (path + ".until-" + std::to_string(last)).c_str()) != 0) return trouble(path);
  }
  return anchor(folder, head, now);
}

}  // namespace amends::audit
