#include "core/identity/people.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "core/base/text.h"
#include "core/identity/fold.h"

namespace amends::identity::test {

std::size_t Dice::below(std::size_t n) {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return static_cast<std::size_t>((z ^ (z >> 31)) % n);
}

std::size_t Dice::ranked(std::size_t n) {
  const double u = static_cast<double>(below(1'000'000)) / 1e6;
  return static_cast<std::size_t>(u * u * u * static_cast<double>(n));
}

namespace {

std::vector<std::string> list(std::string_view words) {
  std::vector<std::string> out;
  for (const std::string_view word : text::split(words, ' ')) out.emplace_back(word);
  return out;
}

const std::vector<std::string>& women() {
  static const auto names = list(
      "Maria Anna Julia Sarah Laura Lisa Lena Emma Sophie Katharina Christina Sabine Petra Andrea Susanne Claudia "
      "Monika "
      "Ursula Brigitte Elisabeth Helga Ingrid Renate Karin Jessica Emily Olivia Charlotte Grace Chloe Hannah Amelia "
      "Isabella "
      "Ruby Ella Imogen Georgia Mikayla Alyssa Tahlia Jasmine Zoe Caitlin Madeline Brooke Lauren Nicole Rachel Rebecca "
      "Veronica Theresa Françoise Zoë Käthe Jördis Esperanza Guadalupe Yvonne Xenia Ottilie Philippa Winifred");
  return names;
}
const std::vector<std::string>& men() {
  static const auto names = list(
      "Thomas Michael Peter Andreas Stefan Wolfgang Klaus Jürgen Hans Günter Martin Frank Uwe Ralf Daniel Christian "
      "Markus "
      "Sebastian Alexander Lukas Joshua Jack William Lachlan Thomas James Benjamin Samuel Jacob Ethan Liam Harrison "
      "Nicholas "
      "Joel Mitchell Cooper Riley Connor Oliver Jake Matthew Luke Dylan Hamish Angus Archie Robert Richard Edward "
      "Charles "
      "George Henry François José Søren Łukasz Dmitri Mehmet Ignatius Thaddäus Quentin Bartholomew");
  return names;
}
const std::vector<std::string>& known_surnames() {
  static const auto names = list(
      "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
      "Wolf "
      "Schröder Neumann Schwarz Zimmermann Smith Jones Williams Brown Taylor Wilson Johnson White Martin Anderson "
      "Thompson "
      "Nguyen Thomas Walker Harris Lee Ryan Robinson Kelly King Campbell Clarke Green Webb Dixon Goode Morrison "
      "Matthews "
      "Lindner Pfeiffer Großmann Öztürk O'Brien McCarthy d'Angelo García Fernández Novák Kowalski Jørgensen");
  return names;
}

// Rare surnames, built so that no two lists anywhere matter: "Brennwald", "Kestermann", "Ashcombe".
std::string built_surname(Dice& dice) {
  static const auto starts = list(
      "Brenn Kester Ash Wald Hart Linde Stein Rosen Fels Gold Burg Thorn Wind Black Stan Wick Hol Mar Ken Dun Elling "
      "Grim Hazel "
      "Iver Jar Kirk Lang Mill Nor Oak Pen Quarr Raven Sand Tall Under Vor Whit Yar Zell Birk Cran Drey Eber");
  static const auto ends = list(
      "wald mann combe ford ton berg feld hausen stein bach ley worth field dorf er ow ski sen by wick ham shaw croft "
      "stedt "
      "rich hold mar kamp inger thal hurst brook");
  return dice.one_of(starts) + dice.one_of(ends);
}

std::string number(Dice& dice, int digits) {
  std::string out;
  for (int i = 0; i < digits; ++i) out += static_cast<char>('0' + dice.below(10));
  return out;
}

std::string date(int y, int m, int d) {
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", y, m, d);
  return out.data();
}

std::string any_date(Dice& dice, int from, int to) {
  return date(from + static_cast<int>(dice.below(static_cast<std::size_t>(to - from))),
              1 + static_cast<int>(dice.below(12)), 1 + static_cast<int>(dice.below(28)));
}

struct Town {
  std::string city, postcode, state;
};
const std::vector<Town>& towns() {
  static const std::vector<Town> all = [] {
    Dice dice(7);
    static const auto ends = list("stadt burg heim ville ton field haven bridge beck au furt mouth dale");
    static const auto states = list("nsw vic qld wa sa tas");
    std::vector<Town> out;
    for (int i = 0; i < 300; ++i) {
      out.push_back({built_surname(dice) + dice.one_of(ends), number(dice, 5), dice.one_of(states)});
    }
    return out;
  }();
  return all;
}

std::string street_name(Dice& dice) {
  static const auto kinds = list("Street Road Avenue Lane Place Crescent Straße weg Allee");
  const std::string& kind = dice.one_of(kinds);
  const std::string name = built_surname(dice);
  return kind == "weg" ? name + kind : name + " " + kind;
}

void settle(Person& p, Dice& dice) {
  const Town& town = towns()[dice.ranked(towns().size())];
  p.city = town.city;
  p.postcode = town.postcode;
  p.state = town.state;
  p.street = street_name(dice);
  p.house = std::to_string(1 + dice.below(180)) + (dice.chance(0.05) ? "a" : "");
  p.phone = "0" + number(dice, 3) + " " + number(dice, 7);
}

void name(Person& p, Dice& dice) {
  const bool woman = dice.chance(0.5);
  p.gender = woman ? "f" : "m";
  const auto& names = woman ? women() : men();
  p.given = names[dice.ranked(names.size())];
}

void give_email(Person& p, Dice& dice) {
  static const auto providers = list("gmail.com web.de gmx.de yahoo.com outlook.com hotmail.co.uk orange.fr");
  const std::string given = text::replace_all(fold_words(p.given, true), " ", "");
  const std::string surname = text::replace_all(fold_words(p.surname, true), " ", "");
  const std::string local = dice.chance(0.5) ? given + "." + surname : given.substr(0, 1) + surname + number(dice, 2);
  p.email =
      local + "@" + (dice.chance(0.7) ? dice.one_of(providers) : fold_words(built_surname(dice), true) + ".example");
}

}  // namespace

Person invent(Dice& dice) {
  Person p;
  name(p, dice);
  p.surname = dice.chance(0.4) ? known_surnames()[dice.ranked(known_surnames().size())] : built_surname(dice);
  p.birth = any_date(dice, 1930, 2008);
  p.number = number(dice, 7);
  settle(p, dice);
  give_email(p, dice);
  return p;
}

Person relative_of(const Person& person, Dice& dice) {
  Person p = person;
  while (fold_words(p.given, true)[0] == fold_words(person.given, true)[0]) name(p, dice);
  while (p.birth.substr(0, 4) == person.birth.substr(0, 4)) p.birth = any_date(dice, 1930, 2008);
  p.number = number(dice, 7);
  if (dice.chance(0.8)) give_email(p, dice);
  return p;
}

Person twin_of(const Person& person, Dice& dice) {
  Person p = relative_of(person, dice);
  p.birth = person.birth;
  give_email(p, dice);
  return p;
}

std::string slip(std::string s, Dice& dice) {
  if (s.size() < 2) return s;
  const std::size_t at = dice.below(s.size());
  if (static_cast<unsigned char>(s[at]) >= 0x80) return s;  // letters of two bytes stay whole
  const auto other = [&](char c) {
    if (text::is_digit(c)) return static_cast<char>('0' + (c - '0' + 1 + dice.below(9)) % 10);
    static constexpr std::string_view kKeys = "qwertzuiopasdfghjklyxcvbnm";
    const std::size_t key = kKeys.find(text::ascii_lower(c));
    return key == kKeys.npos ? 'e' : kKeys[(key + (dice.chance(0.5) ? 1 : kKeys.size() - 1)) % kKeys.size()];
  };
  switch (dice.below(6)) {
    case 0: s[at] = other(s[at]); break;
    case 1: s.erase(at, 1); break;
    case 2: s.insert(at, 1, s[at]); break;
    case 3:
      if (at + 1 < s.size() && static_cast<unsigned char>(s[at + 1]) < 0x80) std::swap(s[at], s[at + 1]);
      break;
    case 4: {  // misread
      static const std::vector<std::pair<std::string, std::string>> looks = {
          {"m", "rn"}, {"l", "1"}, {"o", "0"}, {"s", "5"}, {"g", "9"}, {"B", "8"}, {"d", "cl"}, {"h", "b"}, {"u", "v"}};
      const auto& [from, to] = dice.one_of(looks);
      if (const std::size_t hit = s.find(from); hit != s.npos) s.replace(hit, from.size(), to);
      break;
    }
    default: {  // heard
      static const std::vector<std::pair<std::string, std::string>> sounds = {
          {"ph", "f"}, {"f", "ph"},  {"ck", "k"},  {"c", "k"},  {"ie", "y"}, {"y", "i"},  {"th", "t"},
          {"z", "s"},  {"dt", "tt"}, {"ei", "ai"}, {"ks", "x"}, {"ss", "s"}, {"nn", "n"}, {"v", "w"}};
      const auto& [from, to] = dice.one_of(sounds);
      if (const std::size_t hit = s.find(from); hit != s.npos) s.replace(hit, from.size(), to);
      break;
    }
  }
  return s;
}

namespace {

// One further record of a person: up to `slips` slips, of the kinds and in the proportions that registers show.
Person blur(Person p, int slips, double moved, Dice& dice) {
  if (dice.chance(moved)) {
    const std::string phone = p.phone;
    settle(p, dice);
    if (dice.chance(0.5)) p.phone = phone;
  }
  const int count = 1 + static_cast<int>(dice.below(static_cast<std::size_t>(slips)));
  const std::array<std::string*, 9> fields = {&p.given,    &p.surname, &p.birth, &p.street, &p.city,
                                              &p.postcode, &p.phone,   &p.email, &p.number};
  for (int i = 0; i < count; ++i) {
    const std::size_t kind = dice.below(20);
    if (kind == 0) {
      std::swap(p.given, p.surname);
    } else if (kind == 1) {  // day and month
      p.birth = p.birth.substr(0, 5) + p.birth.substr(8, 2) + "-" + p.birth.substr(5, 2);
    } else if (kind == 2) {
      p.given = p.given.substr(0, static_cast<unsigned char>(p.given[0]) < 0x80 ? 1 : 2) + ".";
    } else if (kind == 3) {
      p.street = text::replace_all(text::replace_all(p.street, "Street", "St."), "Straße", "Str.");
    } else if (kind == 4) {
      static const std::map<std::string, std::string> short_names = {
          {"Robert", "Bob"},      {"William", "Bill"}, {"Richard", "Dick"},   {"Katharina", "Kathi"},
          {"Elisabeth", "Lisa"},  {"Benjamin", "Ben"}, {"Joshua", "Josh"},    {"Matthew", "Matt"},
          {"Thomas", "Tom"},      {"Michael", "Mike"}, {"Alexander", "Alex"}, {"Rebecca", "Becky"},
          {"Madeline", "Maddie"}, {"Josef", "Sepp"},   {"José", "Pepe"}};
      if (const auto it = short_names.find(p.given); it != short_names.end()) p.given = it->second;
    } else if (kind == 5) {
      p.phone = "+49 " + p.phone.substr(1);
    } else {
      std::string& field = *fields[dice.below(fields.size())];
      field = slip(field, dice);
    }
  }
  return p;
}

Fields record_of(const Person& p, const Shape& shape, Dice& dice) {
  Fields out;
  const auto add = [&](const char* key, const std::string& value, double missing) {
    if (!value.empty() && !dice.chance(missing)) out.emplace_back(key, value);
  };
  add("first_name", p.given, shape.missing / 2);
  add("last_name", p.surname, shape.missing / 4);
  add("date_of_birth", p.birth, shape.missing);
  add("street_number", p.house, shape.missing);
  add("street", p.street, shape.missing);
  add("city", p.city, shape.missing);
  add("postcode", p.postcode, shape.missing);
  add("state", p.state, shape.missing);
  if (shape.numbers) {
    add("phone", p.phone, 0.3);
    add("email", p.email, 0.3);
    add("national_id", p.number, 0.4);
  }
  return out;
}

void shuffle(Register& r, Dice& dice) {
  for (std::size_t i = r.records.size(); i > 1; --i) {
    const std::size_t j = dice.below(i);
    std::swap(r.records[i - 1], r.records[j]);
    std::swap(r.who[i - 1], r.who[j]);
  }
}

}  // namespace

Register civil_register(const Shape& shape, std::uint64_t seed) {
  Dice dice(seed);
  Register out;
  std::uint32_t who = 0;
  const auto enter = [&](const Person& p) {
    out.records.push_back(record_of(p, shape, dice));
    out.who.push_back(who);
    if (dice.chance(shape.doubled)) {
      const std::size_t doubles = 1 + dice.ranked(static_cast<std::size_t>(shape.most_doubles));
      for (std::size_t i = 0; i < doubles; ++i) {
        out.records.push_back(record_of(blur(p, shape.slips, shape.moved, dice), shape, dice));
        out.who.push_back(who);
      }
    }
    ++who;
  };
  while (who < shape.people) {
    const Person p = invent(dice);
    enter(p);
    if (dice.chance(shape.families)) enter(dice.chance(0.1) ? twin_of(p, dice) : relative_of(p, dice));
  }
  shuffle(out, dice);
  return out;
}

Register bare_register(std::size_t people, double doubled, std::uint64_t seed) {
  Dice dice(seed);
  Register out;
  for (std::uint32_t who = 0; who < people; ++who) {
    const Person p = invent(dice);
    const auto enter = [&](const Person& q) {
      out.records.push_back({{"fname", q.given},
                             {"lname", q.surname},
                             {"by", q.birth.substr(0, 4)},
                             {"bm", q.birth.substr(5, 2)},
                             {"bd", q.birth.substr(8)}});
      out.who.push_back(who);
    };
    enter(p);
    if (!dice.chance(doubled)) continue;
    Person q = p;
    std::string& field = dice.below(2) == 0 ? (dice.below(2) == 0 ? q.given : q.surname) : q.birth;
    std::string slipped = field;
    for (int tries = 0; tries < 9 && (slipped == field || slipped.size() != field.size()); ++tries) {
      slipped = slip(field, dice);
      if (&field != &q.birth) break;
    }
    if (&field != &q.birth || (slipped.size() == 10 && slipped[4] == '-' && slipped[7] == '-')) field = slipped;
    enter(q);
  }
  shuffle(out, dice);
  return out;
}

Register shop_register(std::size_t people, std::uint64_t seed) {
  Dice dice(seed);
  Register out;
  for (std::uint32_t who = 0; who < people; ++who) {
    const Person p = invent(dice);
    const std::size_t copies = 1 + dice.below(5);
    for (std::size_t i = 0; i < copies; ++i) {
      const Person q = i == 0 ? p : blur(p, 2, 0, dice);
      Fields f;
      if (!dice.chance(0.1)) f.emplace_back("first_name", q.given);
      if (!dice.chance(0.15)) f.emplace_back("surname", q.surname);
      f.emplace_back("dob", q.birth);
      if (!dice.chance(0.15)) f.emplace_back("city", q.city);
      if (!dice.chance(0.2)) f.emplace_back("email", q.email);
      out.records.push_back(std::move(f));
      out.who.push_back(who);
    }
  }
  shuffle(out, dice);
  return out;
}

Register guide_register(std::size_t places, std::uint64_t seed) {
  Dice dice(seed);
  Register out;
  static const auto kinds = list("Cafe Ristorante Grill Bistro Steakhouse Trattoria Diner Brasserie");
  static const auto foods = list("italian french american continental steakhouses delis seafood asian");
  for (std::uint32_t who = 0; who < places; ++who) {
    const Person p = invent(dice);
    const std::string kind = dice.one_of(kinds);
    const std::string house = p.house + " ";
    const std::string phone = number(dice, 3) + "/" + number(dice, 3) + "-" + number(dice, 4);
    const std::string title = dice.chance(0.5) ? kind + " " + p.surname : p.given + "'s " + kind;
    out.records.push_back({{"name", title},
                           {"addr", house + p.street},
                           {"city", p.city},
                           {"phone", phone},
                           {"type", dice.one_of(foods)}});
    out.who.push_back(who);
    if (!dice.chance(0.3)) continue;
    std::string other = dice.chance(0.3) ? title + " of " + p.city : dice.chance(0.3) ? slip(title, dice) : title;
    out.records.push_back(
        {{"name", other},
         {"addr", house + text::replace_all(text::replace_all(p.street, "Street", "St."), "Avenue", "Ave.")},
         {"city", p.city},
         {"phone", text::replace_all(phone, "/", "-")},
         {"type", dice.one_of(foods)}});
    out.who.push_back(who);
  }
  shuffle(out, dice);
  return out;
}

Quality quality_of(const std::vector<std::vector<std::uint32_t>>& clusters, const std::vector<std::uint32_t>& who) {
  const auto pairs = [](double n) { return n * (n - 1) / 2; };
  std::unordered_map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t w : who) ++sizes[w];
  double truth = 0, claimed = 0, right = 0;
  for (const auto& [w, n] : sizes) truth += pairs(static_cast<double>(n));
  for (const auto& cluster : clusters) {
    claimed += pairs(static_cast<double>(cluster.size()));
    std::unordered_map<std::uint32_t, std::size_t> inside;
    for (const std::uint32_t i : cluster) ++inside[who[i]];
    for (const auto& [w, n] : inside) right += pairs(static_cast<double>(n));
  }
  return {claimed > 0 ? right / claimed : 1, truth > 0 ? right / truth : 1};
}

namespace {

TEST(InventedPeople, AreTheSameForTheSameSeedAndOthersForAnother) {
  const Register a = civil_register({}, 1);
  const Register b = civil_register({}, 1);
  EXPECT_EQ(a.records, b.records);
  EXPECT_NE(a.records, civil_register({}, 2).records);
}

TEST(InventedPeople, DoublesDifferFromTheirOriginals) {
  Dice dice(3);
  int changed = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "Wolfgang";
    changed += slip(name, dice) != name ? 1 : 0;
  }
  EXPECT_GT(changed, 120);
}

TEST(InventedPeople, QualityCountsPairs) {
  const Quality q = quality_of({{0, 1, 2}, {3}}, {7, 7, 8, 8});
  EXPECT_NEAR(q.precision, 1.0 / 3, 1e-9);
  EXPECT_NEAR(q.recall, 1.0 / 2, 1e-9);
}

}  // namespace

}  // namespace amends::identity::test
