#include <cmath>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

#include "core/base/text.h"
#include "core/identity/linkage.h"
#include "core/main/cli.h"
#include "core/main/inspect.h"

namespace amends::cli {

namespace {

using Json = nlohmann::ordered_json;

// "line 3, column 14" of a byte offset that counts from 1.
std::string place(const std::string& text, std::size_t byte) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    ++column;
    if (text[i] == '\n') {
      ++line;
      column = 1;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// Scalars as text; a list gives its scalars one by one; an object its members under their own keys.
void add_value(const std::string& key, const Json& value, identity::Fields& out, int depth) {
  if (value.is_string()) {
    out.emplace_back(key, value.get_ref<const std::string&>());
  } else if (value.is_number() || value.is_boolean()) {
    out.emplace_back(key, value.dump());
  } else if (value.is_array() && depth < 4) {
    for (const Json& item : value) add_value(key, item, out, depth + 1);
  } else if (value.is_object() && depth < 4) {
    for (const auto& [name, item] : value.items()) add_value(name, item, out, depth + 1);
  }
}

const Json* id_of(const Json& record) {
  for (const char* key : {"id", "unique_id", "rec_id", "record_id"}) {
    const auto it = record.find(key);
    if (it != record.end() && (it->is_string() || it->is_number())) return &*it;
  }
  return nullptr;
}

int refuse(std::ostream& err, const std::string& what) {
  err << "amends inspect links: " << what << "\n"
      << "Expected on stdin: a JSON array of records, [{\"id\": \"1\", \"first_name\": …}, …].\n";
  return kUsage;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

int inspect_links(std::istream& in, std::ostream& out, std::ostream& err, bool explain) {
  const std::string text(std::istreambuf_iterator<char>(in), {});
  std::vector<Json> ids;  // as given: a number stays a number
  std::vector<identity::Fields> records;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> same;
  std::vector<bool> repeated;
  try {
    Json input = Json::parse(text);
    if (!input.is_array()) return refuse(err, "the input is no array but " + std::string(input.type_name()));
    std::unordered_map<std::string, std::uint32_t> seen;
    for (std::size_t i = 0; i < input.size(); ++i) {
      Json& record = input[i];
      const std::string where = "record " + std::to_string(i + 1);
      if (!record.is_object()) return refuse(err, where + " is no object but " + std::string(record.type_name()));
      const Json* id = id_of(record);
      if (id == nullptr) return refuse(err, where + " has no \"id\" that is a string or a number");
      const auto position = static_cast<std::uint32_t>(i);
      const auto [first, fresh] = seen.emplace(dump(*id), position);
      if (!fresh) {
        err << "amends inspect links: " << where << " repeats the id of record " << first->second + 1
            << "; both are taken as one\n";
        same.emplace_back(first->second, position);
      }
      repeated.push_back(!fresh);
      ids.push_back(*id);
      identity::Fields fields;
      for (const auto& [key, value] : record.items()) add_value(key, value, fields, 0);
      records.push_back(std::move(fields));
      record = nullptr;
    }
  } catch (const Json::parse_error& e) {
    // "[json.exception…] parse error at line 2, column 1: syntax error while parsing …": what stands before is ours to
    // say.
    const std::string_view what = e.what();
    const std::size_t reason = what.find("syntax error");
    return refuse(err, "no valid JSON at " + place(text, e.byte) + ": " +
                           text::printable(text::repair_utf8(reason == what.npos ? what : what.substr(reason))));
  } catch (const Json::exception& e) {
    return refuse(err, text::printable(text::repair_utf8(e.what())));
  }

  identity::Options options;
  options.explain = explain;
  const identity::Links links = identity::link(records, options, same);
  // Written piece by piece: a hundred thousand records make one long line.
  out << "{\"clusters\":[";
  const char* comma = "";
  for (const auto& cluster : links.clusters) {
    out << comma << "[";
    const char* inner = "";
    for (const std::uint32_t i : cluster) {
      if (repeated[i]) continue;
      out << inner << dump(ids[i]);
      inner = ",";
    }
    out << "]";
    comma = ",";
  }
  out << "]";
  if (explain) {
    out << ",\"pairs\":[";
    comma = "";
    for (const auto& pair : links.pairs) {
      Json reasons = Json::array();
      for (const auto& r : pair.reasons) {
        reasons.push_back({{"field", r.field}, {"level", r.level}, {"weight", std::round(r.weight * 100) / 100}});
      }
      const Json row = {
          {"a", ids[pair.a]}, {"b", ids[pair.b]}, {"probability", pair.probability}, {"reasons", reasons}};
      out << comma << dump(row);
      comma = ",";
    }
    out << "]";
  }
  out << "}\n";
  return kDone;
}

}  // namespace amends::cli
