// A hub with the sites of fake_sites.h, and the moves of its tests: a thing arrives, an answer is tried, sent, found
// again.
#pragma once

#include <algorithm>

#include "core/app/check.h"
#include "core/search/search.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {

class Posts : public HubTest {
 protected:
  Posts() : HubTest(true) {}
  ~Posts() override {
    const auto faults = app::check_everything(hub_->db(), {});
    EXPECT_TRUE(faults && faults->empty()) << (faults && !faults->empty() ? faults->front() : "");
  }

  const app::HubAccount& account(const std::string& name) {
    for (const app::HubAccount* one : hub_->accounts()) {
      if (one->name == name) return *one;
    }
    throw std::runtime_error("no account " + name);
  }
  std::unique_ptr<channel::Connector> opens(const std::string& name) {
    const app::HubAccount& there = account(name);
    return *there.channel->open(*there.settings, hub_->environment(there));
  }
  app::InReport receives(const std::string& name) {
    Site::of(name).now = clock_.now();
    const auto connector = opens(name);
    const auto report = app::pull_account(*hub_, account(name), *connector, {}, {});
    EXPECT_FALSE(report.error);
    return places();
  }
  app::InReport receives(const std::string& name, const Thing& thing) {
    Site::of(name).delivers(thing);
    return receives(name);
  }
  app::InReport receives_mail(const Mail& mail) { return HubTest::receives(mail); }
  app::SendRound sends(const std::string& name) {
    Site::of(name).now = clock_.now();
    const auto connector = opens(name);
    return app::send_due(*hub_, account(name), *connector, {});
  }

  app::AnswerRequest asks(ThreadId thread, const std::string& text) {
    app::AnswerRequest request;
    request.thread = thread;
    request.text = text;
    request.at_once = true;
    return request;
  }
  Result<app::Answer> tries(const app::AnswerRequest& request) {
    return app::Answers(*hub_, brand_, "Noor").send(request);
  }
  Result<app::Answer> previews(const app::AnswerRequest& request) {
    return app::Answers(*hub_, brand_, "Noor").preview(request);
  }
  app::Answer answers(ThreadId thread, const std::string& text) {
    auto answer = tries(asks(thread, text));
    EXPECT_TRUE(answer) << answer.error().what << " " << answer.error().hint;
    return answer ? *std::move(answer) : app::Answer{};
  }
  bool happened(ThreadId id, const std::string& kind) {
    const auto events = thread(id).events;
    return std::any_of(events.begin(), events.end(), [&](const timeline::Event& e) { return e.kind == kind; });
  }
  std::string words(const timeline::Message& message) {
    const auto content = hub_->db().read([&](store::Reader& r) { return app::read_content(*hub_, r, message); });
    EXPECT_TRUE(content) << content.error().what;
    return content ? content->text : "";
  }
  std::size_t found(const std::string& word) {
    search::Query query;
    query.brand = brand_.id;
    query.words = word;
    query.budget = {};
    return reads([&](store::Reader& r) { return search::find(r, query)->hits.size(); });
  }
  static bool has(const std::vector<app::AnswerFinding>& findings, const std::string& rule) {
    return std::any_of(findings.begin(), findings.end(), [&](const app::AnswerFinding& f) { return f.rule == rule; });
  }
  static Thing review(const std::string& id = "r1", const std::string& text = "Cold coffee, slow service.") {
    Thing out;
    out.id = id;
    out.text = text;
    out.rating = 2;
    out.location = "Mill Lane";
    out.link = "https://stars.test/" + id;
    return out;
  }
};

}  // namespace amends::test
