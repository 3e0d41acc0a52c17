#include "core/http/event_rings.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace amends::http {
namespace {

// What a client that reads gets, until `last`.
std::string read_whole(EventStream& stream, bool& last) {
  std::string out;
  for (std::string part = stream.take(7, last); !part.empty(); part = stream.take(7, last)) out += part;
  return out;
}

TEST(EventRings, TheFattestGivesUpFirstWithResyncAndReadersLoseNothing) {
  const auto rings = std::make_shared<EventRings>(80'000);
  const std::string resync = format({"", "resync", "{}"}), event = format({"1", "news", std::string(980, 'x')});
  const auto fat = rings->open(resync), lean = rings->open(resync), reader = rings->open(resync);
  bool last = false;
  std::string read, wanted;
  int closed = 0;
  fat->on_close([&] { ++closed; });
  for (int i = 0; i < 20; ++i) lean->push(event);
  for (int i = 0; i < 100; ++i) {
    fat->push(event);
    ASSERT_TRUE(reader->push(event));
    wanted += event;
    read += read_whole(*reader, last);
    EXPECT_LE(rings->waiting(), 80'000u);
  }
  EXPECT_EQ(read, wanted);
  EXPECT_TRUE(fat->closed());
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(lean->closed());
  EXPECT_EQ(rings->given_up(), 1u);
  EXPECT_EQ(read_whole(*fat, last), resync) << "nothing of it was on its way";
  EXPECT_TRUE(last);
}

TEST(EventRings, AnEventThatWasBegunIsEndedBeforeTheResync) {
  const std::string resync = format({"", "resync", "{}"}), event = format({"1", "news", "abcdefgh"});
  for (std::size_t begun = 0; begun <= 2 * event.size(); ++begun) {
    const auto rings = std::make_shared<EventRings>(200);
    const auto fat = rings->open(resync);
    for (int i = 0; i < 4; ++i) fat->push(event);
    bool last = false;
    std::string read;
    for (std::size_t i = 0; i < begun; ++i) read += fat->take(1, last);
    for (int i = 0; i < 40 && !fat->closed(); ++i) fat->push(event);
    ASSERT_TRUE(fat->closed());
    read += read_whole(*fat, last);
    std::string whole;
    for (std::size_t i = 0; i < (begun + event.size() - 1) / event.size(); ++i) whole += event;
    EXPECT_EQ(read, whole + resync) << begun;
  }
}

TEST(EventRings, AThousandClientsThatNeverReadStayBelowTheBoundTogether) {
  const auto rings = std::make_shared<EventRings>(1 << 20);
  std::vector<std::shared_ptr<EventStream>> streams;
  for (int i = 0; i < 1'000; ++i) streams.push_back(rings->open(format({"", "resync", "{}"})));
  const std::string event = format({"1", "news", std::string(500, 'x')});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = static_cast<std::size_t>(t); i < streams.size(); i += 4) {
        for (int n = 0; n < 20; ++n) streams[i]->push(event);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(rings->waiting(), (1u << 20) + 4 * event.size());
  EXPECT_GT(rings->given_up(), 500u);
  std::size_t counted = 0;
  for (const auto& stream : streams) counted += stream->pending();
  EXPECT_EQ(rings->waiting(), counted);
  streams.clear();
  EXPECT_EQ(rings->waiting(), 0u);
}

}  // namespace
}  // namespace amends::http
