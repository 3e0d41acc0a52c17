#include "connectors/file/wire.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/file/encoding.h"
#include "connectors/file/values.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::connectors::file {
namespace {

using json = nlohmann::json;
using ordered = nlohmann::ordered_json;

constexpr std::string_view kUnreadable = "unreadable";
constexpr std::string_view kRepeat = "repeat";
constexpr std::size_t kMaxNotedFields = 20;

std::string dump(const ordered& value) { return value.dump(-1, ' ', false, ordered::error_handler_t::replace); }

// What a row says, as text, field by field.
struct Row {
  std::array<std::optional<std::string>, kFields> values;
  std::vector<std::string> unknown;  // names of fields that were left aside
  std::string reason;                // set for a wrapped row: why it can't be read
  std::string bytes;                 // of a wrapped row
  std::size_t repeat = 0;            // how many equal rows came before it in its file
  std::vector<std::string> notes;

  const std::string& get(Field field) const {
    static const std::string none;
    const auto& value = values[static_cast<std::size_t>(field)];
    return value ? *value : none;
  }
  void set(Field field, std::string value) { values[static_cast<std::size_t>(field)] = std::move(value); }
  bool has(Field field) const { return values[static_cast<std::size_t>(field)].has_value(); }
};

std::string scalar_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The first of the names that an object holds, as text.
std::string first_of(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto it = object.find(name);
    if (it != object.end() && !it->is_structured() && !it->is_null()) return scalar_text(*it);
  }
  return {};
}

// Sites nest what they say of the author, the stars and the words; one level of that is understood.
void set_structured(Row& row, Field field, const json& value) {
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const auto& element : value) {
      if (!element.is_structured()) parts.push_back(scalar_text(element));
    }
    row.set(field, text::join(parts, "\n"));
    return;
  }
  if (field == Field::author) {
    row.set(field, first_of(value, {"name", "displayName", "display_name", "full_name", "username", "handle"}));
    const std::string handle =
        first_of(value, {"handle", "id", "username", "acct", "screen_name", "url", "profile_url", "email"});
    if (!handle.empty() && !row.has(Field::handle)) row.set(Field::handle, handle);
  } else if (field == Field::rating) {
    row.set(field, first_of(value, {"value", "ratingValue", "stars", "score"}));
    const std::string best = first_of(value, {"max", "best", "bestRating", "outOf", "scale"});
    if (!best.empty() && !row.has(Field::rating_max)) row.set(Field::rating_max, best);
  } else if (field == Field::location) {
    row.set(field, first_of(value, {"name", "title", "displayName", "id"}));
  } else {
    row.set(field, first_of(value, {"text", "body", "content", "name", "value", "id", "url"}));
  }
}

// REQUIRES: object.is_object(). Our own names go before the names that sites use for the same.
Row row_from(const json& object) {
  Row row;
  std::vector<std::pair<Field, const json*>> known[2];
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (const auto own = field_named(it.key())) {
      known[0].emplace_back(*own, &it.value());
    } else if (const auto other = field_known_as(it.key())) {
      known[1].emplace_back(*other, &it.value());
    } else if (it.key() == kRepeat && it.value().is_number_unsigned()) {
      row.repeat = it.value().get<std::size_t>();
    } else if (!it.value().is_null()) {
      row.unknown.push_back(it.key());
    }
  }
  for (const auto& pass : known) {
    for (const auto& [field, value] : pass) {
      if (value->is_null() || (row.has(field) && !row.get(field).empty())) continue;
      if (value->is_structured()) {
        set_structured(row, field, *value);
      } else {
        row.set(field, scalar_text(*value));
      }
    }
  }
  for (auto& value : row.values) {
    if (value && text::trim(*value).empty()) value.reset();
  }
  return row;
}

// An Error when the raw bytes are no JSON object. Bytes that are no UTF-8 are read as windows-1252.
Result<Row> read_row(std::string_view raw) {
  std::string repaired;
  std::string note;
  if (!text::is_utf8(raw)) {
    repaired = to_utf8(raw, Encoding::windows1252);
    raw = repaired;
    note = "the row is no UTF-8: read as windows-1252";
  }
  const json object = json::parse(raw, nullptr, false);
  if (object.is_discarded()) return fail(Kind::invalid, "the line is not JSON", "mend it in the file and import again");
  if (!object.is_object()) {
    return fail(Kind::invalid, "the line is JSON but no object", "one {…} a line is what this channel reads");
  }
  if (const auto it = object.find(kUnreadable); it != object.end() && it->is_object()) {
    Row row;
    row.bytes = scalar_text(it->value("base64", it->value("bytes", json())));
    row.reason = "line " + scalar_text(it->value("line", json())) + ": " + scalar_text(it->value("reason", json()));
    return row;
  }
  Row row = row_from(object);
  if (!note.empty()) row.notes.push_back(note);
  return row;
}

std::string or_setting(const Row& row, Field field, const channel::Settings& settings) {
  if (row.has(field)) return row.get(field);
  return std::string(settings.get(name_of(field)));
}

model::MessageKind kind_of(const Row& row, const channel::Settings& settings) {
  if (const auto kind = parse_kind(row.get(Field::kind))) return *kind;
  if (const auto kind = parse_kind(settings.get("kind"))) return *kind;
  if (row.has(Field::rating)) return model::MessageKind::review;
  if (row.has(Field::reply_to)) return model::MessageKind::comment;
  return model::MessageKind::mention;
}

// Ids are unique within a site; without one, among rows of one kind.
std::string name_with_id(std::string_view id, const std::string& source, model::MessageKind kind) {
  return (source.empty() ? std::string(model::name_of(kind)) : text::ascii_lower(text::trim(source))) + ":" +
         std::string(text::trim(id));
}

std::string digest_name(const Row& row) {
  std::string said;
  for (std::size_t i = 0; i < kFields; ++i) {
    if (static_cast<Field>(i) == Field::date_order || !row.values[i]) continue;
    said += std::string(name_of(static_cast<Field>(i))) + "\x1f" + *row.values[i] + "\x1e";
  }
  std::string name = "row:" + crypto::sha256_hex(said).substr(0, 32);
  if (row.repeat > 0) name += "#" + std::to_string(row.repeat + 1);
  return name;
}

std::string name_of_row(const Row& row, const channel::Settings& settings) {
  if (!row.has(Field::id)) return digest_name(row);
  return name_with_id(row.get(Field::id), or_setting(row, Field::source, settings), kind_of(row, settings));
}

// A comment answers a review unless its own id says otherwise; other kinds answer their own.
std::string name_of_parent(const Row& row, const channel::Settings& settings) {
  const auto kind = kind_of(row, settings);
  const auto parent = kind == model::MessageKind::comment ? model::MessageKind::review : kind;
  return name_with_id(row.get(Field::reply_to), or_setting(row, Field::source, settings), parent);
}

bool is_private(model::MessageKind kind) {
  using model::MessageKind;
  return kind == MessageKind::direct_message || kind == MessageKind::call || kind == MessageKind::form ||
         kind == MessageKind::mail;
}

void set_author(const Row& row, const channel::Settings& settings, model::Content& out) {
  std::string handle(text::trim(row.get(Field::handle)));
  out.author.name = text::squeeze(row.get(Field::author));
  // What looks like an address is one, whatever the column's name.
  if (handle.empty() && out.author.name.find('@') != std::string::npos &&
      out.author.name.find(' ') == std::string::npos) {
    handle = out.author.name;
  }
  if (handle.empty()) {
    // A name alone tells nobody apart: the author of each such item stays somebody of their own.
    out.author.handle = "author of " + out.message_id;
    out.notes.emplace_back("no handle: the author is known by name only");
    return;
  }
  if (handle.find('@') != handle.npos) handle = text::ascii_lower(handle);
  const std::string source = text::ascii_lower(or_setting(row, Field::source, settings));
  out.author.handle = source.empty() ? handle : source + ":" + handle;
}

void set_times(const Row& row, const channel::Settings& settings, model::Content& out) {
  const std::string& shown = row.get(Field::date_order);
  const std::string_view wanted = settings.get("date_order");
  const bool month_first = wanted == "mdy" || (wanted != "dmy" && shown == "mdy");
  const DateOrder order = month_first ? DateOrder::month_first : DateOrder::day_first;
  if (row.has(Field::at)) {
    if (const auto when = parse_when(row.get(Field::at), order)) {
      out.date = when->at;
      if (when->ambiguous && shown.empty() && wanted != "dmy" && wanted != "mdy") {
        out.notes.emplace_back("date read with the day first; set date_order if the month comes first");
      }
    } else {
      out.notes.emplace_back("date not understood: \"" + text::excerpt(row.get(Field::at), 60) + "\"");
    }
  }
  if (row.has(Field::updated)) {
    const auto when = parse_when(row.get(Field::updated), order);
    out.version = when ? to_rfc3339(when->at) : text::excerpt(row.get(Field::updated), 60);
  }
}

void set_rating(const Row& row, model::Content& out) {
  if (!row.has(Field::rating)) return;
  double best = 0;
  if (row.has(Field::rating_max)) {
    if (const auto max = parse_stars(row.get(Field::rating_max), 0)) {
      const std::string& digits = row.get(Field::rating_max);
      best = std::strtod(digits.c_str(), nullptr);
    }
  }
  if (const auto stars = parse_stars(row.get(Field::rating), best)) {
    out.rating = stars->value;
    if (!stars->repaired.empty()) out.notes.emplace_back("rating " + stars->repaired);
  } else {
    out.notes.emplace_back("rating not understood: \"" + text::excerpt(row.get(Field::rating), 60) + "\"");
  }
}

std::string clean_text(const std::string& value) {
  return std::string(text::trim(text::replace_all(text::replace_all(value, "\r\n", "\n"), "\r", "\n")));
}

}  // namespace

std::string row_json(const CsvRecord& record, const ColumnMap& columns, std::string_view date_order,
                     std::size_t repeat) {
  ordered out = ordered::object();
  std::vector<std::string_view> name(record.fields.size());
  for (const auto& [field, column] : columns.column_of) {
    if (column < name.size()) name[column] = name_of(field);
  }
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if (text::trim(record.fields[i]).empty()) continue;
    std::string key(name[i]);
    if (key.empty()) {
      key = i < columns.headers.size() ? columns.headers[i] : "column " + std::to_string(i + 1);
      // A column that was not chosen must not come back under a name that parse() knows.
      if (field_known_as(key)) key = "column " + key;
    }
    while (out.contains(key)) key += "'";
    out[key] = record.fields[i];
  }
  if (!date_order.empty()) out[std::string(name_of(Field::date_order))] = date_order;
  if (repeat > 0) out[std::string(kRepeat)] = repeat;
  return dump(out);
}

std::string unreadable_json(std::size_t line, std::string_view reason, std::string_view bytes) {
  ordered inner = {{"line", line}, {"reason", reason}, {"bytes", text::repair_utf8(bytes)}};
  if (!text::is_utf8(bytes)) inner["base64"] = text::to_base64(bytes);
  return dump(ordered{{kUnreadable, std::move(inner)}});
}

Name name_item(std::string_view raw, const channel::Settings& settings) {
  const auto row = read_row(raw);
  if (!row || !row->reason.empty()) {
    // By its bytes alone, so that a row which moves down the file stays the same one.
    return {"bad:" + crypto::sha256_hex(row && !row->bytes.empty() ? std::string_view(row->bytes) : raw).substr(0, 32),
            false};
  }
  return {name_of_row(*row, settings), !row->has(Field::id)};
}

std::string line_problem(std::string_view line) {
  const auto row = read_row(line);
  return row ? "" : row.error().what;
}

Result<model::Content> parse_row(std::string_view raw, std::string_view place, const channel::Settings& settings) {
  TRY(const Row row, read_row(raw));
  if (!row.reason.empty()) {
    return fail(Kind::invalid, std::string(place) + ", " + row.reason, "mend the row in the file and import it again");
  }
  const bool says_something =
      row.has(Field::text) || row.has(Field::title) || row.has(Field::rating) || row.has(Field::deleted);
  if (!says_something) {
    return fail(Kind::invalid, "the row has neither text, title nor rating",
                row.unknown.empty() ? "" : "it has: " + text::excerpt(text::join(row.unknown, ", "), 200));
  }

  model::Content out;
  out.notes = row.notes;
  out.kind = kind_of(row, settings);
  if (row.has(Field::kind) && !parse_kind(row.get(Field::kind))) {
    out.notes.emplace_back("kind not understood: \"" + text::excerpt(row.get(Field::kind), 40) + "\"");
  }
  out.visibility = is_private(out.kind) ? model::Visibility::private_ : model::Visibility::public_;
  const std::string visibility = fold_name(row.get(Field::visibility));
  if (visibility == "private" || visibility == "direct") out.visibility = model::Visibility::private_;
  if (visibility == "public") out.visibility = model::Visibility::public_;

  out.message_id = name_of_row(row, settings);
  set_author(row, settings, out);
  // Whoever handed us the file took it from the site, which knows its own authors.
  out.auth.from_verified = row.has(Field::handle);
  out.from = {out.author};
  if (row.has(Field::reply_to)) out.in_reply_to = {name_of_parent(row, settings)};
  set_times(row, settings, out);
  set_rating(row, out);
  out.subject = text::squeeze(row.get(Field::title));
  out.text = clean_text(row.get(Field::text));
  out.reply_text = out.text;
  out.location = text::squeeze(or_setting(row, Field::location, settings));
  if (row.has(Field::permalink)) {
    const std::string link(text::trim(row.get(Field::permalink)));
    if (text::starts_with_ignoring_case(link, "https://") || text::starts_with_ignoring_case(link, "http://")) {
      out.permalink = link;
    } else {
      out.notes.emplace_back("permalink left out: it is no http address");
    }
  }
  out.language = parse_language(or_setting(row, Field::language, settings));
  if (row.has(Field::deleted)) {
    if (const auto deleted = parse_flag(row.get(Field::deleted))) {
      out.deleted = *deleted;
    } else {
      out.deleted = parse_when(row.get(Field::deleted), DateOrder::day_first).has_value();  // deleted_at
    }
  }
  if (!row.unknown.empty()) {
    std::vector<std::string> named(
        row.unknown.begin(),
        row.unknown.begin() + static_cast<std::ptrdiff_t>(std::min(row.unknown.size(), kMaxNotedFields)));
    out.notes.push_back("fields left aside: " + text::excerpt(text::join(named, ", "), 300));
  }
  return out;
}

}  // namespace amends::connectors::file
