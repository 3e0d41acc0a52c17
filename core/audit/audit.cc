#include "core/audit/audit.h"

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::audit {
namespace {

constexpr std::string_view kFormat = "amends-audit-1";
constexpr int kLongestPage = 200;

constexpr std::string_view kColumns =
    "SELECT number, at, actor_id, action, brand_id, object, object_id, detail, peer, digest FROM audit_entry ";

// Every field with its length in front, so that no two entries are the same bytes.
class Canonical {
 public:
  void add(std::string_view field) {
    bytes_ += std::to_string(field.size());
    bytes_ += ':';
    bytes_ += field;
    bytes_ += ',';
  }
  void add(std::int64_t number) { add(std::to_string(number)); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Row row_of(const store::Row& row) {
  Row out;
  out.number = row.integer(0);
  out.at = row.time(1);
  out.actor = row.id<UserId>(2);
  out.action = row.string(3);
  out.brand = row.id<BrandId>(4);
  out.object = row.string(5);
  out.object_id = row.integer(6);
  out.detail = row.string(7);
  out.peer = row.string(8);
  out.digest = text::to_hex(row.blob(9));
  return out;
}

void append_json(std::string& out, std::string_view word) {
  out += '"';
  for (const char c : text::printable(text::repair_utf8(word))) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string digest_of(const Row& row, std::string_view previous) {
  Canonical canonical;
  canonical.add(kFormat);
  canonical.add(previous);
  canonical.add(row.number);
  canonical.add(row.at.ms);
  canonical.add(row.actor.value);
  canonical.add(row.action);
  canonical.add(row.brand.value);
  canonical.add(row.object);
  canonical.add(row.object_id);
  canonical.add(row.detail);
  canonical.add(row.peer);
  return std::string(crypto::bytes_of(crypto::sha256(canonical.bytes())));
}

std::string detail(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out = "{";
  for (const auto& [name, value] : fields) {
    if (out.size() > 1) out += ',';
    append_json(out, name);
    out += ':';
    append_json(out, value);
  }
  return out + "}";
}

void append(store::Tx& tx, const Entry& entry) {
  Row row;
  std::string previous;
  if (auto q = tx.query("SELECT number, digest FROM audit_entry ORDER BY number DESC LIMIT 1"); q.next()) {
    row.number = q.row().integer(0);
    previous = std::string(q.row().blob(1));
  }
  row.number += 1;
  row.at = entry.at;
  row.actor = entry.actor;
  row.action = entry.action;
  row.brand = entry.brand;
  row.object = entry.object;
  row.object_id = entry.object_id;
  row.detail = entry.detail.empty() ? "{}" : text::repair_utf8(entry.detail);
  row.peer = text::printable(text::repair_utf8(entry.peer));
  const auto digest = digest_of(row, previous);
  tx.run(
      "INSERT INTO audit_entry (number, at, actor_id, action, brand_id, object, object_id, detail, peer, digest) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.number, row.at, row.actor, row.action, row.brand, row.object, row.object_id, row.detail, row.peer,
      store::Blob{digest});
}

Head head(store::Reader& reader) {
  return reader
      .first("SELECT number, digest FROM audit_entry ORDER BY number DESC LIMIT 1",
             [](const store::Row& row) {
               return Head{row.integer(0), text::to_hex(row.blob(1))};
             })
      .value_or(Head{});
}

std::vector<Row> rows(store::Reader& reader, const Asked& asked) {
  std::string sql = std::string(kColumns) + "WHERE number < ? ";
  std::vector<store::Value> values = {asked.before};
  if (asked.brand) {
    sql += "AND brand_id = ? ";
    values.emplace_back(asked.brand);
  }
  if (asked.actor) {
    sql += "AND actor_id = ? ";
    values.emplace_back(asked.actor);
  }
  if (!asked.action.empty()) {
    sql += asked.action.back() == '.' ? "AND substr(action, 1, ?) = ? " : "AND action = ? ";
    if (asked.action.back() == '.') values.emplace_back(asked.action.size());
    values.emplace_back(asked.action);
  }
  sql += "ORDER BY number DESC LIMIT ?";
  values.emplace_back(std::clamp(asked.limit, 1, kLongestPage + 1));
  std::vector<Row> out;
  for (auto q = reader.query_with(sql, values); q.next();) out.push_back(row_of(q.row()));
  return out;
}

Verdict verify(store::Reader& reader, const std::vector<Head>& anchors) {
  Verdict out;
  std::multimap<std::int64_t, std::string> expected;
  for (const Head& one : anchors) expected.emplace(one.number, one.digest);
  const auto found_wrong = [&](std::int64_t number, std::string what) {
    if (!out.fault) out.fault = Fault{number, std::move(what)};
  };
  std::string previous;
  std::int64_t agreed = 0;  // the last entry that a head of earlier speaks for
  for (auto q = reader.query(std::string(kColumns) + "ORDER BY number"); q.next() && !out.fault;) {
    const Row row = row_of(q.row());
    const std::int64_t due = out.head.number + 1;
    if (row.number != due) {
      found_wrong(due, "entry " + std::to_string(due) + " is missing");
      break;
    }
    const auto digest = digest_of(row, previous);
    if (q.row().blob(9) != digest) {
      found_wrong(row.number, "entry " + std::to_string(row.number) + " was changed, or put in from elsewhere");
      break;
    }
    const auto [begin, end] = expected.equal_range(row.number);
    for (auto it = begin; it != end; ++it) {
      ++out.anchors;
      if (it->second != row.digest) {
        found_wrong(row.number, "entries after " + std::to_string(agreed) + " up to " + std::to_string(row.number) +
                                    " were made anew: the head noted then was another");
      }
      agreed = row.number;
    }
    previous = digest;
    out.head = {row.number, row.digest};
    ++out.entries;
  }
  if (!out.fault && !expected.empty() && expected.rbegin()->first > out.head.number) {
    const std::int64_t due = out.head.number + 1;
    found_wrong(due, "the end was cut off: entry " + std::to_string(due) + " is missing, and entry " +
                         std::to_string(expected.rbegin()->first) + " was there");
  }
  return out;
}

}  // namespace amends::audit
