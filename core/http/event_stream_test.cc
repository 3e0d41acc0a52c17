#include "core/http/event_stream.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace amends::http {
namespace {

std::string take_all(EventStream& stream, std::size_t most = 1 << 20) {
  bool last = false;
  return stream.take(most, last);
}

TEST(Events, AreFramedSoThatNoTextBreaksOut) {
  EXPECT_EQ(format({"7", "note", "hello"}), "id: 7\nevent: note\ndata: hello\n\n");
  EXPECT_EQ(format({"", "", "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(format({"", "", "a\n"}), "data: a\ndata: \n\n");
  EXPECT_EQ(format({"1\n\ndata: x", "e\r\nid: 9", "d"}), "id: 1data: x\nevent: eid: 9\ndata: d\n\n");
  EXPECT_EQ(format({"", "resync", ""}), "event: resync\ndata: \n\n");
  EXPECT_EQ(format({"7", "", ""}), "id: 7\n\n");
  EXPECT_EQ(format_retry(1500), "retry: 1500\n\n");
}

TEST(EventStream, GivesInOrderWhatWasPushed) {
  EventStream stream;
  EXPECT_TRUE(stream.push("one"));
  EXPECT_TRUE(stream.push("two"));
  bool last = true;
  EXPECT_EQ(stream.take(4, last), "onet");
  EXPECT_FALSE(last);
  EXPECT_EQ(stream.take(10, last), "wo");
  EXPECT_EQ(stream.take(10, last), "");
  EXPECT_FALSE(last);
  stream.push("end");
  stream.close();
  EXPECT_EQ(stream.take(10, last), "end");
  EXPECT_TRUE(last);
}

TEST(EventStream, ClosesWithTheLastWordWhenItsRingIsFull) {
  EventStream stream("resync", 10);
  int closed = 0;
  stream.on_close([&] { ++closed; });
  EXPECT_TRUE(stream.push("12345"));
  EXPECT_TRUE(stream.push("67890"));
  EXPECT_FALSE(stream.push("x"));
  EXPECT_TRUE(stream.closed());
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(stream.push("y"));
  EXPECT_EQ(take_all(stream), "1234567890resync");
}

TEST(EventStream, RingCountsOnlyWhatStillWaits) {
  EventStream stream("resync", 10);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream.push("12345"));
    bool last = false;
    ASSERT_EQ(stream.take(5, last), "12345");
  }
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream.push("1234567")) << i;
    bool last = false;
    stream.take(4, last);
    stream.take(3, last);
  }
}

TEST(EventStream, SaysHowMuchStillWaits) {
  EventStream stream;
  EXPECT_EQ(stream.pending(), 0u);
  EXPECT_TRUE(stream.push("0123456789"));
  bool last = false;
  EXPECT_EQ(stream.take(4, last), "0123");
  EXPECT_EQ(stream.pending(), 6u);
}

TEST(EventStream, TellsItsEndOnce) {
  EventStream stream;
  int told = 0;
  stream.on_close([&] { ++told; });
  stream.close();
  stream.close();
  stream.detach();
  EXPECT_EQ(told, 1);
  stream.on_close([&] { ++told; });
  EXPECT_EQ(told, 2) << "it is closed already";
}

TEST(EventStream, WakesOnceUntilItIsEmptied) {
  EventStream stream;
  int woken = 0;
  stream.push("before");
  stream.attach([&] { ++woken; });
  EXPECT_EQ(woken, 1);
  stream.push("more");
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(take_all(stream), "beforemore");
  stream.push("again");
  EXPECT_EQ(woken, 2);
  stream.detach();
  EXPECT_TRUE(stream.closed());
  EXPECT_FALSE(stream.push("late"));
  EXPECT_EQ(woken, 2);
}

TEST(EventStream, TakesPushesFromManyThreads) {
  EventStream stream;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) stream.push("x\n\n");
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(take_all(stream).size(), 12'000u);
}

}  // namespace
}  // namespace amends::http
