#include "core/app/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "core/app/config_reader.h"
#include "core/channel/registry.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

Result<Config> parse(std::string_view text, bool others_can_read = false) {
  return parse_config(text, "amends.toml", "/srv/amends", others_can_read);
}

std::string complaint(std::string_view text, bool others_can_read = false) {
  const auto config = parse(text, others_can_read);
  if (config) return "none";
  EXPECT_EQ(config.error().kind, Kind::invalid);
  return config.error().what;
}

// An account of the file channel: it needs nothing but a path, so that these tests stand on no other channel's
// settings.
std::string account(std::string_view more) {
  return "[[account]]\nchannel = \"file\"\nname = \"reviews\"\npath = \"r.csv\"\n" + std::string(more);
}

TEST(Config, OnlyTheFileOpensOtherNetworksThanThePublicOne) {
  EXPECT_FALSE(default_config().outbound.private_network);
  EXPECT_EQ(default_config().outbound.ports, (std::vector<std::uint16_t>{80, 443}));
  const auto config = parse(
      "[outbound]\nallow_private_network = true\nallowed_networks = [\"10.0.0.0/8\", \"hooks.example.org\"]\n"
      "ports = [\"8443\"]\nca_file = \"ca.pem\"\n");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->outbound.private_network);
  EXPECT_EQ(config->outbound.networks.size(), 2u);
  EXPECT_EQ(config->outbound.ports, std::vector<std::uint16_t>{8443});
  EXPECT_EQ(config->outbound.ca_file, "/srv/amends/ca.pem");
  EXPECT_NE(complaint("[outbound]\nallowed_networks = [\"10.0.0.0/99\"]\n"), "none");
  EXPECT_NE(complaint("[outbound]\nports = [\"0\"]\n"), "none");
  EXPECT_NE(complaint("[outbound]\nports = [\"443x\"]\n"), "none");
  EXPECT_NE(complaint("[outbound]\nallow_privat_network = true\n"), "none");
}

TEST(Config, WithoutAFileEverythingHasADefault) {
  const Config config = default_config();
  ASSERT_EQ(config.brands.size(), 1u);
  EXPECT_EQ(config.brands[0].key, "default");
  EXPECT_EQ(config.brands[0].strictness, Strictness::advise);
  EXPECT_TRUE(config.accounts.empty());
  EXPECT_EQ(config.sending.undo, std::chrono::seconds(10));
  EXPECT_FALSE(config.data.empty());
}

TEST(Config, WhatOutboundAllowsHoldsForMailServersToo) {
  const std::string house = "[outbound]\nallow_private_network = true\nallowed_networks = [\"10.1.2.0/24\"]\n";
  const std::string mailbox =
      "[[account]]\nchannel = \"email\"\naddress = \"a@b.test\"\nimap_host = \"i.test\"\npassword = \"p\"\n";
  const auto allowed = parse(house + mailbox);
  ASSERT_TRUE(allowed) << allowed.error().what;
  EXPECT_TRUE(allowed->accounts[0].settings.flag("allow_private_network"));
  EXPECT_EQ(allowed->accounts[0].settings.list("allowed_networks"), (std::vector<std::string>{"10.1.2.0/24"}));
  const auto narrower = parse(house + mailbox + "allow_private_network = false\n");
  ASSERT_TRUE(narrower) << narrower.error().what;
  EXPECT_FALSE(narrower->accounts[0].settings.flag("allow_private_network"));
  EXPECT_FALSE(parse(mailbox)->accounts[0].settings.flag("allow_private_network"));

  const channel::Descriptor& email = *allowed->accounts[0].channel;
  const auto made_in_a_browser = settings_with_defaults(
      allowed->account_defaults, email, {{"address", "a@b.test"}, {"imap_host", "i.test"}, {"password", "p"}});
  ASSERT_TRUE(made_in_a_browser);
  EXPECT_TRUE(made_in_a_browser->flag("allow_private_network"));
}

TEST(Config, AnEmptyFileIsTheSameAsNone) {
  const auto config = parse("");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->brands.size(), 1u);
  EXPECT_EQ(config->brands[0].key, "default");
}

TEST(Config, ReadsBrandsAccountsAndSending) {
  const auto config = parse(R"(
    [hub]
    data = "data"
    log = "debug"
    [sending]
    undo_seconds = 30
    [[brand]]
    key = "kestrel"
    name = "Kestrel & Crumb"
    language = "DE"
    strictness = "guard"
    signature = "Dana, Kestrel & Crumb"
    domains = ["Kestrel.Example"]
    [[account]]
    channel = "file"
    name = "reviews"
    path = "exports/reviews.csv"
    map = ["rating=Stars", "text=Review, long"]
    poll_seconds = 300
    enabled = false
  )");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->data, "/srv/amends/data");
  EXPECT_EQ(config->log_level, log::Level::debug);
  EXPECT_EQ(config->sending.undo, std::chrono::seconds(30));
  ASSERT_EQ(config->brands.size(), 1u);
  EXPECT_EQ(config->brands[0].name, "Kestrel & Crumb");
  EXPECT_EQ(config->brands[0].language, "de");
  EXPECT_EQ(config->brands[0].strictness, Strictness::guard);
  EXPECT_EQ(config->brands[0].domains, (std::vector<std::string>{"kestrel.example"}));
  ASSERT_EQ(config->accounts.size(), 1u);
  const AccountConfig& one = config->accounts[0];
  EXPECT_EQ(one.brand, "kestrel");
  EXPECT_EQ(one.name, "reviews");
  EXPECT_FALSE(one.enabled);
  EXPECT_EQ(one.poll, std::chrono::seconds(300));
  EXPECT_EQ(one.settings.get("path"), "/srv/amends/exports/reviews.csv");
  EXPECT_EQ(one.settings.get("map"), "rating=Stars\ntext=Review, long");
  EXPECT_EQ(one.settings.get("format"), "auto");
}

TEST(Config, AnUnknownKeyIsRefusedAtItsPlaceWithTheNearestOne) {
  EXPECT_EQ(complaint("[hub]\ndata = \"x\"\nlgo = \"info\"\n"),
            "amends.toml:3:1: [hub] has no key \"lgo\"; did you mean \"log\"?");
  EXPECT_EQ(complaint("[sendign]\n"), "amends.toml:1:2: the file has no key \"sendign\"; did you mean \"sending\"?");
  EXPECT_EQ(complaint("[[brand]]\nkey = \"a\"\ncolour = \"red\"\n"),
            "amends.toml:3:1: [[brand]] has no key \"colour\"");
  EXPECT_EQ(complaint(account("pol_seconds = 5\n")),
            "amends.toml:5:1: [[account]] has no key \"pol_seconds\"; did you mean \"poll_seconds\"?");
}

TEST(Config, AWrongKindOfValueIsRefusedAtItsPlace) {
  EXPECT_EQ(complaint("[hub]\nlog = 3\n"), "amends.toml:2:7: [hub] log takes text in quotes, not a whole number");
  EXPECT_EQ(complaint("[sending]\nundo_seconds = \"10\"\n"),
            "amends.toml:2:16: [sending] undo_seconds takes a whole number, not text");
  EXPECT_EQ(complaint("[sending]\nundo_seconds = -1\n"),
            "amends.toml:2:16: [sending] undo_seconds takes a number from 0 to 3600");
  EXPECT_EQ(complaint("hub = 1\n"), "amends.toml:1:7: the file hub takes a table, written [hub], not a whole number");
  EXPECT_EQ(complaint("[brand]\nkey = \"a\"\n"),
            "amends.toml:1:1: the file brand takes tables, each written [[brand]], not a table");
  EXPECT_EQ(complaint("[[brand]]\nkey = \"a\"\nstrictness = \"mild\"\n"),
            "amends.toml:3:14: strictness takes one of advise, guard, strict");
  EXPECT_EQ(complaint(account("map = 3\n")), "amends.toml:5:7: map takes a list of texts");
  EXPECT_EQ(complaint(account("format = \"xlsx\"\n")),
            "amends.toml:5:10: account \"reviews\": setting \"format\" takes one of auto, csv, jsonl");
}

TEST(Config, NamesAreUniqueAndPointAtWhatExists) {
  EXPECT_EQ(complaint("[[brand]]\nkey = \"a\"\n[[brand]]\nkey = \"a\"\n"),
            "amends.toml:3:1: a second [[brand]] with the key \"a\"");
  EXPECT_EQ(complaint(account("") + account("")), "amends.toml:5:1: a second [[account]] with the name \"reviews\"");
  EXPECT_EQ(complaint(account("brand = \"nobody\"\n")), "amends.toml:5:9: [[account]] needs a brand, one of default");
  EXPECT_NE(complaint("[[account]]\nchannel = \"pigeon\"\n").find("amends.toml:2:11: [[account]] needs a channel"),
            std::string::npos);
  EXPECT_NE(complaint("[[brand]]\nkey = \"Two Words\"\n").find("needs a key of lower-case letters"), std::string::npos);
}

TEST(Config, BrokenTomlIsRefusedAtItsPlace) {
  EXPECT_EQ(complaint("[hub]\ndata = \"a\"\ndata = \"b\"\n").rfind("amends.toml:3:", 0), 0u);
  EXPECT_EQ(complaint("[hub]\n[hub]\n").rfind("amends.toml:2:", 0), 0u);
  EXPECT_EQ(complaint("[hub]\ndata = \"\xFF\xFE\"\n").rfind("amends.toml:2:", 0), 0u);
  EXPECT_EQ(complaint("[hub\n").rfind("amends.toml:", 0), 0u);
  EXPECT_EQ(complaint("[hub]\n[\n").rfind("amends.toml:2:", 0), 0u);
  EXPECT_EQ(complaint(std::string(1'000'001, '#')), "amends.toml: is larger than 1 MB");
}

TEST(Config, NoErrorRepeatsAValue) {
  // Forgotten quotes, a wrong kind, a broken escape: whatever was typed may be a password.
  for (const std::string_view value :
       {"hunter2-secret", "\"hunter2-secret", "{ a = hunter2-secret }", "[hunter2-secret]", "'hunter2-secret' x",
        "\"\\qhunter2-secret\"", "hunter2-secret = 1"}) {
    const std::string text = "[[account]]\nchannel = \"file\"\npath = " + std::string(value) + "\n";
    const auto config = parse(text);
    ASSERT_FALSE(config) << value;
    EXPECT_EQ((config.error().what + config.error().hint).find("hunter2-secret"), std::string::npos)
        << config.error().what;
  }
}

TEST(Config, FilesAreReadWithinLimits) {
  test::TempFolder folder;
  test::write_file(folder / "amends.toml", "[hub]\ndata = \"here\"\n");
  const auto config = load_config(folder / "amends.toml");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->data, folder / "here");
  EXPECT_EQ(config->source, folder / "amends.toml");

  // A sparse gigabyte: refused by its size, before a byte is read.
  test::write_file(folder / "huge.toml", "");
  std::filesystem::resize_file(folder / "huge.toml", 1'000'000'000);
  EXPECT_EQ(load_config(folder / "huge.toml").error().what, folder / "huge.toml" + ": is larger than 1000000 bytes");
  EXPECT_EQ(load_config("/dev/zero").error().what, "/dev/zero: is no ordinary file");
  EXPECT_EQ(load_config(folder / "none.toml").error().kind, Kind::not_found);
}

TEST(Config, IsFoundByNameThenByTheEnvironment) {
  test::TempFolder folder;
  test::write_file(folder / "a.toml", "");
  EXPECT_EQ(find_config(folder / "a.toml").value_or(""), folder / "a.toml");
  EXPECT_EQ(find_config(folder / "b.toml").error().kind, Kind::not_found);
  setenv("AMENDS_CONFIG", (folder / "a.toml").c_str(), 1);
  EXPECT_EQ(find_config("").value_or(""), folder / "a.toml");
  unsetenv("AMENDS_CONFIG");
}

// Channels that are no mail are connected by a form or `amends connect`, which name their keys.
TEST(Config, TheSampleFileIsGoodAndNamesEveryKeyOfItsChannels) {
  const std::string sample = test::read_file(std::string(AMENDS_SOURCE_FOLDER) + "/packaging/amends.toml");
  ASSERT_FALSE(sample.empty());
  setenv("AMENDS_SUPPORT_PASSWORD", "for the test", 1);
  const auto config = parse(sample);
  unsetenv("AMENDS_SUPPORT_PASSWORD");
  EXPECT_TRUE(config) << config.error().what;
  for (const auto* descriptor : channel::builtin_channels()) {
    const bool shown = sample.find("channel = \"" + std::string(descriptor->name) + "\"") != sample.npos;
    if (!shown) continue;
    for (const auto& setting : descriptor->settings) {
      const std::string key(setting.key);
      EXPECT_TRUE(sample.find("\n" + key + " = ") != sample.npos || sample.find("\n# " + key + " = ") != sample.npos)
          << "packaging/amends.toml says nothing of " << key << " (" << descriptor->name << ")";
    }
  }
}

TEST(Config, TheApiListensOnThisMachineUnlessToldOtherwise) {
  const auto quiet = parse("");
  EXPECT_TRUE(quiet->http.enabled);
  EXPECT_EQ(quiet->http.address, "127.0.0.1");
  EXPECT_EQ(quiet->http.port, 8460);
  const auto given = parse(
      "[http]\nlisten = \"[::]:443\"\npublic_url = \"https://help.example.org/\"\n"
      "certificate_file = \"c.pem\"\nkey_file = \"k.pem\"\nsecond_factor = \"admins\"\nsession_days = 1\n");
  ASSERT_TRUE(given) << given.error().what;
  EXPECT_EQ(given->http.address, "::");
  EXPECT_EQ(given->http.port, 443);
  EXPECT_EQ(given->http.public_url, "https://help.example.org");
  EXPECT_EQ(given->http.second_factor, SecondFactor::admins);
  EXPECT_EQ(given->http.session_life, std::chrono::hours(24));
  EXPECT_FALSE(parse("[http]\nlisten = \"off\"\n")->http.enabled);
}

TEST(Config, NothingIsServedToOtherMachinesInPlainText) {
  const char* wrong[] = {
      "[http]\nlisten = \"0.0.0.0:80\"\n",
      "[http]\nlisten = \"0.0.0.0:80\"\ncertificate_file = \"c.pem\"\nkey_file = \"k.pem\"\n",
      "[http]\nlisten = \"0.0.0.0:80\"\ntrusted_proxies = [\"10.0.0.1\"]\npublic_url = \"http://help.example.org\"\n",
      "[http]\ncertificate_file = \"c.pem\"\n",
      "[http]\nlisten = \"localhost:80\"\n",
      "[http]\nlisten = \"127.0.0.1\"\n",
      "[http]\nlisten = \"127.0.0.1:65536\"\n",
      "[http]\nlisten = \"::1:80\"\n",
      "[http]\npublic_url = \"help.example.org\"\n",
      "[http]\nlistn = \"off\"\n",
  };
  for (const char* text : wrong) {
    const auto config = parse(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().kind, Kind::invalid);
    EXPECT_NE(config.error().what.find(":"), std::string::npos) << config.error().what;
  }
}

TEST(Config, TheNearestWordIsOneThatCouldBeMeant) {
  const std::set<std::string, std::less<>> known = {"data", "log", "poll_seconds"};
  EXPECT_EQ(nearest("dta", known), "data");
  EXPECT_EQ(nearest("poll_second", known), "poll_seconds");
  EXPECT_EQ(nearest("completely", known), "");
}

}  // namespace
}  // namespace amends::app
