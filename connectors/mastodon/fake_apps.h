// The applications a played server knows and what people allowed them: registration, consent with PKCE, tokens given
// and given back. Threads: as the site it is played on.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/support/site_fake.h"

namespace amends::connectors::mastodon {

class FakeApps {
 public:
  // `token`: what an application that was let in acts with.
  FakeApps(test::SiteFake& site, const std::string& token);

  // A person opens the server's page and agrees: where their browser is sent. "" for an application that the server
  // doesn't know, or one that is at home elsewhere: the page says so and sends nobody anywhere.
  std::string agrees(const std::string& authorize_url);
  bool given_back() const { return given_back_; }
  std::size_t registered() const { return apps_.size(); }

 private:
  struct App {
    std::string secret, redirect, scopes;
  };
  struct Grant {
    std::string client, challenge, redirect;
  };
  test::SiteAnswer make(const test::SiteRequest& request);
  test::SiteAnswer exchange(const test::SiteRequest& request);
  test::SiteAnswer revoke(const test::SiteRequest& request);
  const App* proven(const std::multimap<std::string, std::string>& form) const;

  const std::string& token_;
  std::map<std::string, App> apps_;
  std::map<std::string, Grant> codes_;
  bool given_back_ = false;
};

}  // namespace amends::connectors::mastodon
