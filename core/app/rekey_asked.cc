// Asking the program that holds a folder to replace its keys.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "core/app/hub.h"
#include "core/app/keys.h"
#include "core/app/rekey.h"
#include "core/base/log.h"

namespace amends::app {
namespace {

constexpr std::string_view kFailed = "failed: ";

std::string request_file(const std::string& folder) { return folder + "/amends.rekey"; }

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void take_back(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

// Under its own name only when it is whole.
void answer(const std::string& path, const std::string& words) {
  const std::string fresh = path + ".new";
  std::ofstream(fresh, std::ios::binary | std::ios::trunc) << words;
  std::error_code ignored;
  std::filesystem::rename(fresh, path, ignored);
}

}  // namespace

Result<Rekeyed> ask_rekey(const std::string& folder, std::chrono::milliseconds patience) {
  TRY(const KeyFile before, load_or_make_keys(folder));
  const std::string path = request_file(folder);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(Kind::unavailable, path + ": " + std::strerror(errno));
  ::close(fd);

  constexpr std::chrono::milliseconds kLook{50};
  for (std::chrono::milliseconds waited{0}; waited < patience; waited += kLook) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
      TRY(const KeyFile after, load_or_make_keys(folder));
      Rekeyed out;
      out.version = after.seal.rbegin()->first;
      out.resumed = before.seal.size() > 1;
      return out;
    }
    if (const std::string said = read(path); said.rfind(kFailed, 0) == 0) {
      take_back(path);
      return fail(Kind::corrupt, said.substr(kFailed.size()), "the old key is kept; run `amends check`");
    }
    std::this_thread::sleep_for(kLook);
  }
  take_back(path);
  return fail(Kind::busy, "another program holds " + folder + " and doesn't answer",
              "stop it, run `amends rekey`, and start it again");
}

void rekey_when_asked(Hub& hub) {
  static std::once_flag first;
  bool begun_earlier = false;
  std::call_once(first, [&] { begun_earlier = hub.seal_keys().versions().size() > 1; });
  const std::string path = request_file(hub.config().data);
  std::error_code ignored;
  const bool asked = std::filesystem::exists(path, ignored) && read(path).empty();
  if (!asked && !begun_earlier) return;
  const auto done = rekey(hub);
  if (done) {
    log::info("keys.replaced", {{"version", done->version}, {"sealed", done->sealed}});
    if (asked) take_back(path);
  } else {
    log::error("keys.not_replaced", {{"why", done.error().what}});
    if (asked) answer(path, std::string(kFailed) + done.error().what);
  }
}

}  // namespace amends::app
