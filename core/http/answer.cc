#include "core/http/answer.h"

#include <charconv>
#include <ctime>

#include "core/base/text.h"

namespace amends::http {
namespace {

// The front's own business, whoever sets them.
constexpr std::string_view kOurs[] = {"content-length", "transfer-encoding", "connection", "date",
                                      "keep-alive",     "trailer",           "upgrade"};

bool is_ours(std::string_view name) {
  for (const std::string_view ours : kOurs) {
    if (text::equals_ignoring_case(ours, name)) return true;
  }
  return false;
}

void append_number(std::string& out, std::uint64_t n) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

AnswerHead write_head(const Response& response, const AnswerFacts& facts, std::string_view date) {
  AnswerHead head;
  const int status = response.status;
  const bool bodiless = status == 204 || status == 304;
  std::optional<std::uint64_t> length;
  if (response.events != nullptr) {
    head.delimiter = Delimiter::close;
  } else if (response.source == nullptr) {
    length = response.body.size();
  } else {
    length = head.length = response.source->size();
    if (!length) head.delimiter = facts.minor == 0 ? Delimiter::close : Delimiter::chunks;
  }
  if (length) head.delimiter = Delimiter::length;
  head.keep_alive = facts.keep_alive && head.delimiter != Delimiter::close;

  std::string& out = head.bytes;
  out.reserve(256 + 48 * response.headers.all().size());
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(reason_of(status)).append("\r\n");
  append_field(out, "Date", date);
  for (const Field& field : response.headers.all()) {
    if (!is_ours(field.name)) append_field(out, field.name, field.value);
  }
  if (response.events != nullptr) {
    if (!response.headers.has("Content-Type")) append_field(out, "Content-Type", "text/event-stream");
    if (!response.headers.has("Cache-Control")) append_field(out, "Cache-Control", "no-store");
    append_field(out, "X-Accel-Buffering", "no");  // nginx would hold events back
  }
  if (!bodiless && head.delimiter == Delimiter::length) {
    out += "Content-Length: ";
    append_number(out, *length);
    out += "\r\n";
  }
  if (!bodiless && head.delimiter == Delimiter::chunks) out += "Transfer-Encoding: chunked\r\n";
  if (!head.keep_alive) out += "Connection: close\r\n";
  if (head.keep_alive && facts.minor == 0) out += "Connection: keep-alive\r\n";
  out += "\r\n";
  if (bodiless || facts.head_only) head.delimiter = Delimiter::none;
  return head;
}

std::string http_date(std::chrono::system_clock::time_point when) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm t = {};
  gmtime_r(&seconds, &t);
  char time_of_day[40];
  std::strftime(time_of_day, sizeof time_of_day, "%Y %H:%M:%S GMT", &t);
  const std::string day = (t.tm_mday < 10 ? "0" : "") + std::to_string(t.tm_mday);
  return std::string(kDays[t.tm_wday]) + ", " + day + " " + kMonths[t.tm_mon] + " " + time_of_day;
}

Response refusal_answer(const Refusal& refusal, const Fields& default_headers, std::chrono::seconds retry_after) {
  Response out;
  out.status = refusal.status;
  out.headers = default_headers;
  out.headers.set("Content-Type", "application/problem+json");
  out.headers.set("Cache-Control", "no-store");
  if (refusal.status == 405) out.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (refusal.status == 415) out.headers.set("Accept-Encoding", "identity");  // RFC 7694
  if (refusal.status == 429 || refusal.status == 503) {
    out.headers.set("Retry-After", std::to_string(retry_after.count()));
  }
  // The words are ours and need no escaping.
  out.body.append(R"({"type":"about:blank","title":")").append(reason_of(refusal.status));
  out.body.append(R"(","status":)").append(std::to_string(refusal.status));
  out.body.append(R"(,"detail":")").append(refusal.why).append("\"}");
  return out;
}

std::string chunk_of(std::string_view piece) {
  char size[16];
  std::string out;
  out.reserve(piece.size() + 24);
  out.append(size, std::to_chars(size, size + sizeof size, piece.size(), 16).ptr);
  return out.append("\r\n").append(piece).append("\r\n");
}

}  // namespace amends::http
