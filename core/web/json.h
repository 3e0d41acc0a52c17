// Writes JSON (RFC 8259) straight into a string: no tree is built, so a page of a timeline costs little more than its
// bytes. What is no UTF-8 is replaced. The caller keeps opening and closing in step; commas are put by themselves.
//
//   Json json;
//   json.open().put("id", 7).key("tags").open_list().add("late").close_list().close();
//
// Threads: one writer is used by one thread.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace amends::web {

// RFC 3339 in UTC with milliseconds, as every time in the API is written: "2026-11-21T09:00:00.000Z".
std::string api_time(Timestamp at);

class Json {
 public:
  Json() = default;
  // Where about `bytes` will be written.
  explicit Json(std::size_t bytes) : out_(bytes, '\0') {}

  Json& open();
  Json& close() { return close('}'); }
  Json& open_list();
  Json& close_list() { return close(']'); }
  Json& key(std::string_view name);
  // A name that stands in the code: it is copied as it is, so none may want escaping.
  template <std::size_t N>
  Json& key(const char (&name)[N]) {
    char* to = begin(N + 2);
    *to = '"';
    to = std::copy_n(name, N - 1, to + 1);
    *to++ = '"';
    *to++ = ':';
    return end(to, false);
  }

  Json& add(std::nullptr_t);
  Json& add(bool value);
  Json& add(double value);  // null for what JSON has no number for
  Json& add(std::string_view value);
  Json& add(const std::string& value) { return add(std::string_view(value)); }
  Json& add(const char* value) { return add(std::string_view(value)); }
  Json& add(Timestamp at);
  template <std::integral Int>
  requires(!std::same_as<Int, bool>) Json& add(Int value) { return add_number(static_cast<std::int64_t>(value)); }
  // An id that is none is null.
  template <class Tag>
  Json& add(Id<Tag> id) {
    return id ? add_number(id.value) : add(nullptr);
  }
  template <class T>
  Json& add(const std::optional<T>& value) {
    return value ? add(*value) : add(nullptr);
  }
  // A JSON text made elsewhere; null when it is none.
  Json& add_json(std::string_view text);

  template <class Name, class T>
  Json& put(const Name& name, const T& value) {
    return key(name).add(value);
  }
  template <class Name>
  Json& put_text_or_null(const Name& name, std::string_view value) {
    key(name);
    return value.empty() ? add(nullptr) : add(value);
  }
  template <class Name, class List>
  Json& put_list(const Name& name, const List& values) {
    key(name).open_list();
    for (const auto& value : values) add(value);
    return close_list();
  }

  std::string_view text() const { return std::string_view(out_).substr(0, size_); }  // until the next call
  std::string take();

 private:
  // Writing goes straight to memory: begin() puts the comma and gives the place for up to `bytes` more, end() says how
  // far it went and whether the next value wants a comma.
  char* begin(std::size_t bytes) {
    if (out_.size() - size_ <= bytes) grow(bytes + 1);
    char* to = out_.data() + size_;
    if (needs_comma_) *to++ = ',';
    return to;
  }
  Json& end(const char* at, bool needs_comma) {
    size_ = static_cast<std::size_t>(at - out_.data());
    needs_comma_ = needs_comma;
    return *this;
  }
  void grow(std::size_t bytes);
  Json& add_plain(std::string_view text, bool needs_comma);
  std::uint64_t add_quoted(std::string_view text);
  Json& add_number(std::int64_t value);
  Json& close(char bracket);

  std::string out_;  // written to size_, room behind it
  std::size_t size_ = 0;
  bool needs_comma_ = false;
};

}  // namespace amends::web
