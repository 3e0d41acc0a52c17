#include "core/identity/record.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/base/text.h"
#include "core/identity/fold.h"

namespace amends::identity {

std::uint32_t Values::add(Text value) {
  if (value.text.empty() && value.second.empty()) return 0;
  const auto [it, fresh] = index_.emplace(value.text + '\n' + value.second, static_cast<std::uint32_t>(rows_.size()));
  if (fresh) rows_.push_back(std::move(value));
  return it->second;
}

namespace {

enum class Key : std::uint8_t {
  given,
  surname,
  name,
  birth,
  year,
  month,
  day,
  street,
  house,
  second,
  city,
  postcode,
  state,
  phone,
  email,
  number,
  gender,
  suffix,
  ignored,
  extra
};

struct KeyRow {
  Key key;
  std::string_view names;  // lower case, letters and digits only
};
constexpr KeyRow kKeys[] = {
    {Key::given,
     "givenname firstname forename fname given first fnamec1 fnamec2 vorname prenom nombre middlename midlname middle "
     "secondname middleinitial givennames firstnames"},
    {Key::surname, "surname lastname familyname lname last family lnamec1 lnamec2 nachname apellido apellidos sname"},
    {Key::name, "name fullname displayname customername contactname personname contact customer nom"},
    {Key::birth, "dob dateofbirth birthdate birthday geburtsdatum datenaissance bday birth born"},
    {Key::year, "by birthyear yearofbirth yob byear"},
    {Key::month, "bm birthmonth monthofbirth"},
    {Key::day, "bd birthdayofmonth dayofbirth"},
    {Key::street, "street address address1 addressline1 addr addr1 streetaddress streetname strasse rue line1 road"},
    {Key::house, "streetnumber housenumber houseno housenum hausnummer streetno stno"},
    {Key::second, "address2 addressline2 addr2 line2"},
    {Key::city, "city suburb town locality ort stadt ville ciudad municipality rescitydesc"},
    {Key::postcode, "postcode zip zipcode postalcode plz codepostal cp postcodefake postal"},
    {Key::state, "state province region statecd bundesland"},
    {Key::phone,
     "phone phonenumber phonenum mobile tel telephone cell phone1 phone2 mobilephone homephone workphone telefon "
     "handy"},
    {Key::email, "email emailaddress mail email1 email2"},
    {Key::number,
     "socsecid ssn nationalid nhsnumber nino socialsecurity socialsecuritynumber taxid passport personalnumber "
     "idnumber "
     "customernumber memberid svnr"},
    {Key::gender, "gender sex sexcode geschlecht"},
    {Key::suffix, "suffix namesuffix generation namesufxcd"},
    {Key::ignored,
     "id uniqueid recid recordid cluster clusterid label truth trueid entity entityid class source dataset "
     "sourcedataset createdat updatedat rowid row index title salutation firstandsurname"},
};

Key key_of(std::string_view raw) {
  std::string key;
  for (const char c : raw) {
    if (text::is_alpha(c) || text::is_digit(c)) key += text::ascii_lower(c);
  }
  for (const KeyRow& row : kKeys) {
    for (const std::string_view name : text::split(row.names, ' ')) {
      if (name == key) return row.key;
    }
  }
  const auto has = [&](std::string_view part) { return key.find(part) != key.npos; };
  if (has("email")) return Key::email;
  if (has("phone") || has("mobile")) return Key::phone;
  if (has("postcode") || has("postalcode") || has("zipcode")) return Key::postcode;
  if (has("birthdate") || has("dateofbirth")) return Key::birth;
  if (has("surname") || has("lastname")) return Key::surname;
  if (has("firstname") || has("givenname")) return Key::given;
  return key.empty() ? Key::ignored : Key::extra;
}

bool says_nothing(std::string_view v) {
  static constexpr std::string_view kNothing[] = {"", "null", "none", "nan", "n/a", "unknown", "-", "?", "--"};
  return std::any_of(std::begin(kNothing), std::end(kNothing),
                     [&](std::string_view n) { return text::equals_ignoring_case(v, n); });
}

std::optional<Generation> generation_of(std::string_view word) {
  if (word == "jr" || word == "junior" || word == "jun" || word == "jnr") return Generation::junior;
  if (word == "sr" || word == "senior" || word == "sen" || word == "snr") return Generation::senior;
  if (word == "ii") return Generation::second;
  if (word == "iii") return Generation::third;
  return {};
}

bool is_salutation(std::string_view w) {
  static constexpr std::string_view kWords[] = {"mr",   "mrs", "ms",   "miss", "dr",  "prof", "herr",
                                                "frau", "mme", "mlle", "m",    "sr",  "sra",  "don",
                                                "dona", "sir", "rev",  "dipl", "ing", "phd",  "md"};
  return std::find(std::begin(kWords), std::end(kWords), w) != std::end(kWords);
}

// Words that some registers write where the given name goes, and that are nobody's name.
bool is_rank(std::string_view w) {
  static constexpr std::string_view kWords[] = {"mr",        "mrs",       "ms",   "miss", "sir",     "dr",   "prof",
                                                "professor", "herr",      "frau", "rev",  "captain", "capt", "admiral",
                                                "colonel",   "venerable", "mme",  "mlle", "lord",    "hon",  "rt"};
  return std::find(std::begin(kWords), std::end(kWords), w) != std::end(kWords);
}

bool is_particle(std::string_view w) {
  static constexpr std::string_view kWords[] = {"von", "van", "de",  "der", "den", "da",  "di", "del", "la", "le", "du",
                                                "dos", "zu",  "zum", "ter", "ten", "bin", "al", "el",  "st", "mac"};
  return std::find(std::begin(kWords), std::end(kWords), w) != std::end(kWords);
}

std::string joined(const std::vector<std::string>& words) { return text::join(words, " "); }

struct PersonName {
  std::vector<std::string> given, surname;
};

// "Last, First" and "First Middle von Last".
PersonName split_name(std::string_view raw) {
  PersonName out;
  if (const std::size_t open = raw.find('('); open != raw.npos && open > 0) raw = raw.substr(0, open);
  const std::size_t comma = raw.find(',');
  if (comma != raw.npos) {
    auto rest = words_of(fold_words(raw.substr(comma + 1), true));
    if (!rest.empty() && !generation_of(rest.front())) {
      out.surname = words_of(fold_words(raw.substr(0, comma), true));
      out.given = std::move(rest);
      return out;
    }
  }
  auto words = words_of(fold_words(raw, true));
  while (words.size() > 1 && is_salutation(words.front())) words.erase(words.begin());
  while (words.size() > 2 && generation_of(words.back())) words.pop_back();
  if (words.size() == 1) {
    (is_known_given_name(words[0]) ? out.given : out.surname) = std::move(words);
    return out;
  }
  std::size_t last = words.empty() ? 0 : words.size() - 1;
  while (last > 1 && is_particle(words[last - 1])) --last;
  out.given.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(last));
  out.surname.assign(words.begin() + static_cast<std::ptrdiff_t>(last), words.end());
  return out;
}

Text name_text(std::vector<std::string> words) {
  Text out;
  out.text = joined(words);
  out.second = sound_of(out.text);
  if (!words.empty()) {
    out.third = nickname_lines(words.front());
    out.known = is_known_given_name(words.front());
    out.usual_given = static_cast<float>(usual_share_of_given_name(out.text));
    out.usual_surname = static_cast<float>(usual_share_of_surname(out.text));
  }
  return out;
}

Text street_text(std::string_view raw, std::string_view house) {
  Text out;
  out.second = fold_words(house, false);
  std::vector<std::string> words;
  for (std::string& word : words_of(fold_words(raw, true))) {
    const bool numeric = text::is_digit(word[0]);
    if (numeric && out.second.empty()) {
      out.second = std::move(word);
    } else if (!numeric || word.size() > 2) {
      words.push_back(plain_street_word(word));
    }
  }
  out.text = joined(words);
  return out;
}

Text email_text(std::string_view raw) {
  Text out;
  out.text = text::fold(text::trim(raw));
  if (text::starts_with_ignoring_case(out.text, "mailto:")) out.text.erase(0, 7);
  const std::size_t at = out.text.rfind('@');
  std::string local = out.text.substr(0, at);
  std::string domain = at == out.text.npos ? std::string() : out.text.substr(at + 1);
  if (domain == "googlemail.com") domain = "gmail.com";
  if (const std::size_t plus = local.find('+'); plus != local.npos && plus > 0) local.resize(plus);
  if (domain == "gmail.com") local.erase(std::remove(local.begin(), local.end(), '.'), local.end());
  out.second = domain.empty() ? local : local + '@' + domain;
  out.third = std::move(local);
  return out;
}

// National digits: no "+49", "0049" told apart here; the comparison matches suffixes. A leading trunk 0 goes.
std::string phone_digits(std::string_view raw) {
  std::string digits = digits_of(raw);
  if (digits.size() > 2 && digits.compare(0, 2, "00") == 0) digits.erase(0, 2);
  if (digits.size() > 1 && digits[0] == '0') digits.erase(0, 1);
  // "+49 (0)171": the trunk 0 inside a country prefix.
  if (const std::size_t trunk = raw.find("(0)"); trunk != raw.npos) {
    const std::size_t before = digits_of(raw.substr(0, trunk)).size();
    const std::size_t cut = digits_of(raw).size() - digits.size();
    if (before > cut && before - cut < digits.size()) digits.erase(before - cut, 1);
  }
  return digits.size() >= 5 ? digits : std::string();
}

void put(std::array<std::uint32_t, 3>& slots, std::uint32_t value) {
  if (value == 0) return;
  for (std::uint32_t& slot : slots) {
    if (slot == value) return;
    if (slot != 0) continue;
    slot = value;
    return;
  }
}

// Whether dates such as 05/03/1980 put the day first: the first that can only be one of the two decides.
bool day_comes_first(std::span<const Fields> all) {
  for (const Fields& fields : all) {
    for (const auto& [key, value] : fields) {
      if (value.size() < 8 || key_of(key) != Key::birth) continue;
      const auto words = words_of(fold_words(value, false));
      if (words.size() != 3 || words[0].size() > 2 || words[1].size() > 2) continue;
      if (!text::is_digit(words[0][0]) || !text::is_digit(words[1][0])) continue;
      if (std::stoi(words[0]) > 12) return true;
      if (std::stoi(words[1]) > 12) return false;
    }
  }
  return true;
}

}  // namespace

Population::Population(std::span<const Fields> all) {
  std::unordered_map<std::string, Key> known;
  const auto kind_of = [&](const std::string& key) {
    const auto it = known.find(key);
    return it != known.end() ? it->second : known.emplace(key, key_of(key)).first->second;
  };
  for (const Fields& fields : all) {
    for (const auto& field : fields) {
      const Key key = kind_of(field.first);
      has_people = has_people || key == Key::given || key == Key::surname || key == Key::birth || key == Key::year ||
                   key == Key::gender;
    }
  }
  const bool day_first = day_comes_first(all);
  records.reserve(all.size());
  for (const Fields& fields : all) {
    Record r;
    PersonName person;
    std::string whole;
    std::string street;
    std::string house;
    int year = 0, month = 0, day = 0;
    for (const auto& [raw_key, raw_value] : fields) {
      const std::string_view value = text::trim(raw_value);
      const Key key = kind_of(raw_key);
      if (key == Key::ignored || says_nothing(value)) continue;
      switch (key) {
        case Key::given:
        case Key::surname:
          for (std::string& word : words_of(fold_words(value, true))) {
            if (key == Key::given && is_rank(word)) continue;
            if (const auto g = generation_of(word); g && key == Key::surname) {
              r.generation = *g;
            } else {
              (key == Key::given ? person.given : person.surname).push_back(std::move(word));
            }
          }
          break;
        case Key::name: whole = value; break;
        case Key::birth: r.birth = parse_birth(value, day_first); break;
        case Key::year: year = small_number(value); break;
        case Key::month: month = small_number(value); break;
        case Key::day: day = small_number(value); break;
        case Key::street: street += (street.empty() ? "" : " ") + std::string(value); break;
        case Key::house: house = value; break;
        case Key::second: r.second = seconds.add(street_text(value, "")); break;
        case Key::city: r.city = cities.add({fold_words(value, true), {}, {}, 0, 0, 0, 0, false}); break;
        case Key::postcode:
          r.postcode = postcodes.add({text::replace_all(fold_words(value, false), " ", ""), {}, {}, 0, 0, 0, 0, false});
          break;
        case Key::state: r.state = states.add({fold_words(value, true), {}, {}, 0, 0, 0, 0, false}); break;
        case Key::phone: put(r.phones, phones.add({phone_digits(value), {}, {}, 0, 0, 0, 0, false})); break;
        case Key::email: put(r.emails, emails.add(email_text(value))); break;
        case Key::number:
          r.number = numbers.add({text::replace_all(fold_words(value, false), " ", ""), {}, {}, 0, 0, 0, 0, false});
          break;
        case Key::gender: {
          const std::string folded = fold_words(value, false);
          const bool female = folded == "w" || folded == "woman" || folded == "frau";
          r.gender = folded.empty() ? '\0' : female ? 'f' : folded[0];
          break;
        }
        case Key::suffix: r.generation = generation_of(fold_words(value, false)).value_or(Generation::unsaid); break;
        case Key::ignored: break;
        case Key::extra: {
          auto at = std::find(extra_keys.begin(), extra_keys.end(), raw_key);
          if (at == extra_keys.end()) {
            if (extra_keys.size() == kExtras) break;
            at = extra_keys.insert(at, raw_key);
          }
          const auto slot = static_cast<std::size_t>(at - extra_keys.begin());
          r.extras[slot] = extras[slot].add({fold_words(text::clip(value, 64), true), {}, {}, 0, 0, 0, 0, false});
          break;
        }
      }
    }
    if (year != 0 || month != 0 || day != 0) r.birth = date_digits(year, month, day);
    if (!whole.empty() && !person.given.empty() && !person.surname.empty()) {
      // A full name beside its parts may carry the middle names.
      PersonName split = split_name(whole);
      const bool fits = split.given.size() > person.given.size() && split.given.front() == person.given.front() &&
                        split.surname == person.surname;
      if (fits) person.given = std::move(split.given);
    }
    if (person.given.empty() && person.surname.empty() && !whole.empty()) {
      const PersonName split = split_name(whole);
      const auto words = words_of(fold_words(whole, true));
      if (!words.empty()) {
        if (const auto g = generation_of(words.back())) r.generation = *g;
      }
      if (has_people || (words.size() <= 4 && words.size() > 1 && !split.given.empty() &&
                         (split.given.front().size() == 1 || is_known_given_name(split.given.front())))) {
        person = split;
      }
      if (!has_people) r.title = titles.add({joined(words), {}, {}, 0, 0, 0, 0, false});
    }
    const std::string_view birth(r.birth.data(), r.birth.size());
    if (birth != "00000000") r.birth_row = births.add({std::string(birth), {}, {}, 0, 0, 0, 0, false});
    r.given = names.add(name_text(std::move(person.given)));
    r.surname = names.add(name_text(std::move(person.surname)));
    r.street = streets.add(street_text(street, house));
    records.push_back(r);
  }
  for (const Record& r : records) {
    ++names.at(r.given).count;
    ++names.at(r.surname).count2;
    ++births.at(r.birth_row).count;
    ++titles.at(r.title).count;
    ++numbers.at(r.number).count;
    ++streets.at(r.street).count;
    ++seconds.at(r.second).count;
    ++cities.at(r.city).count;
    ++postcodes.at(r.postcode).count;
    ++states.at(r.state).count;
    for (const auto phone : r.phones) ++phones.at(phone).count;
    for (const auto email : r.emails) ++emails.at(email).count;
    for (std::size_t i = 0; i < kExtras; ++i) ++extras[i].at(r.extras[i]).count;
  }
}

}  // namespace amends::identity
