#include "core/app/people.h"
#include "core/app/view.h"
#include "core/identity/identities.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {

void World::add_people() {
  const auto done = write([&](store::Tx& tx) -> Result<Done> {
    const auto add = [&](const std::string& login, bool admin) -> Result<Done> {
      people::NewUser user;
      user.login = login;
      user.display_name = login;
      user.email = login + "@staff.test";
      user.admin = admin;
      TRY(users[login], people::add_user(tx, user, clock.now()));
      return Done{};
    };
    for (const auto& role : people::kRoles) {
      TRY_DO(add(std::string(role.name), false));
      TRY_DO(people::set_role(tx, users[std::string(role.name)], acme.id, role.value));
    }
    TRY_DO(add(kOutsider, false));
    TRY_DO(people::set_role(tx, users[kOutsider], globex.id, people::Role::manager));
    TRY_DO(add(kNobody, false));
    return add(kAdmin, true);
  });
  EXPECT_TRUE(done) << (done ? "" : done.error().what);
}

void World::fill(const app::Brand& brand, const std::string& domain, const std::string& subject) {
  const std::string key = brand.config->key;
  Things& have = things[key];
  deliver(brand, mail(domain, "ada@guest.test", "a1@" + key, subject, "It was cold, says " + subject + "."));
  deliver(brand, mail(domain, "ada@guest.test", "a2@" + key, "Re: " + subject, "Still cold.", "a1@" + key));
  deliver(brand, mail(domain, "bob@guest.test", "b1@" + key, "Invoice " + subject, "Where is it?"));
  deliver(brand, "Authentication-Results: mx." + domain +
                     "; dmarc=pass header.from=guest.test\r\nFrom: Eve <eve@guest.test>\r\nTo: support@" + domain +
                     "\r\nSubject: Picture " + subject + "\r\nMessage-ID: <c1@" + key +
                     ">\r\nDate: Thu, 1 Jan 2026 08:30:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: "
                     "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                     "<p>See <script>alert(1)</script><img src=\"https://spy.test/x.png\">" +
                     subject +
                     "</p>\r\n--b\r\nContent-Type: image/svg+xml; name=\"../evil.svg\"\r\nContent-Disposition: "
                     "attachment; filename=\"../evil.svg\"\r\n\r\n<svg onload=\"alert(1)\"/>\r\n--b--\r\n");
  deliver(brand, std::string("\x01\x02\x03 nothing like a mail ", 25) + subject);
  read([&](store::Reader& reader) {
    const auto one = [&](const char* sql) { return reader.count(sql, brand.id); };
    have.thread = one("SELECT thread_id FROM message WHERE brand_id = ? ORDER BY id LIMIT 1");
    have.message = one("SELECT id FROM message WHERE brand_id = ? ORDER BY id LIMIT 1");
    have.other_thread =
        one("SELECT thread_id FROM message WHERE brand_id = ? AND author LIKE 'bob%' OR brand_id = ?1 "
            "AND subject LIKE 'Invoice%' ORDER BY id LIMIT 1");
    have.letter = one("SELECT id FROM message WHERE brand_id = ? AND subject LIKE 'Picture%'");
    have.account = account_of(brand)->id.value;
    have.item = one("SELECT id FROM raw_item WHERE brand_id = ? AND state = 2");
    have.identity = one("SELECT id FROM identity WHERE brand_id = ? AND handle = 'ada@guest.test'");
    have.customer = one("SELECT customer_id FROM identity WHERE brand_id = ? AND handle = 'ada@guest.test'");
    have.other_customer = one("SELECT customer_id FROM identity WHERE brand_id = ? AND handle = 'bob@guest.test'");
    const auto letter = timeline::find(reader, MessageId{have.letter});
    if (letter) {
      const auto content = app::read_content(*hub, reader, *letter);
      if (content && !content->attachments.empty()) have.part = content->attachments.front().part;
    }
    return 0;
  });
  for (const std::int64_t id : {have.thread, have.message, have.other_thread, have.letter, have.account, have.item,
                                have.identity, have.customer, have.other_customer})
    EXPECT_GT(id, 0);

  app::AnswerRequest answer;
  answer.thread = ThreadId{have.thread};
  answer.text = "We are sorry, " + subject;
  const auto sent = app::Answers(*hub, brand, "agent").send(answer);
  EXPECT_TRUE(sent) << (sent ? "" : sent.error().what);
  if (sent) have.update = sent->update.value;
  app::People people(*hub, brand, "agent");
  const auto merged = people.merge(std::to_string(have.customer), std::to_string(have.other_customer), "same");
  EXPECT_TRUE(merged);
  if (merged) {
    have.event = merged->value;
    EXPECT_TRUE(people.undo(have.event));
  }
  const auto moved = people.rethread(MessageId{have.message}, ThreadId{have.other_thread});
  EXPECT_TRUE(moved);
  if (moved) {
    have.operation = *moved;
    EXPECT_TRUE(people.undo_threads(have.operation));
  }
  have.user = users.at(key == "acme" ? "agent" : kOutsider).value;
  have.team = (*write([&](store::Tx& tx) { return people::add_team(tx, brand.id, "Team " + subject); })).value;
  have.invitation = (*write([&](store::Tx& tx) -> Result<people::LinkId> {
                      people::NewLink link;
                      link.email = "new@" + domain;
                      link.brand = brand.id;
                      return people::add_link(tx, link, clock.now()).id;
                    })).value;
  const auto hook = webhooks->create(brand.id, {"https://hook.test/in", {}, false}, "manager");
  EXPECT_TRUE(hook) << (hook ? "" : hook.error().what);
  if (hook) have.webhook = hook->id.value;
}

}  // namespace amends::web::test
