#include "connectors/whatsapp/wire.h"

#include <gtest/gtest.h>

#include "connectors/whatsapp/fake_whatsapp.h"
#include "tests/support/support.h"

namespace amends::connectors::whatsapp {
namespace {

constexpr Timestamp kNow{1'750'091'045'000};

std::vector<model::Item> items_of(const std::string& file) {
  auto items = read_delivery(test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + file),
                             FakeWhatsapp::kNumber, kNow);
  EXPECT_TRUE(items) << items.error().what;
  return items ? *items : std::vector<model::Item>();
}

TEST(Wire, EveryKindOfMessageHasWordsOrSaysWhatItIs) {
  const auto items = items_of("one_message_of_each_kind.json");
  std::map<std::string, model::Content> by_id;
  for (const auto& item : items) {
    const auto content = parse_item(item);
    ASSERT_TRUE(content) << item.external_id << content.error().what;
    EXPECT_EQ(content->visibility, model::Visibility::private_);
    by_id[item.external_id] = *content;
  }
  ASSERT_EQ(by_id.size(), 10u);
  EXPECT_EQ(by_id["wamid.text"].text, "Does it come in another color?");
  EXPECT_EQ(by_id["wamid.text"].author.name, "Sheena Nelson");
  EXPECT_EQ(by_id["wamid.text"].author.handle, "+16505551234");
  EXPECT_EQ(by_id["wamid.text"].in_reply_to, std::vector<std::string>{"wamid.ours"});
  EXPECT_EQ(by_id["wamid.image"].text, "The lid is broken");
  ASSERT_EQ(by_id["wamid.image"].media.size(), 1u);
  EXPECT_EQ(by_id["wamid.image"].media[0].kind, model::MediaKind::image);
  EXPECT_EQ(by_id["wamid.image"].media[0].url, "https://graph.facebook.com/v23.0/1003383421387256");
  EXPECT_EQ(by_id["wamid.document"].media.at(0).alt, "invoice.pdf");
  EXPECT_EQ(by_id["wamid.button"].text, "Unsubscribe");
  EXPECT_EQ(by_id["wamid.list"].text, "Priority Mail Express");
  EXPECT_EQ(by_id["wamid.location"].text, "Meta HQ\n1 Hacker Way\n37.4847, -122.1486");
  EXPECT_EQ(by_id["wamid.contacts"].text, "John Smith +1 (940) 555-1234");
  EXPECT_EQ(by_id["wamid.reaction"].origin, model::Origin::auto_reply);
  EXPECT_EQ(by_id["wamid.unsupported"].text, "");
  EXPECT_FALSE(by_id["wamid.unsupported"].notes.empty());
  EXPECT_EQ(by_id["wamid.echo"].to.at(0).handle, "+16505551234");
  for (const auto& item : items) EXPECT_EQ(item.own, item.external_id == "wamid.echo");
}

TEST(Wire, WhatBecameOfWhatWeSentIsTold) {
  using State = model::DeliveryReport::State;
  const auto items = items_of("statuses_sent_read_and_failed.json");
  ASSERT_EQ(items.size(), 2u) << "that it was sent said the receipt";
  EXPECT_EQ(items[0].external_id, "read/wamid.ours1");
  const auto read = parse_item(items[0]);
  ASSERT_TRUE(read && read->report);
  EXPECT_EQ(read->report->state, State::read);
  EXPECT_EQ(read->report->about, "wamid.ours1");
  EXPECT_EQ(read->text, "");
  EXPECT_EQ(items[1].external_id, "failed/wamid.ours2");
  const auto failed = parse_item(items[1]);
  ASSERT_TRUE(failed && failed->report);
  EXPECT_EQ(failed->origin, model::Origin::bounce);
  EXPECT_EQ(failed->report->state, State::failed);
  EXPECT_EQ(failed->report->about, "wamid.ours2");
  EXPECT_EQ(failed->report->recipient, failed->author.handle);
  EXPECT_EQ(failed->report->code, "131026");
  EXPECT_EQ(failed->in_reply_to, std::vector<std::string>{"wamid.ours2"});
  EXPECT_EQ(failed->text, "WhatsApp could not deliver this: Message undeliverable");
}

TEST(Wire, AnotherNumbersMessagesAreNotOurs) {
  const auto items = read_delivery(
      test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/one_message_of_each_kind.json"), "1", kNow);
  ASSERT_TRUE(items);
  EXPECT_TRUE(items->empty());
}

TEST(Wire, WhatComesWeeksLateIsQuarantined) {
  auto items =
      read_delivery(test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/one_message_of_each_kind.json"),
                    FakeWhatsapp::kNumber, kNow + std::chrono::hours(24 * 8));
  ASSERT_TRUE(items && !items->empty());
  EXPECT_EQ(parse_item(items->front()).error().kind, Kind::corrupt);
}

TEST(Wire, RefusesWhatIsNoDelivery) {
  for (const char* body : {"", "[]", "{}", R"({"object":"page","entry":[]})", R"({"object":1)"}) {
    EXPECT_EQ(read_delivery(body, "1", kNow).error().kind, Kind::corrupt) << body;
  }
  EXPECT_TRUE(read_delivery(R"({"object":"whatsapp_business_account","entry":[{"changes":"x"},5]})", "1", kNow));
}

TEST(Wire, TextsAndTemplatesAreWrittenAsTheApiWantsThem) {
  channel::Post post;
  post.text = "Hello";
  post.to.handle = "+49 151 1234567";
  EXPECT_EQ(*write_message(post), R"({"messaging_product":"whatsapp","recipient_type":"individual","text":{"body":)"
                                  R"("Hello","preview_url":false},"to":"491511234567","type":"text"})");
  post.template_name = "late";
  post.language = "de";
  post.template_values = {"A"};
  EXPECT_EQ(*write_message(post),
            R"({"messaging_product":"whatsapp","recipient_type":"individual","template":{"components":[{"parameters":)"
            R"([{"text":"A","type":"text"}],"type":"body"}],"language":{"code":"de"},"name":"late"},)"
            R"("to":"491511234567","type":"template"})");
  post.to.handle = "";
  EXPECT_EQ(write_message(post).error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::connectors::whatsapp
