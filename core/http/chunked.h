// The chunked transfer coding (RFC 9112 section 7.1), read strictly. Pure; bytes in pieces of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace amends::http {

class ChunkedReader {
 public:
  enum class Step : std::uint8_t { more, done, bad, too_long };

  // Takes from the front of `bytes`, appends what is body to `out`, which never grows beyond `max`. Chunk extensions
  // and trailer fields are checked and dropped. `bad` also when the coding takes far more bytes than what it carries.
  Step feed(std::string_view& bytes, std::string& out, std::size_t max);

 private:
  enum class State : std::uint8_t { size, data, data_end, trailer };

  Step take_line(std::string_view line, std::size_t body, std::size_t max);

  State state_ = State::size;
  std::string line_;
  std::uint64_t left_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace amends::http
