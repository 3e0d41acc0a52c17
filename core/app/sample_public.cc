#include "core/app/sample_public.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::app {
namespace {

constexpr std::size_t kReviews = 80;
constexpr std::size_t kMentions = 60;
const std::vector<std::string> kPublicShops = {"Harbour Street", "Canal Quay", "Mill Lane", "Station Row",
                                               "Old Exchange"};
const std::vector<std::string> kSites = {"mapsite", "tastyguide", "shopstimmen", "avisville"};

std::vector<std::vector<std::string>> rows_of(std::string_view source, std::string_view kind) {
  std::vector<std::vector<std::string>> out;
  for (const auto line : text::lines(source)) {
    if (line.substr(0, kind.size()) != kind) continue;
    std::vector<std::string> row;
    for (const auto part : text::split(line.substr(kind.size()), '|')) row.emplace_back(text::trim(part));
    out.push_back(std::move(row));
  }
  return out;
}

Timestamp before(Timestamp now, std::string_view days) { return now - read_span(std::string(days) + "d"); }

// A customer as a review site shows one: "Alistair C.", with a handle made of the name's letters.
struct Public {
  std::string shown, handle;
};
Public public_of(const SamplePerson& person, SampleDice& dice) {
  const auto space = person.name.find(' ');
  const std::string first = person.name.substr(0, space);
  std::size_t end = space == person.name.npos ? person.name.size() : space + 1;
  if (end < person.name.size()) text::next_utf8(person.name, end);
  const std::string account = person.address.substr(0, person.address.find('@'));
  Public out;
  out.shown = dice.chance(35) ? person.name : dice.chance(60) ? person.name.substr(0, end) + "." : first;
  out.handle = text::replace_all(account, ".", dice.chance(50) ? "" : "_");
  return out;
}

std::string words(const SampleBlocks& blocks, const std::string& language, bool good, SampleDice& dice) {
  const std::string prefix = language + (good ? " good " : " bad ");
  const auto open = blocks.find(prefix + "open"), more = blocks.find(prefix + "more");
  if (open == blocks.end() || more == blocks.end()) return {};
  std::string out = dice.pick(open->second);
  if (dice.chance(65)) out += " " + dice.pick(more->second);
  return out;
}

std::string csv_field(const std::string& s) {
  if (s.find_first_of(",\"\n") == s.npos) return s;
  return '"' + text::replace_all(s, "\"", "\"\"") + '"';
}

struct Dated {
  Timestamp at;
  std::string line;
};

SampleTable in_order(std::vector<Dated> rows, std::string bytes) {
  std::stable_sort(rows.begin(), rows.end(), [](const Dated& a, const Dated& b) { return a.at < b.at; });
  SampleTable out{std::move(bytes), static_cast<std::int64_t>(rows.size())};
  for (const Dated& row : rows) out.bytes += row.line + "\n";
  return out;
}

}  // namespace

SampleTable sample_reviews(std::string_view source, const SampleBlocks& blocks, const std::vector<SamplePerson>& people,
                           Timestamp now) {
  std::vector<Dated> rows;
  int number = 70'100;
  const auto add = [&](const std::string& stars, const std::string& author, const std::string& handle,
                       const std::string& language, const std::string& shop, const std::string& site, Timestamp at,
                       const std::string& title, const std::string& text) {
    number += 7;
    const std::string id = site.substr(0, 2) + std::to_string(number);
    std::vector<std::string> fields = {id,    site, author, handle,   to_rfc3339({at.ms / 60'000 * 60'000}), stars,
                                       title, text, shop,   language, "https://" + site + ".example/r/" + id};
    for (auto& field : fields) field = csv_field(field);
    rows.push_back({at, text::join(fields, ",")});
  };
  for (const auto& row : rows_of(source, "review: ")) {
    if (row.size() != 9) continue;
    add(row[0], row[1], row[2], row[3], row[4], row[5], before(now, row[6]), row[7], row[8]);
  }
  SampleDice dice(sample_seed("reviews"));
  while (rows.size() < kReviews && !people.empty()) {
    const SamplePerson& person = people[dice.below(people.size())];
    const bool good = dice.chance(66);
    const std::string text = words(blocks, person.language, good, dice);
    if (text.empty()) continue;
    const Public shown = public_of(person, dice);
    const std::size_t stars = good ? 4 + dice.below(2) : 1 + dice.below(3);
    const Timestamp at = now - std::chrono::minutes(60 + dice.below(44 * 24 * 60));
    add(std::to_string(stars), shown.shown, shown.handle, person.language, dice.pick(kPublicShops), dice.pick(kSites),
        at, "", text);
  }
  return in_order(std::move(rows), "Review ID,Site,Reviewer,Reviewer ID,Date,Stars,Title,Review,Shop,Language,Link\n");
}

SampleTable sample_mentions(std::string_view source, const SampleBlocks& blocks,
                            const std::vector<SamplePerson>& people, Timestamp now) {
  std::vector<Dated> rows;
  int number = 5'004'100;
  const auto add = [&](const std::string& author, const std::string& handle, const std::string& language, Timestamp at,
                       const std::string& text) {
    number += 13;
    const std::string id = std::to_string(number);
    const nlohmann::ordered_json row = {
        {"id", id},         {"kind", "mention"},    {"source", "chirp"},
        {"author", author}, {"handle", handle},     {"at", to_rfc3339({at.ms / 1000 * 1000})},
        {"text", text},     {"language", language}, {"permalink", "https://chirp.example/@" + handle + "/" + id}};
    rows.push_back({at, row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)});
  };
  for (const auto& row : rows_of(source, "mention: ")) {
    if (row.size() == 5) add(row[0], row[1], row[2], before(now, row[3]), row[4]);
  }
  SampleDice dice(sample_seed("mentions"));
  while (rows.size() < kMentions && !people.empty()) {
    const SamplePerson& person = people[dice.below(people.size())];
    const std::string text = words(blocks, person.language, dice.chance(55), dice);
    if (text.empty()) continue;
    const Public shown = public_of(person, dice);
    const Timestamp at = now - std::chrono::minutes(30 + dice.below(44 * 24 * 60));
    add(shown.shown, shown.handle, person.language, at,
        dice.chance(80) ? text + " @kestrelandcrumb" : "@kestrelandcrumb " + text);
  }
  return in_order(std::move(rows), "");
}

}  // namespace amends::app
