#include "core/http/message.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::http {
namespace {

constexpr bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

struct Reason {
  int status;
  std::string_view words;
};

// RFC 9110 section 15; 207, 423, 507: RFC 4918; 425: RFC 8470; 428, 429, 431: RFC 6585; 451: RFC 7725.
constexpr Reason kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

const std::string* Fields::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (text::equals_ignoring_case(field.name, name)) return &field.value;
  }
  return nullptr;
}

std::string_view Fields::get(std::string_view name) const {
  const std::string* found = find(name);
  return found != nullptr ? std::string_view(*found) : std::string_view();
}

std::vector<std::string_view> Fields::get_all(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const Field& field : fields_) {
    if (text::equals_ignoring_case(field.name, name)) out.push_back(field.value);
  }
  return out;
}

void Fields::remove(std::string_view name) {
  const auto same = [&](const Field& field) { return text::equals_ignoring_case(field.name, name); };
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(), same), fields_.end());
}

void Fields::set(std::string_view name, std::string_view value) {
  const std::string kept(value);  // `value` may lie in a field that goes
  const std::string called(name);
  remove(called);
  add(called, kept);
}

void Fields::add(std::string_view name, std::string_view value) {
  Field field{std::string(name), std::string(value)};
  const auto splits_name = [](char c) { return is_control(c) || c == ' ' || c == '\t' || c == ':'; };
  field.name.erase(std::remove_if(field.name.begin(), field.name.end(), splits_name), field.name.end());
  if (field.name.empty()) return;
  std::replace_if(field.value.begin(), field.value.end(), is_control, ' ');
  fields_.push_back(std::move(field));
}

const std::string* Request::parameter(std::string_view name) const {
  for (const Field& field : parameters) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  for (const Field& field : headers.all()) {
    if (!text::equals_ignoring_case(field.name, "cookie")) continue;
    for (const std::string_view part : text::split(field.value, ';')) {
      const auto equals = part.find('=');
      if (equals == part.npos || text::trim(part.substr(0, equals)) != name) continue;
      std::string_view value = text::trim(part.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      return value;
    }
  }
  return std::nullopt;
}

std::string_view reason_of(int status) {
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.words;
  }
  return "Unknown";
}

}  // namespace amends::http
