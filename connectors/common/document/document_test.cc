#include "connectors/common/document/document.h"

#include <gtest/gtest.h>

namespace amends::connectors::document {
namespace {

using model::MessageKind;
constexpr MessageKind kKinds[] = {MessageKind::call, MessageKind::review};

std::string complaint(const std::string& body) {
  const auto items = read(body, kKinds, {5});
  EXPECT_FALSE(items) << body;
  if (items) return "";
  EXPECT_EQ(items.error().kind, Kind::invalid);
  return items.error().what;
}

TEST(Document, OneManyAndAListAreTaken) {
  const std::string one = R"({"id":"a","text":"Hello"})";
  EXPECT_EQ(read(one, kKinds, {5})->size(), 1u);
  EXPECT_EQ(read("[" + one + "]", kKinds, {5})->size(), 1u);
  EXPECT_EQ(read(R"({"items":[)" + one + R"(,{"text":"x","id":"b"}]})", kKinds, {5})->size(), 2u);
  EXPECT_EQ(read(R"({"text":"Hello","id":"a"})", kKinds, {5})->at(0).raw, read(one, kKinds, {9})->at(0).raw);
}

TEST(Document, EverythingSaidIsKept) {
  const auto items = read(
      R"({"id":"r1","kind":"review","author":" Ann  Other ","handle":"Ann@Example.org","at":"2026-11-20T10:00:00Z",)"
      R"("updated":"2026-11-21T10:00:00Z","rating":4,"title":"Good","text":"Very good","permalink":"https://x.example/1",)"
      R"("location":"Vienna","language":"de","reply_to":"r0","media":[{"url":"https://x.example/1.jpg","kind":"image"}]})",
      kKinds, {5});
  ASSERT_TRUE(items) << items.error().what;
  EXPECT_EQ(to_rfc3339(items->at(0).received_at), "2026-11-20T10:00:00Z");
  const auto c = parse(items->at(0).raw);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->author.name, "Ann Other");
  EXPECT_EQ(c->author.handle, "ann@example.org");
  EXPECT_EQ(c->rating, 4);
  EXPECT_EQ(c->visibility, model::Visibility::public_);
  EXPECT_EQ(c->version, "2026-11-21T10:00:00Z");
  EXPECT_EQ(c->in_reply_to, std::vector<std::string>{"r0"});
  EXPECT_EQ(c->media.at(0).kind, model::MediaKind::image);
  EXPECT_EQ(parse(read(R"({"id":"c","text":"x"})", kKinds, {5})->at(0).raw)->visibility, model::Visibility::private_);
}

TEST(Document, WhatIsWrongIsNamed) {
  EXPECT_NE(complaint(R"([{"id":"a","text":"x"},{"id":"b","txt":"x"}])").find("item 2: \"txt\""), std::string::npos);
  EXPECT_NE(complaint(R"({"text":"x"})").find("has no id"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a"})").find("neither text"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":"x","kind":"mail"})").find("call, review"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":"x","rating":6})").find("1 to 5"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":"x","at":"yesterday"})").find("2026-11-21T09:30:00Z"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":"x","permalink":"javascript:x"})").find("http"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":"x","media":[{"url":"file:///x"}]})").find("media"), std::string::npos);
  EXPECT_NE(complaint(R"({"id":"a","text":5})").find("takes a text"), std::string::npos);
  for (const char* body :
       {"", "5", "[]", "{\"items\":5}", R"({"items":[],"x":1})", R"({"id":"a","id":"b","text":"x"})"})
    complaint(body);
  EXPECT_EQ(parse("{}").error().kind, Kind::corrupt);
}

TEST(Document, DeletionsNeedNoWords) {
  const auto items = read(R"({"id":"a","deleted":true})", kKinds, {5});
  ASSERT_TRUE(items);
  EXPECT_TRUE(parse(items->at(0).raw)->deleted);
}

TEST(Document, NumbersAreWrittenAlike) {
  EXPECT_EQ(tidy_handle("+49 151 12345678"), "+4915112345678");
  EXPECT_EQ(tidy_handle("0049 (151) 123-45678"), "+4915112345678");
  EXPECT_EQ(tidy_handle("+49 (0) 151/12345678"), "+4915112345678");
  EXPECT_EQ(tidy_handle("0151 12345678"), "0151 12345678") << "whose country it is nobody said";
  EXPECT_EQ(tidy_handle(" Ann@Example.ORG "), "ann@example.org");
  EXPECT_EQ(tidy_handle("customer 4711"), "customer 4711");
  EXPECT_EQ(tidy_handle(""), "");
}

}  // namespace
}  // namespace amends::connectors::document
