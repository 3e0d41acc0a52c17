#include "core/compose/left_overs.h"

#include <gtest/gtest.h>

namespace amends::compose {
namespace {

TEST(LeavingCheck, StopsWhatATemplateLeavesBehind) {
  for (const char* bad : {
           "Dear {{first_name}}, your order",
           "a }} b",
           "{{",
           "Dear {name},",
           "your order [ORDER] is",
           "[FIRST NAME]",
           "[Name]",
           "[insert date]",
           "Hello <first name>",
           "<NAME>",
           "Hello <your name>",
           "Hello %first_name%,",
           "%NAME%",
           "${amount} back",
           "XXX",
           "by XXXX o'clock",
           "TODO: ask Ines",
           "call by TBD",
           "Lorem ipsum dolor",
           "Dear ,",
           "Hello , we",
           "Dear, we",
           "Liebe ,",
           "Hola , le",
           "Dear null,",
           "Hello undefined,",
           "[object Object]",
           "{customer name}",
           "[Bestellnummer]",
           "[nom]",
           "`{{x}}`",
       }) {
    const auto done = leaving_check(bad);
    ASSERT_FALSE(done) << bad;
    EXPECT_EQ(done.error().kind, Kind::invalid);
  }
}

TEST(LeavingCheck, LetsOrdinaryWritingGo) {
  for (const char* good : {
           "",
           "Hello Maya,",
           "Hello,",
           "Bonjour,",
           "Hi there,",
           "Dear Maya, we",
           "It is 50% off and 20% more",
           "see [1] and [2]",
           "size XXL",
           "love xxx",
           "¡TODO ESTÁ LISTO!",
           "lo hice todo",
           "use `{id}` in the path and `%NAME%` too",
           "if (a) { return b; }",
           "a < b and c > d",
           "{1, 2, 3}",
           "<https://kestrel.example/a>",
           "Maya <maya@mail.example>",
           "[ ] open  [x] done",
           "[Maya wrote this]",
           "100%",
           "€ 5",
           "f(x) = {x}²? no: {2x}",
           "a`b",
           "Null Problem",
           "Hello Nullis,",
           "Nombre: Maya",
       }) {
    EXPECT_EQ(left_overs(good), std::vector<LeftOver>{}) << good;
  }
}

TEST(LeavingCheck, SaysWhatAndWhere) {
  const auto found = left_overs("Dear Maya, your order [ORDER] for {{amount}}.");
  EXPECT_EQ(found, (std::vector<LeftOver>{{22, "[ORDER]"}, {34, "{{amount}}"}}));
  EXPECT_NE(leaving_check("your [ORDER]").error().what.find("\"[ORDER]\""), std::string::npos);
}

TEST(LeavingCheck, IsLinearInWhateverItReads) {
  for (const char* piece : {"{", "[", "<", "%", "`", "{{", "Dear ", "X", "\n"}) {
    std::string text;
    while (text.size() < 500'000) text += piece;
    (void)left_overs(text);
  }
}

}  // namespace
}  // namespace amends::compose
