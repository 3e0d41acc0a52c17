// What must hold for any bytes on a connection: where a request ends and what it says doesn't hang on how the bytes
// come in pieces; what is let through is well-formed, within its limits, and means the same to cpp-httplib as to us;
// and written anew it reads the same. The first byte is the size of the pieces. Built by clang with
// -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/http/engine.h"
#include "core/http/framing.h"
#include "core/http/url.h"

namespace {

using namespace amends::http;
using Step = RequestReader::Step;

constexpr std::size_t kMaxBody = 4'096;

void hold(bool what, const char* which, std::string_view input) {
  if (what) return;
  std::fprintf(stderr, "%s does not hold for\n%.*s\n", which, static_cast<int>(input.size()), input.data());
  std::abort();
}

struct Read {
  explicit Read(const HeadLimits& limits = {}) : reader(limits) {}
  RequestReader reader;
  Step step = Step::more;
  std::size_t used = 0;
};

void feed(Read& to, std::string_view bytes, std::size_t piece) {
  while (to.used < bytes.size() && to.step != Step::done && to.step != Step::refused) {
    std::string_view some = bytes.substr(to.used, piece);
    const std::size_t before = some.size();
    to.step = to.reader.feed(some);
    if (to.step == Step::head) to.step = to.reader.allow_body(kMaxBody);
    hold(to.step != Step::more || some.empty() || before != some.size(), "progress", bytes);
    to.used += before - some.size();
  }
}

bool same(Read& a, Read& b) {
  if (a.step != b.step) return false;
  if (a.step == Step::refused) return a.reader.refusal().status == b.reader.refusal().status;
  const Head &x = a.reader.head(), &y = b.reader.head();
  return a.used == b.used && x.method == y.method && x.path == y.path && x.query == y.query && x.host == y.host &&
         x.field_lines == y.field_lines && x.keep_alive == y.keep_alive && a.reader.body() == b.reader.body();
}

bool is_clean_path(std::string_view path) {
  if (path.empty() || path.front() != '/' || !amends::text::is_utf8(path)) return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
  }
  const std::string closed = std::string(path) + "/";
  return closed.find("/../") == closed.npos && closed.find("/./") == closed.npos && path.find("//") == path.npos;
}

// Every field that the front lets through, as the library reads it.
bool library_agrees(const Head& head) {
  static Engine engine;
  Request request;
  if (!engine.read(Head(head), request)) return false;
  std::size_t lines = 0;
  std::string_view rest = head.field_lines;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    ++lines;
    const auto colon = line.find(':');
    bool found = false;
    for (const std::string_view value : request.headers.get_all(line.substr(0, colon))) {
      found = found || value == line.substr(colon + 2);
    }
    if (!found) return false;
  }
  return request.headers.all().size() == lines && request.method == head.method && request.path == head.path;
}

std::string written(const Head& head, const std::string& body) {
  std::string out = head.method + " " + head.raw_path;
  if (!head.query.empty()) out += "?" + head.query;
  out += head.minor == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  out += head.field_lines + "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out += head.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read whole, pieces;
  feed(whole, bytes, bytes.size() + 1);
  feed(pieces, bytes, std::size_t{1} + data[0] % 64);
  hold(same(whole, pieces), "the same in pieces", bytes);
  if (whole.step != Step::done) return 0;
  const Head& head = whole.reader.head();
  hold(is_clean_path(head.path), "a clean path", bytes);
  hold(whole.reader.body().size() <= kMaxBody, "the body's limit", bytes);
  hold(head.field_lines.find('\0') == std::string::npos, "no NUL", bytes);
  hold(library_agrees(head), "the library's reading", bytes);
  const std::string again = written(head, whole.reader.body());
  // Written anew a head is a little longer, and no shorter than before: the limits must not say no this time.
  if (bytes.size() > 8'000) return 0;
  Read second({32 * 1024, 16 * 1024, 200});
  feed(second, again, again.size());
  hold(second.step == Step::done && second.used == again.size(), "reading what was written", bytes);
  hold(second.reader.head().path == head.path && second.reader.head().field_lines == head.field_lines &&
           second.reader.body() == whole.reader.body(),
       "the same once written", bytes);
  return 0;
}
