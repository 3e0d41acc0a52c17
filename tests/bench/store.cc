// The store alone, without parsing: fills a database with message rows and made-up text and asks it what a person
// would.
//   bench_store fill DATABASE COUNT     rows in transactions of 500; us of CPU a message, memory, size
//   bench_store ask DATABASE [WRITES [KIND]]   latency of every kind of search, while WRITES messages a second come in
//   (200)
//   bench_store compare DATABASE        how many of the first 20 by relevance are those of the score by its definition,
//   SQLite's own bm25 over every hit times the weight for age, and what that costs beside ours; 1 when under 0.9
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/app/migrations.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/search/search.h"
#include "core/store/raw_codec.h"
#include "tests/bench/usage.h"

namespace {

using namespace amends;
using std::chrono::steady_clock;

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : state_(seed) {
    static constexpr const char* kStart[] = {"the", "of", "to", "and", "is", "refund", "invoice", "order", "not", "my"};
    for (const char* word : kStart) words_.emplace_back(word);
    static constexpr const char* kPart[] = {"ba", "cor", "di",  "fen", "gu", "hal", "ki", "lo", "mar", "nes",
                                            "pi", "qua", "ros", "su",  "ta", "ven", "in", "al", "er",  "ot"};
    std::uint64_t fixed = 42;
    while (words_.size() < 300'000) {
      std::string word;
      for (std::size_t n = 2 + words_.size() / 20'000 % 3, i = 0; i < n; ++i)
        word += kPart[next(fixed) % std::size(kPart)];
      words_.push_back(word);
    }
  }

  std::string text() {
    std::string out;
    const auto count = 60 + next(state_) % 500;
    for (std::size_t i = 0; i < count; ++i) {
      const double roll = static_cast<double>(next(state_) >> 11) * 0x1.0p-53;
      // Ranks by an approximate Zipf law: the inverse of a harmonic sum.
      const auto rank = static_cast<std::size_t>(std::pow(300'000.0, std::pow(roll, 0.85))) - 1;
      out += words_[std::min(rank, words_.size() - 1)];
      out += i % 13 == 12 ? ".\n" : " ";
      if (next(state_) % 300 == 0) out += "A" + std::to_string(next(state_) % 10'000'000) + " ";
    }
    return out;
  }
  std::uint64_t roll() { return next(state_); }

 private:
  static std::uint64_t next(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
  std::vector<std::string> words_;
};

constexpr std::int64_t kStart = 1'600'000'000'000, kStep = 60'000;

void add(store::Tx& tx, std::int64_t id, Writer& writer) {
  static constexpr const char* kChannels[] = {"email", "email", "email",           "email",
                                              "email", "email", "google_business", "mastodon"};
  const auto roll = writer.roll();
  const bool review = roll % 8 == 6;
  const std::string subject = "Re: order " + std::to_string(roll % 100'000);
  // The heaviest customer has 3 % of all mail.
  const auto identity = static_cast<std::int64_t>(std::pow(100'000.0, static_cast<double>(roll >> 32) / 4294967296.0));
  tx.run(
      "INSERT INTO message (id, brand_id, account_id, raw_id, thread_id, identity_id, channel, at, direction, kind, "
      "origin, "
      "visibility, flags, content_key, digest, message_id, author, subject, preview, rating) VALUES (?, 1, 1, ?, ?, ?, "
      "?, ?, ?, "
      "?, 0, 0, 0, ?, ?, ?, ?, ?, '', ?)",
      id, id, id / 3 + 1, identity, kChannels[roll % 8], kStart + id * kStep, static_cast<int>(roll % 3 == 0),
      review ? 1 : 0, static_cast<std::int64_t>(writer.roll() >> 1), store::Blob{"0123456789abcdef"},
      std::to_string(roll) + "@mail.example", "Customer " + std::to_string(identity), subject,
      review ? store::Value(static_cast<double>(1 + roll % 5)) : store::Value(nullptr));
  model::Content content;
  content.author = {"Customer " + std::to_string(identity), "c" + std::to_string(identity) + "@mail.example"};
  content.to = {{"Example Shop", "support@shop.example"}};
  content.subject = subject;
  content.text = content.reply_text = writer.text();
  search::index(tx, MessageId(id), content, false);
}

int fill(store::Database& database, const std::string& path, std::int64_t count) {
  Writer writer(1);
  const double before = bench::cpu_seconds();
  std::int64_t id = 0;
  while (id < count) {
    auto done = database.write([&](store::Tx& tx) -> Result<Done> {
      for (int i = 0; i < 500 && id < count; ++i) add(tx, ++id, writer);
      return Done{};
    });
    if (!done) {
      std::fprintf(stderr, "%s\n", done.error().what.c_str());
      return 1;
    }
    if (id % 100'000 == 0) {
      std::printf("%lld: %.1f us a message, peak %.0f MB, %.2f KB a message\n", static_cast<long long>(id),
                  (bench::cpu_seconds() - before) / static_cast<double>(id) * 1e6, bench::peak_megabytes(),
                  static_cast<double>(std::filesystem::file_size(path)) / 1024 / static_cast<double>(id));
      std::fflush(stdout);
    }
  }
  return 0;
}

struct Asked {
  const char* name;
  search::Query query;
};

int ask(store::Database& database, int writes, const std::string& only) {
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> written = 0;
  const auto newest =
      database.read([](store::Reader& r) -> Result<std::int64_t> { return r.count("SELECT max(id) FROM message"); })
          .value_or(0);
  std::jthread writing([&] {
    Writer writer(static_cast<std::uint64_t>(newest));
    auto due = steady_clock::now();
    for (std::int64_t id = newest + 1; !stop && writes > 0; ++id) {
      std::this_thread::sleep_until(due += std::chrono::microseconds(1'000'000 / writes));
      auto done = database.write([&](store::Tx& tx) -> Result<Done> { return add(tx, id, writer), Done{}; });
      if (done) ++written;
    }
  });
  const Timestamp middle{kStart + newest / 2 * kStep};
  const auto both = [](const char* name, search::Query query, std::vector<Asked>& all) {
    all.push_back({name, query});
    query.order = search::Order::relevance;
    query.limit = 20;
    all.push_back({name, query});
  };
  std::vector<Asked> kinds;
  const BrandId brand(1);
  both("rare word", {.brand = brand, .words = "A4711000"}, kinds);
  both("uncommon word", {.brand = brand, .words = "pimarlo"}, kinds);
  both("common word", {.brand = brand, .words = "refund"}, kinds);
  both("most common word", {.brand = brand, .words = "the"}, kinds);
  both("two words", {.brand = brand, .words = "refund invoice"}, kinds);
  both("common and uncommon", {.brand = brand, .words = "the pimarlo"}, kinds);
  both("common phrase", {.brand = brand, .words = "\"of the\""}, kinds);
  both("rare phrase", {.brand = brand, .words = "\"refund invoice order\""}, kinds);
  both("absent phrase", {.brand = brand, .words = "\"the of the of the of\""}, kinds);
  both("prefix inv*", {.brand = brand, .words = "inv*"}, kinds);
  both("prefix ba*", {.brand = brand, .words = "ba*"}, kinds);
  both("prefix t*", {.brand = brand, .words = "t*"}, kinds);
  both("prefix a47*", {.brand = brand, .words = "a47*"}, kinds);
  both("exclusion", {.brand = brand, .words = "refund -the"}, kinds);
  both("the, a channel", {.brand = brand, .words = "the", .filter = {.channel = "mastodon"}}, kinds);
  both("the, a customer", {.brand = brand, .words = "the", .filter = {.identities = {IdentityId(54'321)}}}, kinds);
  both("refund, an old week",
       {.brand = brand, .words = "refund", .filter = {.from = middle, .until = middle + std::chrono::hours(168)}},
       kinds);
  both("reviews of 1 and 2",
       {.brand = brand, .words = "order", .filter = {.kind = model::MessageKind::review, .rating_to = 2.0}}, kinds);
  both("no words, reviews", {.brand = brand, .words = "", .filter = {.rating_from = 4.5}}, kinds);
  std::printf("%lld messages, %d writes a second; ms\n%-24s %-10s %5s %8s %8s %8s %8s %8s\n",
              static_cast<long long>(newest), writes, "kind", "order", "hits", "p50", "p99", "cpu p50", "cpu p99",
              "complete");
  for (const auto& [name, query] : kinds) {
    if (std::string_view(name).find(only) == std::string_view::npos) continue;
    std::vector<double> times, work;
    std::size_t hits = 0;
    bool complete = true;
    for (int i = 0; i < 60; ++i) {
      const auto start = steady_clock::now();
      const double worked = bench::thread_cpu_milliseconds();
      auto page = database.read([&, q = &query](store::Reader& r) { return search::find(r, *q); });
      times.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - start).count());
      work.push_back(bench::thread_cpu_milliseconds() - worked);
      if (!page) {
        std::fprintf(stderr, "%s: %s\n", name, page.error().what.c_str());
        return 1;
      }
      hits = (*page).hits.size();
      complete = complete && (*page).complete;
    }
    std::printf("%-24s %-10s %5zu %8.2f %8.2f %8.2f %8.2f %8s\n", name,
                query.order == search::Order::newest ? "newest" : "relevance", hits, bench::percentile(times, 0.5),
                bench::percentile(times, 0.99), bench::percentile(work, 0.5), bench::percentile(work, 0.99),
                complete ? "yes" : "no");
    std::fflush(stdout);
  }
  stop = true;
  writing.join();
  std::printf("written meanwhile: %lld\n", static_cast<long long>(written));
  return 0;
}

std::vector<std::int64_t> first_by_definition(store::Reader& reader, const std::string& match, std::int64_t newest) {
  std::vector<std::pair<double, std::int64_t>> all;
  for (auto q =
           reader.query("SELECT rowid, -bm25(message_index) FROM message_index WHERE message_index MATCH ?", match);
       q.next();) {
    const std::int64_t id = q.row().integer(0);
    all.emplace_back(q.row().real(1) * std::exp2(-static_cast<double>(newest - id) / search::kHalfLife), id);
  }
  const std::size_t most = std::min<std::size_t>(all.size(), 20);
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most), all.end(), std::greater<>());
  std::vector<std::int64_t> top;
  for (std::size_t i = 0; i < most; ++i) top.push_back(all[i].second);
  return top;
}

int compare(store::Database& database) {
  constexpr double kBar = 0.9;
  bool met = true;
  std::printf("%-28s %8s %12s %12s\n", "words", "overlap", "ours, ms", "bm25, ms");
  for (const char* words : {"A4711000", "pimarlo", "refund", "the", "refund invoice", "the pimarlo", "\"of the\"",
                            "\"refund invoice order\"", "order my not"}) {
    double ours = 0, exact = 0;
    const auto overlap = database.read([&](store::Reader& reader) -> Result<double> {
      const std::int64_t newest = reader.count("SELECT max(id) FROM message");
      double began = bench::thread_cpu_milliseconds();
      TRY(const search::Page page,
          search::find(reader, {.brand = BrandId(1), .words = words, .order = search::Order::relevance, .limit = 20}));
      ours = bench::thread_cpu_milliseconds() - began;
      std::string match;
      for (const auto& term : page.terms) {
        match += (match.empty() ? "\"" : " AND \"") + text::join(term.words, " ") + "\"";
      }
      began = bench::thread_cpu_milliseconds();
      const std::vector<std::int64_t> wanted = first_by_definition(reader, match, newest);
      exact = bench::thread_cpu_milliseconds() - began;
      std::size_t same = 0;
      for (const auto& hit : page.hits) same += std::count(wanted.begin(), wanted.end(), hit.message.value);
      return wanted.empty() ? 1.0 : static_cast<double>(same) / static_cast<double>(wanted.size());
    });
    if (!overlap) {
      std::fprintf(stderr, "%s: %s\n", words, overlap.error().what.c_str());
      return 1;
    }
    met = met && *overlap >= kBar;
    std::printf("%-28s %8.2f %12.2f %12.2f   %s\n", words, *overlap, ours, exact, *overlap >= kBar ? "met" : "MISSED");
    std::fflush(stdout);
  }
  return met ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (argc < 3 || (what == "fill" && argc != 4) || (what != "fill" && what != "ask" && what != "compare")) {
    std::fprintf(stderr,
                 "bench_store fill DATABASE COUNT | bench_store ask DATABASE [WRITES [KIND]] | "
                 "bench_store compare DATABASE\n");
    return 2;
  }
  log::set_level(log::Level::warning);
  auto database = store::Database::open({.path = argv[2], .migrations = app::migrations()});
  if (!database) {
    std::fprintf(stderr, "%s\n", database.error().what.c_str());
    return 1;
  }
  if (what == "fill") return fill(**database, argv[2], std::atoll(argv[3]));
  if (what == "compare") return compare(**database);
  return ask(**database, argc > 3 ? std::atoi(argv[3]) : 200, argc > 4 ? argv[4] : "");
}
