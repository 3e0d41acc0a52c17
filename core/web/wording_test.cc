// A brand's own wording and what it says of itself, over the API.
#include <nlohmann/json.hpp>

#include "core/compose/own_templates.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;

class Wording : public ::testing::Test {
 protected:
  World world_;
  static std::string acme(const std::string& rest) { return "/api/v1/brands/acme" + rest; }
  http::Response send(const std::string& method, const std::string& path, const json& body,
                      const std::string& who = "manager", const std::string& if_match = "") {
    Asked asked{method, path, body.is_null() ? "" : body.dump(), world_.session(who)};
    if (!if_match.empty()) asked.headers.push_back({"If-Match", if_match});
    return world_.ask(asked);
  }
  json read(const std::string& path, const std::string& who = "agent") {
    const auto response = world_.get(path, who);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  std::string answer_text(const json& values) {
    const auto response =
        send("POST", acme("/threads/" + std::to_string(world_.things["acme"].thread) + "/answers/preview"),
             {{"step", "apology"}, {"values", values}}, "agent");
    return response.status == 200 ? json::parse(response.body)["text"].get<std::string>() : response.body;
  }

  const json ours_ = {{"subject", nullptr},
                      {"body", "Dear {{guest}},\nwe are sorry about the {{dish}}.\n"},
                      {"fields",
                       {{{"name", "guest"}, {"kind", "name"}, {"about", "whom we write to"}},
                        {{"name", "dish"}, {"kind", "text"}, {"about", "what went wrong"}, {"fallback", "meal"}}}}};
  const std::string path_ = acme("/templates/apology/any.en");
};

TEST_F(Wording, TheBrandsOwnCoversTheBuiltInAndGivesWayAgain) {
  const json before = read(path_);
  EXPECT_FALSE(before["own"].get<bool>());
  EXPECT_TRUE(before["built_in"].get<bool>());
  const auto count = read(acme("/templates"))["items"].size();

  const auto put = send("PUT", path_, ours_);
  ASSERT_EQ(put.status, 200) << put.body;
  const json now = read(path_);
  EXPECT_TRUE(now["own"].get<bool>());
  EXPECT_EQ(now["body"], ours_["body"]);
  EXPECT_EQ(now["changed_by"], "manager");
  EXPECT_EQ(now["fields"][1]["fallback"], "meal");
  EXPECT_EQ(read(acme("/templates"))["items"].size(), count);
  EXPECT_EQ(read(path_ + "?built_in=true"), before);

  // Answers are made of it, in this brand alone.
  EXPECT_EQ(answer_text({{"guest", "Ada"}}).find("Dear Ada,\nwe are sorry about the meal."), 0u);
  EXPECT_EQ(read("/api/v1/brands/globex/templates/apology/any.en", World::kOutsider)["body"], before["body"]);

  EXPECT_EQ(send("DELETE", path_, nullptr).status, 204);
  EXPECT_EQ(read(path_), before);
  EXPECT_EQ(send("DELETE", path_, nullptr).status, 404);

  const json audit = read(acme("/audit?action=template."), "manager");
  ASSERT_EQ(audit["items"].size(), 2u);
  EXPECT_EQ(audit["items"][0]["action"], "template.removed");
  EXPECT_EQ(audit["items"][1]["detail"]["name"], "apology/any.en");
}

TEST_F(Wording, ANewOneIsMadeOnceForEachPlaceAndLanguage) {
  json fresh = ours_;
  fresh["step"] = "apology";
  fresh["where"] = "email";
  fresh["language"] = "it";
  const auto made = send("POST", acme("/templates"), fresh);
  ASSERT_EQ(made.status, 201) << made.body;
  const json shown = json::parse(made.body);
  EXPECT_EQ(shown["id"], "apology/email.it");
  EXPECT_FALSE(shown["built_in"].get<bool>());
  EXPECT_EQ(send("POST", acme("/templates"), fresh).status, 409);
  fresh["where"] = "pigeons";
  EXPECT_EQ(send("POST", acme("/templates"), fresh).status, 422);
  fresh["where"] = "any";
  fresh["language"] = "I/";
  EXPECT_EQ(send("POST", acme("/templates"), fresh).status, 422);
  EXPECT_EQ(send("PUT", acme("/templates/apology/email.pt"), ours_).status, 404);
  EXPECT_EQ(send("PUT", acme("/templates/apology/.."), ours_).status, 404);
}

TEST_F(Wording, TwoWhoChangeItAtOnceDoNotOverwriteEachOther) {
  const std::string seen = world_.get(path_, "manager").headers.get("ETag").data();
  json mine = ours_;
  ASSERT_EQ(send("PUT", path_, mine, "manager", seen).status, 200);
  mine["body"] = "Dear {{guest}}, {{dish}}?\n";
  EXPECT_EQ(send("PUT", path_, mine, "marketing", seen).status, 412);
  EXPECT_EQ(send("DELETE", path_, nullptr, "marketing", seen).status, 412);
  const std::string fresh = world_.get(path_, "manager").headers.get("ETag").data();
  EXPECT_EQ(send("PUT", path_, mine, "marketing", fresh).status, 200);
}

TEST_F(Wording, WhatTheLinterRefusesIsSaidByPartAndLine) {
  json wrong = ours_;
  wrong["body"] = "Dear {{guest}},\n{{dish}}\n{{{dich}}}\n";
  auto response = send("PUT", path_, wrong);
  ASSERT_EQ(response.status, 422);
  json told = json::parse(response.body);
  EXPECT_EQ(told["errors"][0]["field"], "body");
  EXPECT_EQ(told["errors"][0]["message"], "line 3: three braces");

  wrong["body"] = "Dear {{guest}},\n\n{{dich}} [ORDER]\n";
  response = send("PUT", path_, wrong);
  ASSERT_EQ(response.status, 422);
  told = json::parse(response.body);
  std::string all;
  for (const json& error : told["errors"]) {
    all += error["field"].get<std::string>() + ": " + error["message"].get<std::string>() + "\n";
  }
  EXPECT_EQ(all,
            "body: line 3: no field is called \"dich\"\nbody: line 3: \"[ORDER]\" would be taken for a gap\nfields[1]: "
            "the field \"dish\" is never used\n");
  EXPECT_FALSE(read(path_)["own"].get<bool>());
}

TEST_F(Wording, ADraftIsSeenWithItsGapsBeforeItIsSaved) {
  json ask = {{"step", "apology"}, {"draft", ours_}, {"values", {{"dish", "soup"}}}};
  json shown = json::parse(send("POST", acme("/templates/preview"), ask, "marketing").body);
  EXPECT_EQ(shown["text"], "");
  ASSERT_EQ(shown["gaps"].size(), 1u);
  EXPECT_EQ(shown["gaps"][0]["field"], "guest");
  ask["values"]["guest"] = "Ada";
  shown = json::parse(send("POST", acme("/templates/preview"), ask, "marketing").body);
  EXPECT_EQ(shown["text"], "Dear Ada,\nwe are sorry about the soup.");
  ask["draft"]["body"] = "{{#guest}}";
  const auto refused = send("POST", acme("/templates/preview"), ask, "marketing");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json::parse(refused.body)["errors"][0]["field"], "draft.body");
}

TEST_F(Wording, OneThatAYoungerLinterRefusesSendsNothingUntilItIsMendedOrRemoved) {
  const auto kept = world_.write([&](store::Tx& tx) -> Result<std::int64_t> {
    compose::Template old = *compose::named_template("apology/any.en");
    old.body = "Dear {{guest}},\n";  // no such field
    return compose::keep_template(tx, world_.acme.id, old, "manager", world_.clock.now());
  });
  ASSERT_TRUE(kept);
  EXPECT_NE(answer_text(json::object()).find("can't be used"), std::string::npos);
  EXPECT_EQ(send("POST", acme("/templates/preview"), {{"step", "apology"}}, "agent").status, 422);
  EXPECT_TRUE(read(path_)["own"].get<bool>()) << "it is still shown, to be mended";
  EXPECT_EQ(send("DELETE", path_, nullptr).status, 204);
  EXPECT_EQ(send("POST", acme("/templates/preview"), {{"step", "apology"}}, "agent").status, 200);
}

TEST_F(Wording, OnlyWhoWritesTemplatesMay) {
  EXPECT_EQ(send("PUT", path_, ours_, "agent").status, 403);
  EXPECT_EQ(send("DELETE", path_, nullptr, "curator").status, 403);
  EXPECT_EQ(send("PUT", path_, ours_, World::kOutsider).status, 404);
  EXPECT_EQ(send("PUT", path_, ours_, "support_lead").status, 200);
}

TEST_F(Wording, ABrandIsChangedButForWhatTheFileStates) {
  const std::string path = acme("/settings");
  const json before = read(path, "manager");
  EXPECT_FALSE(before["in_file"].empty());
  const auto changed =
      send("PATCH", path, {{"signature", "Your Acme"}, {"strictness", "guard"}, {"language", "de"}}, "director");
  ASSERT_EQ(changed.status, 200) << changed.body;
  const json now = read(path, "manager");
  EXPECT_EQ(now["signature"], "Your Acme");
  EXPECT_EQ(now["strictness"], "guard");
  EXPECT_EQ(now["language"], "de");
  EXPECT_EQ(world_.hub->find_brand(world_.acme.id)->config->signature, "Your Acme");
  EXPECT_EQ(read("/api/v1/brands/globex/settings", World::kOutsider)["signature"], nullptr);
  EXPECT_EQ(send("PATCH", path, {{"signature", "[NAME] of Acme"}}).status, 422);
  EXPECT_EQ(send("PATCH", path, {{"language", "1x"}}).status, 422);

  const auto stated = send("PATCH", path, {{"name", "Another"}, {"signature", "x"}});
  EXPECT_EQ(stated.status, 409) << stated.body;
  EXPECT_NE(stated.body.find("amends.toml"), std::string::npos);
  EXPECT_EQ(read(path, "manager"), now) << "all of it or nothing";
  EXPECT_EQ(send("PATCH", path, {{"name", now["name"]}, {"signature", ""}}).status, 200) << "what it says already";
  EXPECT_EQ(send("PATCH", path, {{"signature", "x"}}, "manager", "\"old\"").status, 412);
  EXPECT_EQ(send("PATCH", path, {{"signature", "x"}}, "support_lead").status, 403);

  const json audit = read(acme("/audit?action=brand."), "manager");
  EXPECT_EQ(audit["items"][1]["detail"]["changed"], "language signature strictness");
}

}  // namespace
}  // namespace amends::web::test
