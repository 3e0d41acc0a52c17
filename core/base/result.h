// What a call answers when it may fail: Result<T> holds a T or an Error. The kinds of error name what the caller should
// do next, so that a decision never hangs on the wording. A subset of C++23's std::expected; nothing outside this
// header knows how it is stored.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace amends {

// What went wrong, named by what the caller does about it.
enum class Kind : std::uint8_t {
  invalid,       // tell the user which field
  not_found,     // tell the user
  conflict,      // reload, then let a person decide
  unauthorized,  // pause the account, ask a person to reconnect
  unsupported,   // hide the button
  rate_limited,  // wait retry_after
  unavailable,   // try again with back-off
  rejected,      // stop, show the peer's reason
  uncertain,     // it may have happened: look for the echo, never repeat blindly
  corrupt,       // stop this item, keep the rest, raise an alarm
  busy,          // somebody else holds it
  internal,      // a fault of ours
  forbidden,     // tell the user whom to ask: they are known, and not allowed
};

struct KindRow {
  Kind kind;
  std::string_view name;
  int http_status;  // RFC 9110
  int exit_code;    // see `amends --help`
  bool retry;       // may succeed later without anybody acting
};

inline constexpr KindRow kKinds[] = {
    {Kind::invalid, "invalid", 400, 2, false},
    {Kind::not_found, "not_found", 404, 1, false},
    {Kind::conflict, "conflict", 409, 1, false},
    {Kind::unauthorized, "unauthorized", 401, 78, false},
    {Kind::unsupported, "unsupported", 422, 2, false},
    {Kind::rate_limited, "rate_limited", 429, 75, true},
    {Kind::unavailable, "unavailable", 503, 75, true},
    {Kind::rejected, "rejected", 422, 1, false},
    {Kind::uncertain, "uncertain", 502, 1, false},
    {Kind::corrupt, "corrupt", 500, 3, false},
    {Kind::busy, "busy", 503, 75, true},
    {Kind::internal, "internal", 500, 1, false},
    {Kind::forbidden, "forbidden", 403, 1, false},
};

constexpr const KindRow& row_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

struct [[nodiscard]] Error {
  Kind kind = Kind::internal;
  std::string what;                     // for the log and for whoever mends it; the peer's own words are kept
  std::string hint = {};                // for the person at the screen: what to do next
  std::chrono::seconds retry_after{0};  // 0: not said

  // The same error with the place it happened in front: "pull support@…: INBOX: …".
  Error within(std::string_view where) && {
    what = std::string(where) + ": " + what;
    return std::move(*this);
  }
  Error with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
};

inline Error fail(Kind kind, std::string what, std::string hint = {}) {
  return Error{kind, std::move(what), std::move(hint), {}};
}

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  // REQUIRES: has_value().
  T& operator*() & { return value(); }
  const T& operator*() const& { return std::get<0>(state_); }
  // By value, so that `for (const auto& row : *rows())` keeps what it walks.
  T operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &std::get<0>(state_); }
  T& value() & {
    assert(has_value());
    return std::get<0>(state_);
  }
  T value_or(T other) && { return has_value() ? std::get<0>(std::move(state_)) : std::move(other); }

  // REQUIRES: !has_value().
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// The value of a call that only can fail.
struct Done {};

}  // namespace amends

#define AMENDS_JOIN2(a, b) a##b
#define AMENDS_JOIN(a, b) AMENDS_JOIN2(a, b)
#define AMENDS_TRY(tmp, declaration, expression) \
  auto tmp = (expression);                       \
  if (!(tmp)) return std::move(tmp).error();     \
  declaration = *std::move(tmp)

// TRY(auto page, connector.pull(since)); hands an error on to the caller. One a line.
#define TRY(declaration, ...) AMENDS_TRY(AMENDS_JOIN(try_, __LINE__), declaration, (__VA_ARGS__))
#define TRY_DO(...)                                                             \
  do {                                                                          \
    if (auto try_do = (__VA_ARGS__); !try_do) return std::move(try_do).error(); \
  } while (false)
