#include "core/thread/subject.h"

#include <gtest/gtest.h>

namespace amends::thread {
namespace {

TEST(Subject, AnswersOfManyLanguagesHaveTheBaseOfWhatTheyAnswer) {
  for (const char* subject :
       {"Re: The lamp",   "RE: The lamp",   "AW: The lamp",        "Antwort: The lamp", "Antw: The lamp",
        "SV: The lamp",   "RIF: The lamp",  "R: The lamp",         "Odp: The lamp",     "YNT: The lamp",
        "Vá: The lamp",   "回复: The lamp", "回复：The lamp",      "返信: The lamp",    "答复：The lamp",
        "Отв: The lamp",  "ΑΠ: The lamp",   "회신: The lamp",      "Re[2]: The lamp",   "Re(3): The lamp",
        "RE^2: The lamp", "Re : The lamp",  "Re: AW: Re:The  lamp"}) {
    const Subject read = read_subject(subject);
    EXPECT_EQ(read.base, "the lamp") << subject;
    EXPECT_TRUE(read.reply) << subject;
    EXPECT_FALSE(read.forward) << subject;
  }
}

TEST(Subject, ForwardsAreNoAnswers) {
  for (const char* subject : {"Fwd: The lamp", "FW: The lamp", "WG: The lamp", "RV: The lamp", "TR: The lamp",
                              "Fwd: Re: The lamp", "转发: The lamp", "転送: The lamp", "The lamp (fwd)"}) {
    const Subject read = read_subject(subject);
    EXPECT_EQ(read.base, "the lamp") << subject;
    EXPECT_TRUE(read.forward) << subject;
    EXPECT_FALSE(read.reply) << subject;
  }
  EXPECT_TRUE(read_subject("Re: Fwd: The lamp").reply);
}

TEST(Subject, PlainSubjectsKeepTheirWords) {
  for (const char* subject : {"Return of the lamp", "Refund: where is it", "React: a question", "I: robot", ""}) {
    const Subject read = read_subject(subject);
    EXPECT_FALSE(read.reply) << subject;
  }
  EXPECT_EQ(read_subject("Refund: where is it").base, "refund: where is it");
  EXPECT_EQ(read_subject("").base, "");
  EXPECT_EQ(read_subject("Re:").base, "");
}

TEST(Subject, ListTagsGoAndMattersStay) {
  EXPECT_EQ(read_subject("[lamp-talk] Re: Broken switch").base, "broken switch");
  EXPECT_EQ(read_subject("Re: [lamp-talk] Broken switch").base, "broken switch");
  EXPECT_EQ(read_subject("[lamp-core:1234] Broken switch").base, "broken switch");
  EXPECT_EQ(read_subject("Re: [#123] Broken switch").base, "[#123] broken switch");
  EXPECT_EQ(read_subject("[PATCH 1/3] switch").base, "[patch 1/3] switch");
  EXPECT_EQ(read_subject("[lamp-talk]").base, "[lamp-talk]");
}

TEST(Subject, OldSubjectStandsBesideTheNewOne) {
  const Subject read = read_subject("Re: Switches (was: Re: [lamp-talk] The lamp)");
  EXPECT_EQ(read.base, "switches");
  EXPECT_EQ(read.was, "the lamp");
  EXPECT_EQ(read_subject("It was (was it?) me").was, "");
}

TEST(Subject, VagueOnesSayTooLittle) {
  for (const char* base : {"", "hi", "hello!", "thank you", "your order", "question", "re", "problem"}) {
    EXPECT_TRUE(is_vague(base)) << base;
  }
  for (const char* base : {"the lamp switch is broken", "zeo/twisted", "lamp 4711", "注文した商品が届きません"}) {
    EXPECT_FALSE(is_vague(base)) << base;
  }
}

}  // namespace
}  // namespace amends::thread
