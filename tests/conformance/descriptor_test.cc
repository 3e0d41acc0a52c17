// What every built-in channel says about itself, rig or not.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/channel/registry.h"
#include "tests/support/rig.h"

namespace amends::test {
namespace {

using channel::Descriptor;
using channel::Setting;
using channel::SettingKind;

TEST(Descriptors, EveryChannelThatIsNeitherMailNorFilesHasARig) {
  std::set<std::string_view> played;
  for (const RigRow& row : rigs()) played.insert(row.descriptor->name);
  for (const Descriptor* d : channel::builtin_channels()) {
    if (d->can.mail || d->open_import != nullptr) continue;
    if (!d->can.pull && !d->can.webhook && !d->can.send) continue;  // known by its mails alone
    EXPECT_EQ(played.count(d->name), 1u) << d->name << " has no rig: connectors/" << d->name << "/" << d->name
                                         << "_rig.cc";
  }
}

TEST(Descriptors, NamesAreUniqueAndFitToBeStored) {
  std::set<std::string_view> names;
  for (const Descriptor* d : channel::builtin_channels()) {
    EXPECT_TRUE(names.insert(d->name).second) << d->name;
    EXPECT_EQ(d->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), d->name.npos) << d->name;
    EXPECT_NE(d->title, "") << d->name;
    EXPECT_NE(d->handle_kind, "") << d->name;
    EXPECT_NE(d->parse, nullptr) << d->name;
    EXPECT_NE(d->open, nullptr) << d->name;
  }
}

TEST(Descriptors, TheSettingsFormIsComplete) {
  for (const Descriptor* d : channel::builtin_channels()) {
    std::set<std::string_view> keys;
    for (const Setting& s : d->settings) {
      const std::string where = std::string(d->name) + "." + std::string(s.key);
      EXPECT_TRUE(keys.insert(s.key).second) << where;
      EXPECT_NE(s.label, "") << where;
      EXPECT_NE(s.help, "") << where;
      EXPECT_EQ(s.kind == SettingKind::choice, !s.choices.empty()) << where;
      EXPECT_FALSE(s.required && s.advanced && s.fallback.empty()) << where << " is needed, yet folded away";
      EXPECT_FALSE(s.kind == SettingKind::secret && !s.fallback.empty()) << where << ": a secret everybody knows";
      if (s.fallback.empty()) continue;
      Descriptor alone = *d;
      alone.settings = {&s, 1};
      EXPECT_TRUE(channel::check_settings(alone, {{std::string(s.key), std::string(s.fallback)}})) << where;
    }
  }
}

// A form shows what is no secret: whoever looks over a shoulder reads it.
TEST(Descriptors, WhatSoundsLikeASecretIsOne) {
  for (const Descriptor* d : channel::builtin_channels()) {
    for (const Setting& s : d->settings) {
      for (const char* word :
           {"password", "secret", "token", "private_key", "api_key", "key_json", "service_account"}) {
        if (s.key.find(word) == s.key.npos || s.kind == SettingKind::flag || s.kind == SettingKind::url ||
            s.kind == SettingKind::path)
          continue;
        EXPECT_EQ(s.kind, SettingKind::secret) << d->name << "." << s.key;
      }
    }
  }
}

TEST(Descriptors, WhoHasToProveSomethingIsToldWhatToDo) {
  for (const Descriptor* d : channel::builtin_channels()) {
    if (d->can.mail || d->open_import != nullptr) continue;  // its settings are what any mail program asks for
    if (d->sign_in != channel::SignIn::none) {
      EXPECT_FALSE(d->setup.empty()) << d->name;
    }
    for (const std::string_view step : d->setup) EXPECT_GT(step.size(), 10u) << d->name;
    EXPECT_EQ(d->sign_in == channel::SignIn::oauth, d->oauth != nullptr) << d->name;
  }
}

TEST(Descriptors, WhatIsSaidOfSendingFitsTogether) {
  for (const Descriptor* d : channel::builtin_channels()) {
    EXPECT_EQ(d->can.send, d->send_class != channel::SendClass::none) << d->name;
    if (d->send_class == channel::SendClass::lookable) {
      EXPECT_TRUE(d->can.find) << d->name;
    }
    if (d->can.mail) continue;
    EXPECT_EQ(d->can.send, d->reply == channel::ReplyGrade::api) << d->name;
    if (d->slots.overwrites) {
      EXPECT_EQ(d->slots.per_item, 1) << d->name;
    }
    if (d->window.person.count() > 0) {
      EXPECT_GE(d->window.person, d->window.open) << d->name;
    }
    if (d->can.pull) {
      EXPECT_GE(d->poll.count(), 10) << d->name;
    }
  }
}

TEST(Descriptors, TheTermsOfShowingReviewsNameTheirSource) {
  for (const Descriptor* d : channel::builtin_channels()) {
    if (d->visibility != model::Visibility::public_ || d->open_import != nullptr) continue;
    EXPECT_NE(d->display.source, "") << d->name;
  }
}

}  // namespace
}  // namespace amends::test
