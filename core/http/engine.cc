#include "core/http/engine.h"

#include <httplib.h>

#include <cstring>

#include "core/base/text.h"

namespace amends::http {
namespace {

// A head in memory; what the library would answer goes nowhere.
class HeadStream final : public httplib::Stream {
 public:
  explicit HeadStream(std::string_view head) : head_(head) {}
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t most) override {
    const std::size_t n = std::min(most, head_.size());
    std::memcpy(to, head_.data(), n);
    head_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return 0; }

 private:
  std::string_view head_;
};

// What doesn't go through the library: a field without a value, which it drops, and a Range, for a malformed one would
// be answered 416 by a regular expression that recurses.
bool is_kept_back(std::string_view line) {
  return text::starts_with_ignoring_case(line, "range:") || line.substr(line.find(':')) == ": \r\n";
}

// Facts of the connection that the library adds to the client's fields.
bool is_added(const std::string& name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT";
}

// The library decodes %XX in the values of fields; so that a value stays what it was, its '%' goes in encoded.
void append_for_library(std::string& out, std::string_view line) {
  const auto colon = line.find(':');
  out.append(line.substr(0, colon));
  for (const char c : line.substr(colon)) {
    if (c == '%') {
      out.append("%25");
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

class Engine::Library final : public httplib::Server {
 public:
  Library() {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
      heard_ = true;
      out_->method = request.method;
      for (const auto& [name, value] : request.headers) {
        if (!is_added(name)) out_->headers.add(name, value);
      }
      return HandlerResponse::Handled;
    });
  }

  bool read(std::string_view head, http::Request& out) {
    HeadStream stream(head);
    out_ = &out;
    heard_ = false;
    bool closed = false;
    process_request(stream, true, closed, nullptr);
    return heard_;
  }

 private:
  http::Request* out_ = nullptr;
  bool heard_ = false;
};

Engine::Engine() : library_(std::make_unique<Library>()) {}
Engine::~Engine() = default;

bool Engine::read(Head&& head, Request& request) {
  // The path that counts is the front's, decoded once and strictly.
  std::string bytes;
  bytes.reserve(head.field_lines.size() + 64);
  bytes.append(head.method).append(" / HTTP/1.1\r\n");
  Fields kept_back;
  const bool escapes = head.field_lines.find('%') != std::string::npos;
  std::string_view rest = head.field_lines;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n") + 2;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    if (is_kept_back(line)) {
      const auto colon = line.find(':');
      kept_back.add(line.substr(0, colon), text::trim(line.substr(colon + 1)));
    } else if (escapes) {
      append_for_library(bytes, line);
    } else {
      bytes.append(line);
    }
  }
  bytes.append("\r\n");
  if (!library_->read(bytes, request)) return false;
  for (const Field& field : kept_back.all()) request.headers.add(field.name, field.value);
  request.path = std::move(head.path);
  request.raw_path = std::move(head.raw_path);
  request.query = std::move(head.query);
  request.parameters = std::move(head.parameters);
  request.host = std::move(head.host);
  return true;
}

}  // namespace amends::http
