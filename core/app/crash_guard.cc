#include "core/app/crash_guard.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace amends::app {
namespace {

constexpr std::size_t kNameBytes = 16;
constexpr std::size_t kSuspects = 64;

}  // namespace

// The file's layout; all zero is an empty one.
struct CrashGuard::Page {
  struct Slot {
    std::atomic<std::int64_t> since;  // ticks when it was entered; 0: idle
    char name[kNameBytes];
  };
  struct Suspect {
    std::int64_t crashes;
    char name[kNameBytes];
  };
  Slot slots[kSlots];
  Suspect suspects[kSuspects];
};

Result<std::unique_ptr<CrashGuard>> CrashGuard::open(const std::string& folder) {
  const std::string path = folder + "/parsing";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Kind::unavailable, path + ": " + std::strerror(errno));
  void* mapped = MAP_FAILED;
  if (::ftruncate(fd, sizeof(Page)) == 0)
    mapped = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) {
    const Error error = fail(Kind::unavailable, path + ": " + std::strerror(errno));
    ::close(fd);
    return error;
  }
  std::unique_ptr<CrashGuard> guard(new CrashGuard(static_cast<Page*>(mapped), fd));
  for (Page::Slot& slot : guard->page_->slots) {
    if (slot.since.load() == 0) continue;
    const std::string_view name(slot.name, kNameBytes);
    auto* const begin = guard->page_->suspects;
    auto* suspect = std::find_if(begin, begin + kSuspects, [&](const Page::Suspect& s) {
      return s.crashes > 0 && std::string_view(s.name, kNameBytes) == name;
    });
    if (suspect == begin + kSuspects) {
      suspect = std::min_element(begin, begin + kSuspects,
                                 [](const auto& a, const auto& b) { return a.crashes < b.crashes; });
      suspect->crashes = 0;
      std::memcpy(suspect->name, slot.name, kNameBytes);
    }
    ++suspect->crashes;
    slot.since.store(0);
  }
  return guard;
}

CrashGuard::~CrashGuard() {
  ::munmap(page_, sizeof(Page));
  ::close(fd_);
}

int CrashGuard::crashes(std::string_view digest) const {
  for (const Page::Suspect& suspect : page_->suspects) {
    if (suspect.crashes > 0 && std::string_view(suspect.name, kNameBytes) == digest.substr(0, kNameBytes)) {
      return static_cast<int>(suspect.crashes);
    }
  }
  return 0;
}

void CrashGuard::forget(std::string_view digest) {
  for (Page::Suspect& suspect : page_->suspects) {
    if (std::string_view(suspect.name, kNameBytes) != digest.substr(0, kNameBytes)) continue;
    suspect.crashes = 0;
    std::memset(suspect.name, 0, kNameBytes);
  }
}

CrashGuard::Parsing::Parsing(CrashGuard& guard, std::size_t slot, std::string_view digest,
                             std::chrono::milliseconds ticks)
    : guard_(guard), slot_(slot) {
  Page::Slot& mine = guard_.page_->slots[slot_];
  std::memset(mine.name, 0, kNameBytes);
  std::memcpy(mine.name, digest.data(), std::min(digest.size(), kNameBytes));
  mine.since.store(std::max<std::int64_t>(1, ticks.count()), std::memory_order_release);
}

CrashGuard::Parsing::~Parsing() {
  Page::Slot& mine = guard_.page_->slots[slot_];
  mine.since.store(0, std::memory_order_release);
  std::memset(mine.name, 0, kNameBytes);
}

bool CrashGuard::hangs(std::chrono::milliseconds ticks, std::chrono::milliseconds limit) const {
  return std::any_of(std::begin(page_->slots), std::end(page_->slots), [&](const Page::Slot& slot) {
    const std::int64_t since = slot.since.load(std::memory_order_acquire);
    return since != 0 && ticks.count() - since > limit.count();
  });
}

}  // namespace amends::app
