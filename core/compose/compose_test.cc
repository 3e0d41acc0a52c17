#include "core/compose/compose.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/compose/html_part.h"
#include "core/compose/reply.h"
#include "core/compose/whom.h"
#include "core/html/html.h"

namespace amends::compose {
namespace {

constexpr Timestamp kToday{1'773'338'400'000};  // 2026-03-12T18:00:00Z

Draft reply_to_maya() {
  Draft d;
  d.from = {"Dana at Kestrel & Crumb", "support@kestrel.example"};
  d.to = {{"Maya L.", "maya@mail.example"}};
  d.text = "Hello Maya,\n\nI am sorry. You asked for oat milk and we gave you cow's milk.\n";
  d.signature = "Dana\nHarbour Street";
  Answered parent;
  parent.message_id = "m1@mail.example";
  parent.references = {"m0@mail.example"};
  parent.subject = "AW: Re: wrong milk";
  parent.author = {"Maya L.", "maya@mail.example"};
  parent.date = kToday;
  parent.text = "I got cow's milk.\n\n> as you said\nAnd {{nobody}} cared.";
  d.answering = parent;
  return d;
}
Envelope envelope() {
  Envelope e;
  e.message_id = "o.b.x@kestrel.example";
  e.reply_address = "support+a-b-x@kestrel.example";
  e.now = kToday;
  e.own = {"support@kestrel.example"};
  return e;
}
mime::Outgoing composed(const Draft& d) {
  auto mail = compose(d, envelope());
  EXPECT_TRUE(mail) << (mail ? "" : mail.error().what);
  return mail ? *std::move(mail) : mime::Outgoing{};
}
std::string refusal(const Draft& d) {
  auto mail = compose(d, envelope());
  return mail ? "" : mail.error().what;
}

TEST(Compose, AnAnswerThreadsInEveryClient) {
  const auto mail = composed(reply_to_maya());
  EXPECT_EQ(mail.subject, "Re: wrong milk");
  EXPECT_EQ(mail.in_reply_to, "m1@mail.example");
  EXPECT_EQ(mail.references, (std::vector<std::string>{"m0@mail.example", "m1@mail.example"}));
  EXPECT_EQ(mail.message_id, "o.b.x@kestrel.example");
  ASSERT_EQ(mail.reply_to.size(), 1u);
  EXPECT_EQ(mail.reply_to[0].handle, "support+a-b-x@kestrel.example");
  EXPECT_EQ(
      mail.text,
      "Hello Maya,\n\nI am sorry. You asked for oat milk and we gave you cow's milk.\n\n-- \nDana\nHarbour Street\n");
  EXPECT_FALSE(mail.html.empty());
  EXPECT_EQ(envelope_recipients(mail), std::vector<std::string>{"maya@mail.example"});
}

TEST(Compose, TheOriginalIsQuotedUnderALineInTheReadersLanguage) {
  auto d = reply_to_maya();
  d.quote = true;
  d.locale = {"de", "Europe/Berlin"};
  const auto mail = composed(d);
  EXPECT_NE(mail.text.find(
                "\n\nAm Donnerstag, 12. März 2026 um 19:00 schrieb Maya L.:\n> I got cow's milk.\n>\n>> as you said\n"
                "> And {{nobody}} cared.\n"),
            std::string::npos)
      << mail.text;
  EXPECT_NE(mail.html.find("<blockquote type=\"cite\""), std::string::npos);
}

TEST(Compose, WhatATemplateLeftBehindStopsTheMail) {
  auto d = reply_to_maya();
  d.text = "Dear {{first_name}},";
  EXPECT_NE(refusal(d).find("{{first_name}}"), std::string::npos);
  d = reply_to_maya();
  d.signature = "[NAME]";
  EXPECT_NE(refusal(d), "");
  d = reply_to_maya();
  d.subject = "Your order %ORDER%";
  EXPECT_NE(refusal(d), "");
  // The customer's own subject and words are not ours to correct.
  d = reply_to_maya();
  d.answering->subject = "your [ORDER] mail";
  EXPECT_EQ(refusal(d), "");
}

TEST(Compose, GoesOnlyToPeopleAndNeverToOurselves) {
  auto d = reply_to_maya();
  d.to.clear();
  EXPECT_NE(refusal(d), "");
  for (const char* bad : {"", "maya", "maya@", "@mail.example", "maya@mail.example\r\nBcc: x@y.example",
                          "a b@c.example", "<a@b.example>", "a@b.example,c@d.example"}) {
    d.to = {{"", bad}};
    EXPECT_NE(refusal(d), "") << bad;
  }
  d.to = {{"", "a@x.example"}, {"", "A@x.example"}};
  EXPECT_NE(refusal(d).find("named twice"), std::string::npos);
  d.to = {{"", "Support+a-b-abcdefghijklmnopqrstuvwxyz234567ab@kestrel.example"}};
  EXPECT_NE(refusal(d).find("our own address"), std::string::npos);
}

TEST(Compose, AnAutomaticMailCarriesNothingOfTheStranger) {
  auto d = reply_to_maya();
  d.auto_submitted = true;
  d.subject = "We have received your message";
  const auto mail = composed(d);
  EXPECT_EQ(mail.subject, "We have received your message");
  EXPECT_TRUE(mail.auto_submitted);
  EXPECT_EQ(mail.in_reply_to, "m1@mail.example");
  EXPECT_EQ(mail.text.find("cow's milk.\n\n>"), std::string::npos);
  d.quote = true;
  EXPECT_NE(refusal(d), "");
}

TEST(Compose, RefusesEmptinessAndExcess) {
  auto d = reply_to_maya();
  d.text = " \n";
  EXPECT_NE(refusal(d), "");
  d = reply_to_maya();
  d.answering.reset();
  EXPECT_NE(refusal(d).find("no subject"), std::string::npos);
  d = reply_to_maya();
  d.files = {{"a.bin", "application/octet-stream", std::string(kFilesMax + 1, 'x')}};
  EXPECT_NE(refusal(d), "");
}

TEST(Compose, WhatItMakesCanBeBuilt) {
  auto d = reply_to_maya();
  d.quote = true;
  d.files = {{"receipt.pdf", "application/pdf", "%PDF-1.4"}};
  const auto bytes = mime::build(composed(d));
  ASSERT_TRUE(bytes) << bytes.error().what;
  EXPECT_NE(bytes->find("In-Reply-To: <m1@mail.example>"), std::string::npos);
}

TEST(Subject, HasOneReWhateverTheClientsWrote) {
  EXPECT_EQ(reply_subject("wrong milk"), "Re: wrong milk");
  EXPECT_EQ(reply_subject("RE: wrong milk"), "Re: wrong milk");
  EXPECT_EQ(reply_subject("Re: AW: SV: Antw: Odp: R: wrong milk"), "Re: wrong milk");
  EXPECT_EQ(reply_subject("Re[2]: Re (3): wrong milk"), "Re: wrong milk");
  EXPECT_EQ(reply_subject("回复：订单"), "Re: 订单");
  EXPECT_EQ(reply_subject("Réf : commande"), "Re: commande");
  EXPECT_EQ(reply_subject("Re: Fwd: Re: x"), "Re: Fwd: Re: x");
  EXPECT_EQ(reply_subject("Order 12: broken"), "Re: Order 12: broken");
  EXPECT_EQ(reply_subject("Regarding: lamp"), "Re: Regarding: lamp");
  EXPECT_EQ(reply_subject(""), "Re:");
  EXPECT_EQ(reply_subject("Re: Re:"), "Re:");
  EXPECT_EQ(reply_subject("a\r\nBcc: x@y.example").find('\n'), std::string::npos);
  EXPECT_EQ(reply_subject(reply_subject("AW: x")), reply_subject("AW: x"));
}

TEST(References, FollowRfc5322AndStayBounded) {
  EXPECT_EQ(reply_references({}, {}, "p"), std::vector<std::string>{"p"});
  EXPECT_EQ(reply_references({}, {"a"}, "p"), (std::vector<std::string>{"a", "p"}));
  EXPECT_EQ(reply_references({}, {"a", "b"}, "p"), std::vector<std::string>{"p"});
  EXPECT_EQ(reply_references({"a", "p"}, {"x"}, "p"), (std::vector<std::string>{"a", "p"}));
  EXPECT_TRUE(reply_references({}, {}, "").empty());
  std::vector<std::string> many;
  for (int i = 0; i < 100; ++i) many.push_back("r" + std::to_string(i));
  const auto kept = reply_references(many, {}, "p");
  EXPECT_EQ(kept.size(), kMostReferences);
  EXPECT_EQ(kept.front(), "r0");
  EXPECT_EQ(kept[1], "r81");
  EXPECT_EQ(kept.back(), "p");
}

TEST(Quote, IsCappedAndSaysSo) {
  const auto q = quoted(std::string(100'000, 'x'), 100);
  EXPECT_LT(q.size(), 120u);
  EXPECT_NE(q.find("> […]\n"), std::string::npos);
}

TEST(Quote, AnAuthorWithoutNameIsTheirAddressOnOneLine) {
  EXPECT_EQ(attribution({"", "maya@mail.example"}, {}, {"en", "UTC"}), "maya@mail.example wrote:");
  EXPECT_EQ(attribution({"Ma\nya", "maya@mail.example"}, {}, {"fr", "UTC"}).find('\n'), std::string::npos);
}

TEST(HtmlPart, SaysWhatTheTextSays) {
  const std::string text = "Hello Maya,\n\nfirst line\nsecond line\n\n> quoted\n>> deeper\n> back\n\nend\n";
  const std::string html = html_of(text);
  EXPECT_NE(html.find("first line<br>\nsecond line"), std::string::npos);
  const std::string back = html::to_text(html);
  for (const char* words : {"Hello Maya,", "first line", "> quoted", "end"})
    EXPECT_NE(back.find(words), std::string::npos) << back;
}

TEST(HtmlPart, NeverTakesTextForMarkup) {
  const std::string html = html_of(
      "<script>alert(1)</script> \"onclick\" & 'x'\n> <img src=x onerror=y>\nhttps://x.example/\"onmouseover=1");
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find("\"onmouseover"), std::string::npos);
}

TEST(HtmlPart, LinksEndWhereASentenceEnds) {
  const auto link = [](std::string_view text) {
    const std::string html = html_of(text);
    const auto from = html.find("href=\"");
    return from == std::string::npos ? "" : html.substr(from + 6, html.find('"', from + 6) - from - 6);
  };
  EXPECT_EQ(link("see https://kestrel.example/a."), "https://kestrel.example/a");
  EXPECT_EQ(link("(https://kestrel.example/a)"), "https://kestrel.example/a");
  EXPECT_EQ(link("https://en.kestrel.example/Milk_(oat)"), "https://en.kestrel.example/Milk_(oat)");
  EXPECT_EQ(link("https://kestrel.example/?a=1&b=2"), "https://kestrel.example/?a=1&amp;b=2");
  EXPECT_EQ(link("javascript:alert(1)"), "");
  EXPECT_EQ(link("xhttps://kestrel.example"), "");
  EXPECT_EQ(link("https://"), "");
}

TEST(HtmlPart, IsBalancedAndLinear) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::string(static_cast<std::size_t>(i % 12), '>') + " line\n";
  const std::string html = html_of(text);
  const auto count = [&](std::string_view what) {
    std::size_t n = 0;
    for (auto at = html.find(what); at != std::string::npos; at = html.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("<blockquote"), count("</blockquote>"));
  EXPECT_EQ(count("<p "), count("</p>"));
}

model::Content mail_from_maya() {
  model::Content c;
  c.author = {"Maya", "Maya@mail.example"};
  c.to = {{"", "support+a-b-abcdefghijklmnopqrstuvwxyz234567ab@kestrel.example"}, {"Tom", "tom@mail.example"}};
  c.cc = {{"Eve", "eve@elsewhere.example"}};
  return c;
}

TEST(Whom, AnAnswerGoesToTheAuthorAndThePeopleOfTheThread) {
  const auto w =
      whom_to_answer(mail_from_maya(), {{"maya@mail.example", "tom@mail.example"}, {"support@kestrel.example"}}, false);
  EXPECT_EQ(w.to, (std::vector<model::Party>{{"Maya", "Maya@mail.example"}}));
  EXPECT_EQ(w.cc, (std::vector<model::Party>{{"Tom", "tom@mail.example"}}));
  EXPECT_EQ(w.others, (std::vector<model::Party>{{"Eve", "eve@elsewhere.example"}}));
}

TEST(Whom, AnotherReplyToIsOnlyFollowedWhenAPersonConfirmsIt) {
  auto mail = mail_from_maya();
  mail.reply_to = {{"", "collector@bad.example"}};
  const ThreadPeople people{{"maya@mail.example"}, {"support@kestrel.example"}};
  auto w = whom_to_answer(mail, people, false);
  EXPECT_EQ(w.to[0].handle, "Maya@mail.example");
  EXPECT_EQ(w.reply_to[0].handle, "collector@bad.example");
  w = whom_to_answer(mail, people, true);
  EXPECT_EQ(w.to[0].handle, "collector@bad.example");
}

TEST(Whom, AnsweringOurOwnMailGoesToThoseItWentTo) {
  model::Content ours;
  ours.author = {"", "support@kestrel.example"};
  ours.to = {{"", "maya@mail.example"}};
  ours.cc = {{"", "tom@mail.example"}};
  const auto w = whom_to_answer(ours, {{}, {"support@kestrel.example"}}, false);
  EXPECT_EQ(w.to[0].handle, "maya@mail.example");
  EXPECT_EQ(w.cc[0].handle, "tom@mail.example");
}

}  // namespace
}  // namespace amends::compose
