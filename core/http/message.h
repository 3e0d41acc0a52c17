// A request as a handler sees it and a response as it gives it. By the time a Request exists its framing, its header
// and its path have passed every check of the front (RFC 9110, RFC 9112), so handlers need not look again. Values only;
// safe to use from the one thread that holds them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace amends::http {

class EventStream;

struct Field {
  std::string name;
  std::string value;
};

// Header fields in their order. Names compare without case. No value can break out of its line: control characters (CR,
// LF and NUL among them) become spaces on the way in, in names they are left out.
class Fields {
 public:
  Fields() = default;
  Fields(std::initializer_list<Field> fields) {
    for (const Field& field : fields) add(field.name, field.value);
  }

  // The first value; "" where the field is absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  const std::string* find(std::string_view name) const;
  // Every value of this name, in order.
  std::vector<std::string_view> get_all(std::string_view name) const;

  void set(std::string_view name, std::string_view value);  // replaces every field of this name
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  const std::vector<Field>& all() const { return fields_; }
  bool empty() const { return fields_.empty(); }

 private:
  std::vector<Field> fields_;
};

struct Request {
  std::string method;             // GET HEAD POST PUT PATCH DELETE OPTIONS
  std::string path;               // decoded once: valid UTF-8, no control characters, no "." or "..", begins with '/'
  std::string raw_path;           // as it was sent, without the query
  std::string query;              // as it was sent, without the '?'
  std::vector<Field> parameters;  // the query, decoded, in order
  Fields headers;
  std::string body;
  std::string peer;     // the client's IP address; from X-Forwarded-For only when a trusted proxy said it
  bool secure = false;  // TLS here, or at a trusted proxy
  std::string host;     // the Host field in lower case, with its port if it has one; "" only in HTTP/1.0

  // The first parameter of this name; null where there is none.
  const std::string* parameter(std::string_view name) const;
  // The value of a cookie (RFC 6265 section 5.4); where a name comes twice, the first.
  std::optional<std::string_view> cookie(std::string_view name) const;
};

// A body that is made while it is sent, for what is too big to hold. The front asks for more only when the client has
// read what it had. Threads: always a worker, never two at once, not always the same.
class Source {
 public:
  virtual ~Source() = default;
  // Between 1 and about `most` bytes; "" at the end. An error cuts the connection, so that the client can tell the body
  // is not whole. May block for as long as a handler may.
  virtual Result<std::string> read(std::size_t most) = 0;
  // When it is known it becomes Content-Length; read() must then give exactly as many. Asked once, before the first
  // read.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

// One of body, source, events; the others stay empty. The front adds Date, Content-Length or Transfer-Encoding, and
// Connection, and drops these where a handler has set them. HEAD, 204 and 304 send no body, whatever is here.
struct Response {
  int status = 200;
  Fields headers;
  std::string body;
  std::shared_ptr<Source> source;
  std::shared_ptr<EventStream> events;  // after the header the connection belongs to it
};

// "Not Found"; RFC 9110 section 15. "Unknown" for a status without a name.
std::string_view reason_of(int status);

}  // namespace amends::http
