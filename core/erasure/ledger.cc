#include "core/erasure/ledger.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/crypto/hmac.h"

namespace amends::erasure {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kHashBytes = 16;

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char c : bytes) {
    out += kDigits[c >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

// "" for anything but hex digits in lower case.
std::string from_hex(std::string_view hex) {
  const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    if (value(hex[i]) < 0 || value(hex[i + 1]) < 0) return {};
    out += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  }
  return hex.size() % 2 == 0 ? out : std::string();
}

std::int64_t id_of(store::Reader& reader, std::string_view pseudonym) {
  return reader.count("SELECT COALESCE(MAX(id), 0) FROM erasure WHERE pseudonym = ?", pseudonym);
}

void add_marks(std::vector<Mark>& into, const std::vector<Mark>& more) {
  for (const Mark& mark : more) {
    if (std::find(into.begin(), into.end(), mark) == into.end()) into.push_back(mark);
  }
}

Result<Erasure> from_line(const std::string& line) {
  const auto json = ordered_json::parse(line, nullptr, false);
  const Error odd = fail(Kind::invalid, "a line of the ledger can't be read");
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string() || !json.contains("brand") ||
      !json["brand"].is_string() || !json.contains("at") || !json["at"].is_string() || !json.contains("marks") ||
      !json["marks"].is_object()) {
    return odd;
  }
  Erasure out{json["name"].get<std::string>(), json["brand"].get<std::string>(), {}, {}};
  const auto at = from_rfc3339(json["at"].get<std::string>());
  if (!at || out.pseudonym.empty()) return odd;
  out.at = *at;
  for (const auto& [kind, hashes] : json["marks"].items()) {
    const auto known = std::find_if(std::begin(kMarkKinds), std::end(kMarkKinds),
                                    [&name = kind](const auto& word) { return word.name == name; });
    if (known == std::end(kMarkKinds) || !hashes.is_array()) return odd;
    for (const auto& hash : hashes) {
      const auto bytes = hash.is_string() ? from_hex(hash.get<std::string>()) : std::string();
      if (bytes.size() != kHashBytes) return odd;
      out.marks.push_back({known->value, bytes});
    }
  }
  return out;
}

}  // namespace

Marks::Marks(const Secret& installation_key) : key_(crypto::derive_key(installation_key, "erasure")) {}

Mark Marks::make(MarkKind kind, std::string_view brand_key, std::string_view a, std::string_view b) const {
  // A part's length stands before it, so that no two lists of parts look alike.
  std::string all = std::string(name_of(kind)) + "\n";
  for (const std::string_view part : {brand_key, a, b}) {
    all += std::to_string(part.size()) + ":";
    all += part;
  }
  return {kind, std::string(crypto::bytes_of(crypto::hmac_sha256(key_, all)).substr(0, kHashBytes))};
}

Mark Marks::handle(std::string_view brand_key, std::string_view kind, std::string_view handle) const {
  return make(MarkKind::handle, brand_key, kind, handle);
}
Mark Marks::bytes(std::string_view brand_key, std::string_view digest) const {
  return make(MarkKind::bytes, brand_key, digest.substr(0, 16), {});
}
Mark Marks::message_id(std::string_view brand_key, std::string_view message_id) const {
  return make(MarkKind::message_id, brand_key, message_id, {});
}

bool record(store::Tx& tx, const Erasure& erasure, bool scrubbed) {
  std::int64_t id = id_of(tx, erasure.pseudonym);
  const bool fresh = id == 0;
  if (fresh) {
    id = tx.insert("INSERT INTO erasure (pseudonym, brand_key, at, scrubbed) VALUES (?, ?, ?, ?)", erasure.pseudonym,
                   erasure.brand_key, erasure.at, scrubbed);
  } else if (!scrubbed) {
    tx.run("UPDATE erasure SET scrubbed = 0 WHERE id = ?", id);
  }
  for (const Mark& mark : erasure.marks) {
    tx.run("INSERT INTO erasure_mark (kind, hash, erasure_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", mark.kind,
           store::Blob{mark.hash}, id);
  }
  return fresh;
}

std::vector<Erasure> all(store::Reader& reader) {
  std::map<std::int64_t, Erasure> by_id;
  for (auto q = reader.query("SELECT id, pseudonym, brand_key, at FROM erasure"); q.next();) {
    by_id[q.row().integer(0)] = {q.row().string(1), q.row().string(2), q.row().time(3), {}};
  }
  for (auto q = reader.query("SELECT erasure_id, kind, hash FROM erasure_mark"); q.next();) {
    by_id[q.row().integer(0)].marks.push_back({q.row().as<MarkKind>(1), std::string(q.row().blob(2))});
  }
  std::vector<Erasure> out;
  out.reserve(by_id.size());
  for (auto& [id, erasure] : by_id) out.push_back(std::move(erasure));
  return out;
}

std::int64_t count(store::Reader& reader) { return reader.count("SELECT COUNT(*) FROM erasure"); }

bool is_known(store::Reader& reader, std::string_view pseudonym) { return id_of(reader, pseudonym) != 0; }

std::optional<Timestamp> erased_at(store::Reader& reader, const Mark& mark) {
  return reader
      .first(
          "SELECT MAX(e.at) FROM erasure_mark m JOIN erasure e ON e.id = m.erasure_id WHERE m.kind = ? AND m.hash = ?",
          [](store::Row r) { return r.is_null(0) ? std::nullopt : std::optional(r.time(0)); }, mark.kind,
          store::Blob{mark.hash})
      .value_or(std::nullopt);
}

std::int64_t unscrubbed(store::Reader& reader) {
  return reader.count("SELECT COUNT(*) FROM erasure WHERE scrubbed = 0");
}

void set_scrubbed(store::Tx& tx) { tx.run("UPDATE erasure SET scrubbed = 1 WHERE scrubbed = 0"); }

std::string to_lines(const std::vector<Erasure>& erasures) {
  std::string out;
  for (const Erasure& erasure : erasures) {
    ordered_json marks = ordered_json::object();
    for (const Mark& mark : erasure.marks) {
      marks[std::string(name_of(mark.kind))].push_back(to_hex(mark.hash));
    }
    const ordered_json line = {{"name", erasure.pseudonym},
                               {"brand", erasure.brand_key},
                               {"at", to_rfc3339(erasure.at)},
                               {"marks", std::move(marks)}};
    out += line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

Result<std::vector<Erasure>> from_lines(std::string_view lines) {
  std::vector<Erasure> out;
  std::int64_t number = 0;
  for (const std::string_view line : text::split(lines, '\n')) {
    ++number;
    if (text::trim(line).empty()) continue;
    auto one = from_line(std::string(line));
    if (!one) return std::move(one).error().within("line " + std::to_string(number));
    out.push_back(*std::move(one));
  }
  return out;
}

std::vector<Erasure> together(std::vector<Erasure> a, const std::vector<Erasure>& b) {
  for (const Erasure& one : b) {
    const auto same =
        std::find_if(a.begin(), a.end(), [&](const Erasure& other) { return other.pseudonym == one.pseudonym; });
    if (same == a.end()) {
      a.push_back(one);
    } else {
      add_marks(same->marks, one.marks);
    }
  }
  return a;
}

}  // namespace amends::erasure
