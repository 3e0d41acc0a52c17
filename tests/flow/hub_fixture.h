// A whole hub on a temporary folder, spoken to in the words of the product:
//   customer.writes("m1", "Cold coffee"); hub pulls; agent.answers(…); remote.forgets; hub.restarts().
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/app/answers.h"
#include "core/app/hub.h"
#include "core/app/import.h"
#include "core/app/people.h"
#include "core/app/pull.h"
#include "core/app/send.h"
#include "core/app/view.h"
#include "core/mime/mail.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"
#include "tests/flow/fake_channel.h"
#include "tests/flow/fake_sites.h"
#include "tests/support/support.h"

namespace amends::test {

// A mail as a customer's program writes it.
struct Mail {
  std::string id, from = "ada@guest.test", to = "support@cafe.test", subject = "Cold coffee", text = "It was cold.";
  std::string in_reply_to = {}, more = {};
  bool verified = true;  // our server's Authentication-Results say so
  Timestamp date{1'767'258'000'000};

  std::string bytes() const {
    std::string out;
    if (verified)
      out += "Authentication-Results: mx.cafe.test; dmarc=pass header.from=" + from.substr(from.find('@') + 1) + "\r\n";
    out += "Received: from guest by mx.cafe.test; Thu, 1 Jan 2026 09:00:00 +0000\r\n";
    out += "From: Somebody <" + from + ">\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nDate: " + to_rfc5322(date) +
           "\r\n";
    if (!id.empty()) out += "Message-ID: <" + id + ">\r\n";
    if (!in_reply_to.empty()) out += "In-Reply-To: <" + in_reply_to + ">\r\nReferences: <" + in_reply_to + ">\r\n";
    return out + more + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n";
  }
};

class HubTest : public ::testing::Test {
 protected:
  // `sites`: with an account of each of the fake sites beside the mailbox.
  explicit HubTest(bool sites = false) : sites_(sites) {
    static const bool ready = (mime::init(), log::set_level(log::Level::error), true);
    (void)ready;
    Remote::the().reset();
    Site::reset();
    starts();
  }

  void starts() {
    app::Config config = app::default_config();
    config.data = folder_ / "data";
    config.brands = {app::BrandConfig{}};
    config.brands[0].key = "cafe";
    config.brands[0].name = "Café Morgenrot";
    config.brands[0].domains = {"cafe.test"};
    app::AccountConfig account;
    account.brand = "cafe";
    account.name = "support";
    account.channel = &kFakeChannel;
    account.settings.set("address", "support@cafe.test");
    account.settings.set("display_name", "Morgenrot am Markt");
    account.settings.set("plus_addressing", "true");
    config.accounts.push_back(std::move(account));
    for (const channel::Descriptor* site : {&kStars, &kPosts, &kChat, &kGuide}) {
      if (!sites_) break;
      app::AccountConfig there;
      there.brand = "cafe";
      there.name = std::string(site->name);
      there.channel = site;
      there.settings.set("handle", "cafe");
      config.accounts.push_back(std::move(there));
    }
    config.wordings = wordings_;
    auto opened = app::Hub::open(std::move(config), *hub_clock_);
    ASSERT_TRUE(opened) << opened.error().what;
    hub_ = *std::move(opened);
    brand_ = *hub_->brand("");
    account_ = hub_->accounts().front();
    connector_ = *kFakeChannel.open(*account_->settings, hub_->environment(*account_));
  }
  // What a kill -9 leaves: nothing in memory.
  void restarts() {
    connector_.reset();
    hub_.reset();
    starts();
  }

  template <class Work>
  auto reads(Work work) {
    using Value = std::invoke_result_t<Work&, store::Reader&>;
    return *hub_->db().read([&](store::Reader& reader) -> Result<Value> { return work(reader); });
  }
  app::PullReport pulls() { return app::pull_account(*hub_, *account_, *connector_, {}, {}); }
  app::InReport places() {
    auto placed = app::Pipeline(*hub_).place_waiting(100'000);
    EXPECT_TRUE(placed) << placed.error().what;
    return placed ? *placed : app::InReport{};
  }
  // Pulls and places; what came of it.
  app::InReport receives() {
    app::InReport sum = pulls().in;
    sum += places();
    for (const auto& item :
         reads([](store::Reader& r) { return ingest::items_in(r, ingest::RawState::quarantined, {}, 5); })) {
      last_reason_ = item.reason;
    }
    return sum;
  }
  app::InReport receives(const Mail& mail) {
    Remote::the().puts(mail.bytes());
    return receives();
  }
  app::SendRound sends() { return app::send_due(*hub_, *account_, *connector_, {}); }

  std::vector<inbox::Row> list(inbox::View view = inbox::View::everything) {
    return reads([&](store::Reader& r) { return inbox::page(r, brand_.id, view, "", "", {}, 100).rows; });
  }
  std::int64_t messages() {
    return reads([](store::Reader& r) { return r.count("SELECT COUNT(*) FROM message"); });
  }
  app::ThreadView thread(ThreadId id) {
    return *hub_->db().read([&](store::Reader& r) { return app::read_thread(r, brand_.id, id); });
  }
  // The only thread there is.
  ThreadId only_thread() {
    const auto rows = list();
    EXPECT_EQ(rows.size(), 1u) << "quarantine: " << last_reason_;
    return rows.empty() ? ThreadId{} : rows.front().thread;
  }
  outbox::Tracked update(UpdateId id) {
    return *reads([&](store::Reader& r) { return outbox::find(r, brand_.id, id); });
  }

  const bool sites_;
  TempFolder folder_;
  std::string last_reason_;                       // of quarantine, to explain a failure
  std::vector<app::WordingCorrection> wordings_;  // from the next start on
  FakeClock clock_;
  const Clock* hub_clock_ = &clock_;
  std::unique_ptr<app::Hub> hub_;
  app::Brand brand_;
  const app::HubAccount* account_ = nullptr;
  std::unique_ptr<channel::Connector> connector_;
};

}  // namespace amends::test
