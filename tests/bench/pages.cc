// What a screen asks for, on a workspace that `amends import` filled: pages of 50 of the inbox and of customers'
// timelines, from the newest and deep inside, in CPU time of the calling thread.
//   bench_pages DATA_FOLDER [CUSTOMERS]     ends with 1 when a p99 is over 1 ms
// The database is read through once before: a disk that has to be asked costs its caller CPU time too (a virtual one
// half a millisecond a page), and that says nothing of the program.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "core/app/migrations.h"
#include "core/app/view.h"
#include "core/channel/registry.h"
#include "core/inbox/inbox.h"
#include "core/store/database.h"
#include "core/timeline/timeline.h"
#include "tests/bench/usage.h"

namespace {

using namespace amends;
using bench::thread_cpu_milliseconds;

constexpr int kPage = 50;
constexpr double kBar = 1.0;  // milliseconds
int missed = 0;

void print(const char* what, std::vector<double>& times, std::size_t rows) {
  const double p99 = bench::percentile(times, 0.99);
  if (p99 > kBar) missed = 1;
  std::printf("  %-34s %7zu pages %9zu rows   p50 %6.3f ms   p99 %6.3f ms   longest %6.3f ms   %s\n", what,
              times.size(), rows, bench::percentile(times, 0.5), p99, times.empty() ? 0.0 : times.back(),
              p99 <= kBar ? "met" : "MISSED");
}

void inbox_pages(store::Reader& reader, BrandId brand, inbox::View view, const char* what) {
  std::vector<double> times;
  std::size_t rows = 0;
  for (int walk = 0; walk < 20; ++walk) {
    inbox::Before before;
    for (int step = 0; step < 100; ++step) {
      const double start = thread_cpu_milliseconds();
      const inbox::Page page = inbox::page(reader, brand, view, "", "", before, kPage);
      times.push_back(thread_cpu_milliseconds() - start);
      rows += page.rows.size();
      if (!page.next) break;
      before = *page.next;
    }
  }
  print(what, times, rows);
}

void timeline_pages(store::Reader& reader, BrandId brand, const std::vector<CustomerId>& customers, const char* what) {
  std::vector<double> times;
  std::size_t rows = 0;
  for (const CustomerId customer : customers) {
    timeline::Before before;
    for (int step = 0; step < 20; ++step) {
      const double start = thread_cpu_milliseconds();
      const auto view = app::read_customer(reader, brand, customer);
      if (!view) break;
      const timeline::Page page = timeline::page(reader, view->streams, before, kPage);
      times.push_back(thread_cpu_milliseconds() - start);
      rows += page.entries.size();
      if (!page.next) break;
      before = *page.next;
    }
  }
  print(what, times, rows);
}

void read_through(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(std::size_t{4} << 20);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size()))) {
  }
}

std::vector<CustomerId> customers(store::Reader& reader, const char* sql, std::int64_t count) {
  std::vector<CustomerId> out;
  for (auto q = reader.query(sql, count); q.next();) out.push_back(q.row().id<CustomerId>(0));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_pages DATA_FOLDER [CUSTOMERS]\n");
    return 2;
  }
  const std::int64_t count = argc > 2 ? std::atoll(argv[2]) : 5000;
  store::Options options;
  options.path = std::string(argv[1]) + "/amends.db";
  options.migrations = app::migrations();
  options.create = false;
  options.read_only = true;
  auto db = store::Database::open(options);
  if (!db) {
    std::fprintf(stderr, "%s\n", db.error().what.c_str());
    return 1;
  }
  read_through(options.path);
  const auto done = (*db)->read([&](store::Reader& reader) -> Result<Done> {
    const BrandId brand{reader.count("SELECT min(id) FROM brand")};
    std::printf("%lld messages, %zu channels built in\n",
                static_cast<long long>(reader.count("SELECT count(*) FROM message")),
                channel::builtin_channels().size());
    inbox_pages(reader, brand, inbox::View::everything, "inbox, everything");
    inbox_pages(reader, brand, inbox::View::closed, "inbox, closed");
    inbox_pages(reader, brand, inbox::View::waiting, "inbox, waiting");
    timeline_pages(reader, brand,
                   customers(reader, "SELECT id FROM customer WHERE merged_into IS NULL ORDER BY id LIMIT ?", count),
                   "timeline, first customers");
    timeline_pages(reader, brand,
                   customers(reader,
                             "SELECT i.customer_id FROM (SELECT stream, count(*) AS n FROM timeline_entry "
                             "GROUP BY stream ORDER BY n DESC LIMIT ?) s JOIN identity i ON i.id = s.stream",
                             200),
                   "timeline, the busiest customers");
    return Done{};
  });
  if (!done) std::fprintf(stderr, "%s\n", done.error().what.c_str());
  return done ? missed : 1;
}
