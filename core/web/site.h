// The API as an http::Handler: every request is checked against the rows of the route table in one place, in this
// order: Host, route, origin (CSRF), who, brand, permission, parameters and body, idempotency key; then the row's
// function runs. Whatever comes out bears the standing header fields, and every failure is a problem that says what to
// do next.
//
// Threads: any; one of its own that forgets kept answers when they are old.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "core/http/server.h"
#include "core/web/assets.h"
#include "core/web/router.h"
#include "core/web/services.h"

namespace amends::web {

class Site final : public http::Handler {
 public:
  // Borrows hub, live and staff; they must outlive it.
  Site(app::Hub& hub, app::Live& live, app::Staff& staff, SiteOptions options);
  ~Site() override;

  http::BodyRule body_rule(std::string_view method, std::string_view path) noexcept override;
  http::Response handle(const http::Request& request) override;

  // Ends event streams and jobs; nothing new begins. Before the server's stop().
  void stop();

  const Router& router() const { return router_; }
  const Services& services() const { return services_; }
  // For the front's own errors.
  static http::Fields default_headers(bool secure);

 private:
  http::Response answer(const http::Request& request, const std::string& id, const Route*& route);
  http::Response run(Call& call, const std::string& id);
  http::Response run_once(Call& call, const std::string& id);
  Reply perform(Call& call, const std::string& id);
  void keep_house(std::stop_token stop);

  app::Hub& hub_;
  const SiteOptions options_;
  Router router_;
  const Assets assets_;
  std::unique_ptr<Imports> imports_;
  std::unique_ptr<app::Hooks> hooks_;
  Services services_;
  int listener_ = 0;
  std::jthread house_;
};

// Every row of the API, in the order of the reference page.
std::vector<const Route*> all_routes();

}  // namespace amends::web
