#include "core/app/sample_blocks.h"

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/app/sample_style.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::string_view kTopics[] = {"late", "wrong", "cold", "allergy", "charge", "rude", "praise", "question"};
const std::vector<std::string> kAgents = {"Dana", "Hugo", "Rosa"};
const std::vector<std::string> kShops = {"Harbour Street", "Canal Quay", "Mill Lane", "Station Row", "Old Exchange"};
constexpr int kOldest = 45;  // days

const std::vector<std::string>& items(std::string_view language) {
  static const std::map<std::string, std::vector<std::string>, std::less<>> all = {
      {"en", {"cardamom buns", "seeded loaves", "ginger biscuits", "cinnamon rolls", "oat cookies"}},
      {"de", {"Zimtschnecken", "Kardamomknoten", "Haferkekse", "Ingwerkekse"}},
      {"fr", {"brioches à la cannelle", "biscuits au gingembre", "petits pains aux graines"}},
      {"es", {"rollos de canela", "galletas de jengibre", "panecillos de semillas"}}};
  const auto it = all.find(language);
  return it == all.end() ? all.at("en") : it->second;
}

std::string amount(SampleDice& dice, std::string_view language) {
  const int euros = 3 + static_cast<int>(dice.below(58)), cents = static_cast<int>(dice.below(10)) * 10;
  const std::string small = (cents < 10 ? "0" : "") + std::to_string(cents);
  if (language == "en") return std::to_string(euros) + "." + small;
  const char* word = language == "de" ? " Euro" : " euros";
  return std::to_string(euros) + "," + small + word;
}

std::string fill(std::string text, const std::map<std::string, std::string>& slots) {
  for (const auto& [name, value] : slots) text = text::replace_all(text, "{" + name + "}", value);
  return text;
}

// One conversation while it is being put together.
class Writer {
 public:
  Writer(const SampleBlocks& blocks, const SamplePerson& person, SampleDice& dice, Timestamp start, milliseconds age)
      : blocks_(blocks), language_(person.language), dice_(dice), at_(start) {
    slots_ = {{"order", order_number(dice, age)},
              {"shop", dice.pick(kShops)},
              {"item", dice.pick(items(language_))},
              {"amount", amount(dice, language_)},
              {"days", std::to_string(2 + dice.below(5))},
              {"name", person.name},
              {"first", person.name.substr(0, person.name.find(' '))},
              {"agent", dice.pick(kAgents)}};
  }

  bool has(std::string_view topic) const { return blocks_.count(language_ + " " + std::string(topic) + " open") != 0; }
  const std::string& agent() const { return slots_.at("agent"); }
  void move(milliseconds by) { at_ = at_ + by; }

  // A choice of a part, its slots filled; `days` says which weekday a {weekday} in it is.
  std::string say(std::string_view topic, std::string_view part, int days) {
    const auto* choices = choices_of(topic, part);
    return choices == nullptr ? "" : filled(dice_.pick(*choices), days);
  }
  // The same for parts that belong together: all of them speak of the matter that the first one chose.
  std::string say_alike(std::string_view topic, std::string_view part, int days) {
    const auto* choices = choices_of(topic, part);
    if (choices == nullptr) return {};
    if (!matter_) matter_ = static_cast<double>(dice_.below(choices->size())) / static_cast<double>(choices->size());
    return filled((*choices)[static_cast<std::size_t>(*matter_ * static_cast<double>(choices->size()) + 1e-6)], days);
  }

 private:
  const std::vector<std::string>* choices_of(std::string_view topic, std::string_view part) const {
    const auto it = blocks_.find(language_ + " " + std::string(topic) + " " + std::string(part));
    return it == blocks_.end() || it->second.empty() ? nullptr : &it->second;
  }
  std::string filled(const std::string& text, int days) {
    slots_["weekday"] = weekday_name(language_, at_ + hours(24 * days));
    return fill(text, slots_);
  }

  const SampleBlocks& blocks_;
  const std::string language_;
  SampleDice& dice_;
  Timestamp at_;
  std::map<std::string, std::string> slots_;
  std::optional<double> matter_;
};

std::string capital(std::string s) {
  if (!s.empty() && s[0] >= 'a' && s[0] <= 'z') s[0] = static_cast<char>(s[0] - 32);
  return s;
}

// English starts a letter's first sentence with a capital, German and French do not after a comma.
std::string first_sentence(std::string s, std::string_view language) {
  return language == "en" || language == "es" ? capital(std::move(s)) : s;
}

SampleConversation write_one(Writer& writer, const SamplePerson& person, std::string_view topic, SampleDice& dice,
                             milliseconds age) {
  SampleConversation out;
  out.person = person;
  out.age = age;
  // Questions and charges have answers of their own; any opening goes with any answer elsewhere.
  const bool alike = topic == "charge" || topic == "question";
  const auto say = [&](std::string_view part, int days) {
    return alike ? writer.say_alike(topic, part, days) : writer.say(topic, part, days);
  };
  out.subject = say("subject", -3);
  const auto add = [&](bool ours, milliseconds after, std::string text) {
    SampleTurn turn;
    turn.ours = ours;
    turn.after = after;
    turn.agent = writer.agent();
    turn.text = std::move(text);
    out.turns.push_back(std::move(turn));
    writer.move(after);
  };
  const std::string& language = person.language;

  std::string first = writer.say("any", "greeting", 0) + "\n\n" + first_sentence(say("open", -3), language) + "\n\n" +
                      writer.say(topic, "detail", -1);
  if (dice.chance(75)) first += "\n\n" + writer.say(topic, "ask", 3);
  first += "\n\n" + writer.say("any", "closing", 0);
  add(false, {}, std::move(first));

  // The last day's mail still waits, and some older one was overlooked.
  const bool answered = age > hours(26) && dice.chance(topic == "praise" ? 70 : 93);
  if (!answered) return out;
  const auto signature = "\n\n" + writer.agent() + "\nKestrel & Crumb";
  const auto hello = [&] { return writer.say("any", "ourgreeting", 0) + "\n\n"; };
  add(true, minutes(25 + dice.below(1'100)), hello() + capital(say("ack", -4)) + "\n\n" + say("fix", 2) + signature);
  const bool is_complaint = topic != "praise" && topic != "question";
  if (is_complaint && dice.chance(18)) {
    add(false, hours(30 + dice.below(60)), writer.say("any", "unhappy", 0) + "\n\n" + person.name);
    add(true, minutes(20 + dice.below(300)), hello() + capital(writer.say("any", "again", 1)) + signature);
  }
  if (dice.chance(45)) {
    add(false, minutes(30 + dice.below(2'600)), writer.say("any", "thanks", 2) + "\n\n" + person.name);
  }
  return out;
}

}  // namespace

std::string order_number(SampleDice& dice, milliseconds age) {
  const auto days = static_cast<int>(age / hours(24));
  return "KC-" + std::to_string(48'260 - days * 62 - static_cast<int>(dice.below(60)));
}

std::vector<SamplePerson> read_people(std::string_view source) {
  std::vector<SamplePerson> out;
  for (const auto line : text::lines(source)) {
    if (line.empty() || line.front() == '#') continue;
    const auto parts = text::split(line, '|');
    if (parts.size() != 5) continue;
    SamplePerson person;
    person.language = std::string(text::trim(parts[0]));
    person.name = std::string(text::trim(parts[1]));
    person.address = std::string(text::trim(parts[2]));
    person.client = std::string(text::trim(parts[3]));
    person.charset = std::string(text::trim(parts[4]));
    out.push_back(std::move(person));
  }
  return out;
}

std::vector<SampleConversation> conversations_from(const SampleBlocks& blocks, const std::vector<SamplePerson>& people,
                                                   Timestamp now) {
  std::vector<SampleConversation> out;
  for (const SamplePerson& person : people) {
    SampleDice dice(sample_seed(person.address));
    const int count = dice.chance(80) ? 2 : 1;
    for (int i = 0; i < count; ++i) {
      // More of it lately than long ago.
      const double share = static_cast<double>(dice.below(10'000)) / 10'000;
      const milliseconds age(static_cast<std::int64_t>(kOldest * std::pow(share, 1.4) * 86'400'000) + 3'600'000);
      Writer writer(blocks, person, dice, now - age, age);
      std::string_view topic;
      do {
        topic = kTopics[dice.below(std::size(kTopics))];
      } while (!writer.has(topic));
      SampleConversation one = write_one(writer, person, topic, dice, age);
      one.id = person.address + "/" + std::to_string(i);
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace amends::app
