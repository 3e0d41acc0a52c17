// What a message said before its author changed it, and the words of a timeline's page.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/app/view.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using json = nlohmann::json;

MessageId letter(World& world, const std::string& id, const std::string& text) {
  world.deliver(world.acme, "From: Fay <fay@guest.test>\r\nTo: support@acme.test\r\nSubject: Cups\r\nMessage-ID: <" +
                                id + "@fay>\r\n\r\n" + text + "\r\n");
  return world.read([&](store::Reader& reader) { return MessageId{reader.count("SELECT max(id) FROM message")}; });
}

TEST(Versions, OfAnEditedMessageAreToldOldestFirst) {
  World world;
  const MessageId first = letter(world, "one", "The cups were cold."), second = letter(world, "two", "Warm after all.");
  ASSERT_TRUE(world.write([&](store::Tx& tx) -> Result<Done> {
    const auto younger = *timeline::find(tx, second);
    TRY(const model::Content content, app::read_content(*world.hub, tx, younger));
    timeline::replace_content(tx, first, younger.raw, std::string(16, 'x'), content);
    return Done{};
  }));
  const std::string path = "/api/v1/brands/acme/messages/" + std::to_string(first.value) + "/versions";
  const auto answer = world.get(path, "agent");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json told = json::parse(answer.body)["items"];
  ASSERT_EQ(told.size(), 2u) << answer.body;
  EXPECT_EQ(told[0]["text"], "The cups were cold.");
  EXPECT_EQ(told[0]["current"], false);
  EXPECT_EQ(told[1]["text"], "Warm after all.");
  EXPECT_EQ(told[1]["current"], true);
  EXPECT_EQ(world.get("/api/v1/brands/globex/messages/" + std::to_string(first.value) + "/versions", "root").status,
            404);
}

TEST(Timeline, TellsTheWordsOfAsManyMessagesAsAreAskedFor) {
  World world;
  letter(world, "one", "The cups were cold.");
  const MessageId last = letter(world, "two", "Are you there?");
  const auto customer = world.read([&](store::Reader& reader) {
    return reader.count("SELECT customer_id FROM identity WHERE id = ?", timeline::identity_of(reader, last));
  });
  const std::string path = "/api/v1/brands/acme/customers/" + std::to_string(customer) + "/timeline";
  const json one = json::parse(world.get(path + "?words=1", "agent").body)["items"];
  ASSERT_EQ(one.size(), 2u);
  EXPECT_EQ(one[0]["words"]["reply_text"], "Are you there?");
  EXPECT_TRUE(one[1]["words"].is_null());
  EXPECT_TRUE(one[0]["event"].is_null());
  const json none = json::parse(world.get(path, "agent").body)["items"];
  EXPECT_TRUE(none[0]["words"].is_null());
}

}  // namespace
}  // namespace amends::web::test
