// A channel's counterpart as the conformance tests (tests/conformance) see it: what customers do on the site, what
// reached it from us, what goes wrong there. Every connector folder has one, <name>_rig.cc, which registers itself; the
// same tests then run over every channel, so a new channel joins them by its folder alone.
//
// What a site doesn't have answers false or nothing, and the descriptor must say the same: the tests compare.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "tests/support/site_fake.h"

namespace amends::test {

struct StandingFile {
  std::string bytes, alt;
};

class Rig {
 public:
  virtual ~Rig() = default;

  // Settings of an account that works against this counterpart.
  virtual std::map<std::string, std::string> settings() = 0;
  // What the account's tokens are at first (sign_in oauth); the fake lets them in.
  virtual std::optional<channel::TokenSet> tokens() { return {}; }

  // A customer writes in public, or in private where the channel is private; the external id that pull() gives it.
  virtual std::string customer_writes(std::string_view text) = 0;
  // Answers false where the site has no edits, or no deletions, that we could hear of.
  virtual bool customer_edits(const std::string& /*external_id*/, std::string_view /*text*/) { return false; }
  virtual bool customer_deletes(const std::string& /*external_id*/) { return false; }

  // Our words as they stand on the site now, oldest first: a reply heard twice stands there twice, unless it has a slot
  // or a key.
  virtual std::vector<std::string> our_words() = 0;
  // A customer's item that takes files with an answer, where not every one does.
  virtual std::string customer_asks_for_files(std::string_view text) { return customer_writes(text); }
  // The files that stand with them.
  virtual std::vector<StandingFile> our_files() { return {}; }
  // How often the site was asked to write something by us.
  virtual int writes() = 0;

  // A genuine webhook about this item, as the site signs it; nothing when the site has none.
  virtual std::optional<channel::WebhookRequest> webhook_about(const std::string& /*external_id*/) { return {}; }
  // False where the site proves itself by a header alone (a shared token, a signed assertion) and signs no body.
  virtual bool webhook_signs_body() { return true; }
  // The same request as somebody without the secret would forge it, beside changes to single bytes which the tests
  // make.
  virtual std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& /*genuine*/) { return {}; }

  // The access token is refused from now on until the tokens are renewed once. False: nothing to renew here.
  virtual bool expire_token() { return false; }
  // A person opens the site's page for consent and agrees: where their browser is sent. "" where no page asks.
  virtual std::string agrees(const std::string& /*authorize_url*/) { return ""; }
  // Whether the tokens that came of it were given back.
  virtual bool given_back() { return false; }
  // Nothing is let in any more, renewal included.
  virtual void lock_out() = 0;

  // The played site; null when a real server or plain files stand behind the channel.
  virtual SiteFake* site() { return nullptr; }
  // How this site says "too much": answers beside SiteFault::limits() that the channel must understand as such.
  virtual std::vector<SiteAnswer> own_limits() { return {}; }
};

struct RigRow {
  const channel::Descriptor* descriptor;
  std::function<std::unique_ptr<Rig>()> make;
};

// Filled before main() by the rigs.
std::vector<RigRow>& rigs();

struct RegisterRig {
  RegisterRig(const channel::Descriptor& descriptor, std::function<std::unique_ptr<Rig>()> make) {
    rigs().push_back({&descriptor, std::move(make)});
  }
};

}  // namespace amends::test
