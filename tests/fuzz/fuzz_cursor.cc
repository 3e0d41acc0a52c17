// No word that anybody makes up is a cursor, and one of ours is one only as it was given. Built by clang with
// -fsanitize=fuzzer,address.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/secret.h"
#include "core/web/cursor.h"
#include "core/web/entrance.h"
#include "core/web/router.h"
#include "core/web/site.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const amends::Secret key(std::string(32, 'k'));
  if (amends::web::read_cursor(key, "1 /inbox?", text)) std::abort();

  // A real one with bytes of the input laid over it.
  const std::string real = amends::web::mint_cursor(key, "1 /inbox?", {static_cast<std::int64_t>(size), -1, INT64_MIN});
  std::string bent = real;
  for (std::size_t i = 0; i < size && i < bent.size(); ++i) bent[i] = static_cast<char>(bent[i] ^ data[i]);
  const auto read = amends::web::read_cursor(key, "1 /inbox?", bent);
  // The alphabet takes either case: the same letters are the same cursor.
  if (read && read->size() != 3) std::abort();
  if (read && (*read)[1] != -1) std::abort();
  if (amends::web::read_cursor(key, "2 /inbox?", real)) std::abort();

  // The same input as a path and as a place to go.
  static const amends::web::Router router(amends::web::all_routes());
  const auto match = router.find("GET", text);
  if (match.route != nullptr && match.allow.empty()) std::abort();
  const std::string next = amends::web::safe_next(text);
  if (next.empty() || next.front() != '/' || (next.size() > 1 && (next[1] == '/' || next[1] == '\\'))) std::abort();
  return 0;
}
