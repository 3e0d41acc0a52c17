#include "core/app/sample.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>

#include "core/app/sample_blocks.h"
#include "core/app/sample_mail.h"
#include "core/app/sample_noise.h"
#include "core/app/sample_notices.h"
#include "core/app/sample_public.h"
#include "core/app/sample_script.h"
#include "core/app/sample_style.h"
#include "core/app/sample_text.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds kDay = hours(24);

// People write between seven and ten in the evening. Whatever is older than two days moves there, within its day.
Timestamp at_a_decent_hour(Timestamp at, Timestamp now) {
  if (now - at < 2 * kDay) return at;
  const std::int64_t day = at.ms / kDay.count() * kDay.count();
  const std::int64_t in_day = at.ms - day;
  return {day + hours(7).count() * 3'600'000 + in_day * 15 / 24};
}

// Nobody answers in the small hours: what would, waits for the morning. The last two days stay as they are.
Timestamp by_daylight(Timestamp at, Timestamp now) {
  if (now - at < 2 * kDay) return at;
  const std::int64_t in_day = at.ms % kDay.count();
  const std::int64_t morning = hours(7).count() * 3'600'000, night = hours(22).count() * 3'600'000;
  if (in_day >= morning && in_day < night) return at;
  const std::int64_t day = at.ms - in_day + (in_day >= night ? kDay.count() : 0);
  return {day + morning + in_day % (hours(2).count() * 3'600'000)};
}

// The letters of one conversation; what would lie in the future has not been written yet. Letters are kept in a deque,
// because later ones point at earlier ones.
void letters_of(const SampleConversation& conversation, Timestamp now, std::deque<SampleLetter>& out) {
  const SampleLetter* last = nullptr;
  Timestamp at = at_a_decent_hour(now - conversation.age, now);
  const int zone = conversation.person.language == "en" ? 0 : conversation.person.language == "ja" ? 540 : 60;
  for (std::size_t i = 0; i < conversation.turns.size(); ++i) {
    const SampleTurn& turn = conversation.turns[i];
    at = i == 0 ? at : by_daylight(at + turn.after, now);
    if (at > now) break;
    SampleLetter letter;
    const SamplePerson company = sample_company(conversation.person.language);
    letter.from = turn.ours ? company : conversation.person;
    letter.to = turn.ours ? conversation.person : company;
    letter.ours = turn.ours;
    letter.subject = last == nullptr ? conversation.subject : answer_subject(letter.from, last->subject);
    letter.date = at;
    letter.zone_minutes = turn.ours ? 0 : zone;
    letter.text = turn.text;
    letter.file = turn.file;
    letter.message_id = make_message_id(letter.from, sample_seed(conversation.id) + i);
    letter.answers = last;
    if (last != nullptr) {
      letter.references = last->references;
      letter.references.push_back(last->message_id);
    }
    out.push_back(std::move(letter));
    last = &out.back();
  }
}

// A file's own time is what importing takes for the time of arrival.
Result<Done> write_file(const std::string& path, const std::string& bytes, Timestamp at) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return fail(Kind::unavailable, path + ": could not be written");
  using FileClock = std::filesystem::file_time_type::clock;
  const auto system = std::chrono::system_clock::time_point(milliseconds(at.ms));
  std::error_code error;
  std::filesystem::last_write_time(path, std::chrono::time_point_cast<FileClock::duration>(FileClock::from_sys(system)),
                                   error);
  if (error) return fail(Kind::unavailable, path + ": " + error.message());
  return Done{};
}

std::vector<SampleConversation> all_stories() {
  std::vector<SampleConversation> out;
  for (const std::string_view name : {"stories_en", "stories_de", "stories_fr", "stories_es", "stories_it_ja"}) {
    auto some = read_stories(sample_text(name));
    out.insert(out.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return out;
}

}  // namespace

Result<SampleWorkspace> write_sample(const std::string& folder, Timestamp now) {
  SampleBlocks blocks;
  for (const std::string_view name : {"blocks_en", "blocks_de", "blocks_fr", "blocks_es"}) {
    read_blocks(sample_text(name), false, blocks);
  }
  SampleBlocks sentences;
  read_blocks(sample_text("public"), true, sentences);
  const auto people = read_people(sample_text("people"));

  auto conversations = all_stories();
  for (auto& one : conversations_from(blocks, people, now)) conversations.push_back(std::move(one));
  std::deque<SampleLetter> letters;
  for (const auto& one : conversations) letters_of(one, now, letters);

  std::vector<SampleLetter> ours;
  std::vector<SampleFile> files;
  for (const SampleLetter& letter : letters) {
    if (letter.ours) ours.push_back(letter);
    files.push_back({letter.date, letter.ours, write_letter(letter)});
  }
  const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(ours.begin(), ours.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
  for (auto& one : noise(ours, now)) files.push_back(std::move(one));
  for (auto& one : sample_notices(sample_text("notices"), now)) files.push_back(std::move(one));
  std::stable_sort(files.begin(), files.end(), by_time);

  SampleWorkspace out;
  out.mail = folder + "/mail";
  std::error_code error;
  for (const char* sub : {"/cur", "/new", "/tmp", "/.Sent/cur", "/.Sent/new", "/.Sent/tmp"}) {
    std::filesystem::create_directories(out.mail + sub, error);
    if (error) return fail(Kind::unavailable, out.mail + sub + ": " + error.message());
  }
  for (const SampleFile& file : files) {
    // maildir(5): seconds, something unique, the host; a flag S for what was seen.
    char name[64];
    std::snprintf(name, sizeof name, "%lld.M%06lldP1.sample", static_cast<long long>(file.at.ms / 1000),
                  static_cast<long long>(++out.mails));
    const bool fresh = !file.sent && now - file.at < hours(36);
    const std::string place = file.sent ? "/.Sent/cur/" : fresh ? "/new/" : "/cur/";
    TRY_DO(write_file(out.mail + place + name + (fresh ? "" : ":2,S"), file.bytes, file.at));
    if (file.sent) ++out.sent;
  }

  const SampleTable reviews = sample_reviews(sample_text("public"), sentences, people, now);
  const SampleTable mentions = sample_mentions(sample_text("public"), sentences, people, now);
  out.reviews_file = folder + "/reviews.csv";
  out.mentions_file = folder + "/mentions.jsonl";
  out.reviews = reviews.rows;
  out.mentions = mentions.rows;
  TRY_DO(write_file(out.reviews_file, reviews.bytes, now));
  TRY_DO(write_file(out.mentions_file, mentions.bytes, now));
  return out;
}

}  // namespace amends::app
