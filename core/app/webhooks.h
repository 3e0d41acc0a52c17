// Webhooks out: programs of others hear of the changes of a brand, in order, signed, and at least once.
//
// Each endpoint is told one change after the other; the next one leaves when the last got through. A failure is tried
// again over about three days (core/webhook/retry.h), then the endpoint is paused, which the change log says. The
// webhook id of a change never varies, so that a receiver may drop what it has seen. Bodies hold ids and links; the
// words of a message only go to an endpoint that is set so, and are read when they leave.
//
//   {"type":"message.created","timestamp":"…Z","data":{…as events::json_of…,"links":{"thread":"…/api/v1/…"}}}
//
// Threads: every call from any thread; delivering has threads of its own between start() and stop().
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/app/bell.h"
#include "core/app/hub.h"
#include "core/events/events.h"
#include "core/net/http_client.h"
#include "core/net/wait.h"
#include "core/webhook/webhooks.h"

namespace amends::app {

struct WebhookOptions {
  std::string public_url = {};  // in front of links, without a slash at its end; "" leaves bare paths
  int threads = 4;              // endpoints that are told at the same time
  std::chrono::milliseconds timeout{15'000};
  bool allow_http = false;  // http:// too
  std::chrono::hours old_secret_life{24};
};

class Webhooks final : public store::Follower {
 public:
  // Borrows both.
  Webhooks(Hub& hub, net::HttpClient& http, WebhookOptions options = {});
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  void start();
  // Ends what is under way; it is sent again after the next start, under the same id.
  void stop();
  void committed() override { bell_.ring(); }

  struct Created {
    webhook::EndpointId id;
    std::string secret;  // "whsec_…", shown this once
  };
  // invalid: a URL that may not be dialled, or a kind there is none of. It hears of what changes from now on.
  Result<Created> create(BrandId brand, const webhook::Settings& settings, std::string_view actor);
  // These answer not_found when the brand has no such endpoint.
  Result<Done> change(BrandId brand, webhook::EndpointId id, const webhook::Settings& settings, std::string_view actor);
  Result<Done> remove(BrandId brand, webhook::EndpointId id, std::string_view actor);
  Result<Done> pause(BrandId brand, webhook::EndpointId id, std::string_view actor);
  Result<Done> resume(BrandId brand, webhook::EndpointId id, std::string_view actor);
  // A new secret; the old one signs as well for a day.
  Result<std::string> rotate(BrandId brand, webhook::EndpointId id, std::string_view actor);
  // Everything behind this change once more, as far back as the change log goes.
  Result<Done> replay_from(BrandId brand, webhook::EndpointId id, std::int64_t change, std::string_view actor);
  // One delivery once more, out of its order; soon.
  Result<Done> replay(BrandId brand, webhook::DeliveryId id);
  // A test message now; what came of it.
  Result<webhook::Attempt> ping(BrandId brand, webhook::EndpointId id);

  // Delivers what is due until nothing is, on the calling thread. How many attempts were made.
  int deliver_due();

 private:
  enum class Step { nothing, scanned, delivered, failed };
  struct Scanned {
    std::int64_t base = 0, upto = 0;  // nothing for this endpoint lies between its position `base` and `upto`
  };
  struct Due {
    webhook::EndpointId endpoint;
    std::optional<std::chrono::milliseconds> next_in;  // when nothing is due
    bool more = false;                                 // another one is due too
  };

  void run(const std::stop_token& stop);
  Due take_due();
  void give_back(webhook::EndpointId id);
  Step step(webhook::EndpointId id);
  Step deliver(const webhook::Endpoint& endpoint, webhook::Delivery delivery);
  Step send_again(const webhook::Endpoint& endpoint, const webhook::Delivery& delivery);
  webhook::Attempt attempt(const webhook::Endpoint& endpoint, const webhook::Delivery& delivery,
                           std::chrono::seconds& retry_after);
  Result<Done> write_failure(store::Tx& tx, const webhook::Endpoint& endpoint, const webhook::Attempt& tried,
                             std::chrono::seconds asked);
  Result<std::vector<Secret>> secrets_of(const webhook::Endpoint& endpoint) const;
  Result<Done> check(const webhook::Settings& settings);
  template <class Work>
  Result<Done> edit(BrandId brand, webhook::EndpointId id, std::string_view actor, std::string_view how, Work work);
  std::string brand_key(BrandId brand) const;
  webhook::Delivery delivery_of(const webhook::Endpoint& endpoint, const events::Change& change) const;
  std::string body_of(const webhook::Endpoint& endpoint, const webhook::Delivery& delivery);

  Hub& hub_;
  net::HttpClient& http_;
  const WebhookOptions options_;
  const net::Interrupt stopping_;
  Bell bell_;
  std::mutex mutex_;
  std::set<webhook::EndpointId> busy_;
  std::map<webhook::EndpointId, Scanned> scanned_;
  std::vector<std::jthread> threads_;
};

}  // namespace amends::app
