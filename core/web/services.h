// What handlers work with, in one place: the hub, the ways to wake its workers, and what the site keeps for itself.
// Borrowed by every Call. Threads: any.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/live.h"
#include "core/app/staff.h"
#include "core/base/secret.h"
#include "core/http/event_rings.h"
#include "core/people/sessions.h"
#include "core/plugin/asset.h"
#include "core/web/entrance.h"

namespace amends::app {
class Hooks;
class ImageProxy;
class Webhooks;
}  // namespace amends::app

namespace amends::web {

class Router;
class Imports;

// What the program gives the site. Callables that are left out answer as if there were nothing to do.
struct SiteOptions {
  PublicUrl us;
  std::function<void()> wake_senders = [] {};
  std::function<void()> wake_placing = [] {};
  // A round of pulling, soon. unsupported: nobody pulls here.
  std::function<Result<Done>(AccountId)> pull_soon = [](AccountId) -> Result<Done> {
    return fail(Kind::unsupported, "nothing is pulled here", "start `amends serve`");
  };
  app::Webhooks* webhooks = nullptr;       // null: none are sent
  app::ImageProxy* images = nullptr;       // null: no remote picture is fetched
  std::vector<plugin::Asset> assets = {};  // what browsers get at "/"; empty: nothing is there
  std::function<std::string()> metrics = [] { return std::string(); };
  std::size_t most_waiting = http::EventRings::kMost;  // bytes in all event streams together
  // Why the program can't serve just now; none: it can.
  std::function<std::vector<std::string>()> not_ready = [] { return std::vector<std::string>{}; };
};

struct Services {
  app::Hub& hub;
  app::Live& live;
  app::Staff& staff;
  const SiteOptions& options;
  const Secret cursor_key;
  const Router* router = nullptr;
  Imports* imports = nullptr;
  app::Hooks* hooks = nullptr;
  std::string openapi = {};  // the document, as JSON
  // What waits for clients of event streams, all together.
  const std::shared_ptr<http::EventRings> rings = std::make_shared<http::EventRings>(options.most_waiting);
};

}  // namespace amends::web
