// Who did what to people, settings, accounts and personal data: a table that is only ever added to, where every entry's
// digest covers the entry before it. A changed, removed or moved row is found by verify(); a chain that was cut or made
// anew is found by the heads that anchor.h keeps in a file beside the database.
//
// Entries hold ids, words and numbers, never names, addresses of customers or texts: erasing a person leaves the chain
// whole. `peer` is the network address a user came from, or "console".
//
// Table: audit_entry. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::audit {

struct Entry {
  Timestamp at;
  UserId actor;                  // none: the program itself, or the console
  std::string_view action = {};  // a word: "user.disabled", "person.erased"
  BrandId brand = {};            // none: the installation
  std::string_view object = {};  // what kind of thing: "user", "account"; "" for none
  std::int64_t object_id = 0;
  std::string detail = {};  // made by detail()
  std::string peer = {};
};

// A JSON object of words: {"role":"agent"}. Control characters and what is no UTF-8 are replaced.
std::string detail(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

// In the commit of what it tells of.
void append(store::Tx& tx, const Entry& entry);

struct Head {
  std::int64_t number = 0;  // 0: nothing yet
  std::string digest;       // 64 hexadecimal digits
  friend bool operator==(const Head&, const Head&) = default;
};
Head head(store::Reader& reader);

struct Row {
  std::int64_t number = 0;  // 1, 2, 3 … without a gap
  Timestamp at;
  UserId actor;
  std::string action;
  BrandId brand;
  std::string object;
  std::int64_t object_id = 0;
  std::string detail, peer;
  std::string digest;
};
// What the chain is made of: SHA-256 over the fields, each with its length in front, and the digest before (32 bytes,
// "" for the first). `row.digest` is not looked at. Pure; 32 bytes.
std::string digest_of(const Row& row, std::string_view previous);

struct Asked {
  BrandId brand = {};  // none: all
  std::string action;  // "" for all; "user." for all that begin so
  UserId actor = {};   // none: everybody
  std::int64_t before = INT64_MAX;
  int limit = 50;
};
// Newest first.
std::vector<Row> rows(store::Reader& reader, const Asked& asked);

struct Fault {
  std::int64_t number = 0;  // the first entry that is wrong
  std::string what;
};
struct Verdict {
  std::int64_t entries = 0;
  Head head;
  int anchors = 0;  // heads that were compared
  std::optional<Fault> fault;
};
// Walks the whole chain. `anchors`: heads noted earlier, in any order.
Verdict verify(store::Reader& reader, const std::vector<Head>& anchors);

}  // namespace amends::audit
