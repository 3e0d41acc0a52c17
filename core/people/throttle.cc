#include "core/people/throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace amends::people {
namespace {

using std::chrono::milliseconds;

std::string printed(int family, const void* address, const char* prefix) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(family, address, out.data(), out.size());
  return std::string(out.data()) + prefix;
}

}  // namespace

milliseconds wait_before(const ThrottleCount& count, const ThrottleRule& rule, milliseconds now) {
  const milliseconds quiet = now - count.last;
  if (count.failures < rule.free || quiet >= rule.forgiven_after) return milliseconds(0);
  const int doublings = std::min(count.failures - rule.free, 40);
  milliseconds wait = rule.first;
  for (int i = 0; i < doublings && wait < rule.longest; ++i) wait *= 2;
  return std::max(std::min(wait, rule.longest) - quiet, milliseconds(0));
}

ThrottleCount after_failure(const ThrottleCount& count, const ThrottleRule& rule, milliseconds now) {
  const bool forgiven = now - count.last >= rule.forgiven_after;
  return {forgiven ? 1 : std::min(count.failures + 1, 1'000), now};
}

std::string network_of(std::string_view address) {
  std::string text(address);
  std::array<unsigned char, 16> six{};
  if (inet_pton(AF_INET6, text.c_str(), six.data()) == 1) {
    const bool mapped = std::all_of(six.begin(), six.begin() + 10, [](unsigned char c) { return c == 0; }) &&
                        six[10] == 0xff && six[11] == 0xff;
    if (mapped) {
      six[15] = 0;
      return printed(AF_INET, six.data() + 12, "/24");
    }
    std::fill(six.begin() + 8, six.end(), static_cast<unsigned char>(0));
    return printed(AF_INET6, six.data(), "/64");
  }
  std::array<unsigned char, 4> four{};
  if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
    four[3] = 0;
    return printed(AF_INET, four.data(), "/24");
  }
  return text;
}

milliseconds Throttle::take(const std::vector<Key>& keys, milliseconds now) {
  const std::lock_guard lock(mutex_);
  milliseconds wait{0};
  for (const Key& key : keys) {
    if (const auto it = counts_.find(key.name); it != counts_.end()) {
      wait = std::max(wait, wait_before(it->second.count, key.rule, now));
    }
  }
  if (wait.count() > 0) return wait;
  for (const Key& key : keys) {
    if (counts_.size() >= most_ && counts_.find(key.name) == counts_.end()) make_room(now);
    Held& held = counts_[key.name];
    held = {after_failure(held.count, key.rule, now), key.rule};
  }
  return wait;
}

void Throttle::give_back(const std::vector<Key>& keys) {
  const std::lock_guard lock(mutex_);
  for (const Key& key : keys) {
    const auto it = counts_.find(key.name);
    if (it != counts_.end() && --it->second.count.failures <= 0) counts_.erase(it);
  }
}

void Throttle::forgive(std::string_view name) {
  const std::lock_guard lock(mutex_);
  counts_.erase(std::string(name));
}

std::size_t Throttle::size() const {
  const std::lock_guard lock(mutex_);
  return counts_.size();
}

// What is forgiven goes first; when nothing is, the quarter that was quiet longest.
void Throttle::make_room(milliseconds now) {
  const auto before = counts_.size();
  std::erase_if(counts_,
                [&](const auto& one) { return now - one.second.count.last >= one.second.rule.forgiven_after; });
  if (counts_.size() < before || counts_.empty()) return;
  std::vector<milliseconds> times;
  times.reserve(counts_.size());
  for (const auto& [name, held] : counts_) times.push_back(held.count.last);
  const auto cut = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 4);
  std::nth_element(times.begin(), cut, times.end());
  const milliseconds until = *cut;
  std::erase_if(counts_, [&](const auto& one) { return one.second.count.last <= until; });
}

}  // namespace amends::people
