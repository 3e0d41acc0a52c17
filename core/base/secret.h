// A password, token or key: it never prints itself, never compares by ==, and is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace amends {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) {}
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    value_ = std::exchange(other.value_, {});
    return *this;
  }
  ~Secret() { wipe(); }

  // The only way to the value; whoever calls it keeps it out of logs and errors.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe() noexcept {
    for (volatile char& c : value_) c = 0;
  }
  std::string value_;
};

}  // namespace amends
