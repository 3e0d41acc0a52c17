#include "core/main/cli.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "core/base/text.h"

namespace amends::cli {

Result<app::Config> Session::config() const {
  TRY(const std::string file, app::find_config(config_file));
  app::Config config = app::default_config();
  if (!file.empty()) {
    TRY(config, app::load_config(file));
  }
  if (!data_folder.empty()) config.data = data_folder;
  log::set_level(quiet ? log::Level::error : config.log_level);
  return config;
}

Result<std::unique_ptr<app::Hub>> Session::open() const {
  TRY(app::Config loaded, config());
  return app::Hub::open(std::move(loaded), clock);
}

int report(const Error& error) {
  std::fprintf(stderr, "amends: %s\n", text::printable(error.what).c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "  %s\n", text::printable(error.hint).c_str());
  return row_of(error.kind).exit_code;
}

int with_hub(Session& session, const std::function<int(app::Hub&)>& work) {
  auto hub = session.open();
  if (!hub) {
    const int code = report(hub.error());
    // Nothing the command itself was given is wrong or missing.
    return code == kUsage || hub.error().kind == Kind::not_found ? kConfiguration : code;
  }
  return work(**hub);
}

Progress::Progress(const Session& session, std::string label)
    : on_(!session.quiet && ::isatty(STDERR_FILENO) == 1), label_(std::move(label)) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::int64_t done, std::int64_t total, std::string_view words) {
  if (!on_) return;
  const auto now = SystemClock().ticks();
  if (now - last_ < std::chrono::milliseconds(100) && done != total) return;
  last_ = now;
  shown_ = true;
  std::string share;
  if (total > 0) share = std::to_string(done * 100 / total) + " %  ";
  std::fprintf(stderr, "\r\033[K%s  %s%.*s", label_.c_str(), share.c_str(), static_cast<int>(words.size()),
               words.data());
  std::fflush(stderr);
}

std::string show_time(Timestamp at) {
  const std::time_t seconds = at.ms / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char out[64];
  std::strftime(out, sizeof out, "%e %b %Y, %H:%M", &local);
  return std::string(text::trim(out));
}

std::string show_age(Timestamp at, Timestamp now) {
  const std::int64_t seconds = (now.ms - at.ms) / 1000;
  const std::int64_t span = seconds < 0 ? -seconds : seconds;
  struct Unit {
    std::int64_t seconds;
    const char* one;
    const char* many;
  };
  static constexpr Unit kUnits[] = {{86400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}};
  for (const Unit& unit : kUnits) {
    if (span < unit.seconds) continue;
    const std::int64_t n = span / unit.seconds;
    const std::string words = std::to_string(n) + " " + (n == 1 ? unit.one : unit.many);
    return seconds < 0 ? "in " + words : words + " ago";
  }
  return seconds < 0 ? "in a moment" : "just now";
}

namespace {

bool colours() {
  static const bool on = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return on;
}

std::string styled(const char* code, std::string_view s) {
  return colours() ? std::string("\033[") + code + "m" + std::string(s) + "\033[0m" : std::string(s);
}

}  // namespace

std::string bold(std::string_view s) { return styled("1", s); }
std::string dim(std::string_view s) { return styled("2", s); }
std::string mark(std::string_view s) { return colours() ? styled("1;33", s) : "«" + std::string(s) + "»"; }

std::string cell(std::string_view s, std::size_t columns) {
  const std::string line = text::printable(text::squeeze(s));
  std::string out;
  std::size_t width = 0;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t next = at;
    const char32_t c = text::next_utf8(line, next);
    const int w = ::wcwidth(static_cast<wchar_t>(c));
    const std::size_t cells = w < 0 ? 1 : static_cast<std::size_t>(w);
    if (width + cells > columns || (width + cells == columns && next < line.size())) {
      if (width < columns) {
        out += "…";
        ++width;
      }
      break;
    }
    out.append(line, at, next - at);
    width += cells;
    at = next;
  }
  if (width < columns) out.append(columns - width, ' ');
  return out;
}

Result<Timestamp> parse_when(std::string_view words, Timestamp now) {
  if (const auto at = from_rfc3339(words)) return *at;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), n);
  const std::string_view unit(end, static_cast<std::size_t>(words.data() + words.size() - end));
  if (error == std::errc() && n > 0 && n < 100'000) {
    if (unit == "m") return now + std::chrono::minutes(n);
    if (unit == "h") return now + std::chrono::hours(n);
    if (unit == "d") return now + std::chrono::hours(24 * n);
    if (unit == "s") return now + std::chrono::seconds(n);
  }
  return fail(Kind::invalid, "\"" + std::string(words) + "\" is no time", "say 45m, 3h, 2d, or 2026-11-21T09:00:00Z");
}

}  // namespace amends::cli
