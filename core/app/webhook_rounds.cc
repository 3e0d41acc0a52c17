// Which endpoint is told next, and of what: the threads of Webhooks.
#include <algorithm>

#include "core/app/webhooks.h"
#include "core/base/log.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using webhook::Endpoint;
using webhook::EndpointId;

constexpr milliseconds kRoundIdle = seconds(30);
constexpr milliseconds kBreath{100};
constexpr int kChangesAtOnce = 500;
// Steps for one endpoint before another gets its turn.
constexpr int kTurn = 20;
// A position is written down without a delivery when it is this far behind, so that a start doesn't read it all again.
constexpr std::int64_t kFarBehind = 5'000;
// No wait is as long as this: the wall clock was set back.
constexpr std::chrono::hours kImpossible{25};

}  // namespace

Webhooks::Webhooks(Hub& hub, net::HttpClient& http, WebhookOptions options)
    : hub_(hub), http_(http), options_(std::move(options)) {}

Webhooks::~Webhooks() { stop(); }

void Webhooks::start() {
  hub_.db().follow(*this);
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

void Webhooks::stop() {
  hub_.db().unfollow(*this);
  stopping_.raise();
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Webhooks::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Due due = take_due();
    if (!due.endpoint) {
      bell_.wait(std::min(due.next_in.value_or(kRoundIdle), kRoundIdle), stop);
      continue;
    }
    if (due.more) bell_.ring();  // for another thread
    Step last = Step::delivered;
    for (int i = 0; i < kTurn && !stop.stop_requested() && last != Step::nothing && last != Step::failed; ++i) {
      last = step(due.endpoint);
    }
    give_back(due.endpoint);
    // Should the failure not even have been written down, it is not tried again in the same moment.
    if (last == Step::failed) bell_.wait(kBreath, stop);
  }
}

int Webhooks::deliver_due() {
  int attempts = 0;
  for (;;) {
    const Due due = take_due();
    if (!due.endpoint) return attempts;
    Step last = Step::scanned;
    while (last == Step::scanned || last == Step::delivered) {
      last = step(due.endpoint);
      if (last == Step::delivered || last == Step::failed) ++attempts;
    }
    give_back(due.endpoint);
  }
}

Webhooks::Due Webhooks::take_due() {
  struct Look {
    std::vector<Endpoint> endpoints;
    std::vector<bool> again;
    std::int64_t newest = 0;
  };
  const auto look = hub_.db().read([](store::Reader& reader) -> Result<Look> {
    Look out{webhook::active(reader), {}, events::span(reader).newest};
    for (const Endpoint& e : out.endpoints) out.again.push_back(webhook::asked_again(reader, e.id).has_value());
    return out;
  });
  Due due;
  if (!look) {
    log::error("webhook.read_failed", {{"what", look.error().what}});
    due.next_in = seconds(5);
    return due;
  }
  const Timestamp now = hub_.clock().now();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < look->endpoints.size(); ++i) {
    const Endpoint& e = look->endpoints[i];
    if (busy_.count(e.id) != 0) continue;
    const auto known = scanned_.find(e.id);
    const bool behind =
        (known != scanned_.end() && known->second.base == e.position ? known->second.upto : e.position) < look->newest;
    if (!behind && !look->again[i]) continue;
    if (!look->again[i] && e.next_try_at && *e.next_try_at > now && *e.next_try_at - now < kImpossible) {
      const milliseconds in = *e.next_try_at - now;
      due.next_in = due.next_in ? std::min(*due.next_in, in) : in;
      continue;
    }
    if (due.endpoint) {
      due.more = true;
      break;
    }
    due.endpoint = e.id;
  }
  if (due.endpoint) busy_.insert(due.endpoint);
  return due;
}

void Webhooks::give_back(EndpointId id) {
  const std::lock_guard lock(mutex_);
  busy_.erase(id);
}

// One attempt at most.
Webhooks::Step Webhooks::step(EndpointId id) {
  struct Next {
    std::optional<Endpoint> endpoint;
    std::optional<webhook::Delivery> again;
    std::vector<events::Change> changes;
    std::int64_t from = 0, scanned = 0;
  };
  std::optional<Scanned> known;
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = scanned_.find(id); it != scanned_.end()) known = it->second;
  }
  const auto next = hub_.db().read([&](store::Reader& reader) -> Result<Next> {
    Next out;
    out.endpoint = webhook::find(reader, id);
    if (!out.endpoint || out.endpoint->state != webhook::State::active) return out;
    out.again = webhook::asked_again(reader, id);
    if (out.again) return out;
    const Endpoint& e = *out.endpoint;
    if (e.next_try_at && *e.next_try_at > hub_.clock().now() && *e.next_try_at - hub_.clock().now() < kImpossible) {
      out.endpoint.reset();
      return out;
    }
    out.from = known && known->base == e.position ? known->upto : e.position;
    out.changes = events::after(reader, out.from, {false, {e.brand}, false}, kChangesAtOnce, &out.scanned);
    return out;
  });
  if (!next) {
    log::error("webhook.read_failed", {{"what", next.error().what}});
    return Step::failed;
  }
  if (!next->endpoint) return Step::nothing;
  const Endpoint& endpoint = *next->endpoint;
  if (next->again) return send_again(endpoint, *next->again);

  const auto wanted = std::find_if(next->changes.begin(), next->changes.end(),
                                   [&](const events::Change& c) { return endpoint.wants(events::name_of(c.what)); });
  if (wanted != next->changes.end()) return deliver(endpoint, delivery_of(endpoint, *wanted));
  if (next->scanned == next->from) return Step::nothing;
  {
    const std::lock_guard lock(mutex_);
    scanned_[id] = {endpoint.position, next->scanned};
  }
  if (next->scanned - endpoint.position >= kFarBehind) {
    (void)hub_.db().write([&](store::Tx& tx) -> Result<Done> {
      const auto now_at = webhook::find(tx, id);
      if (now_at && now_at->position == endpoint.position) webhook::move_to(tx, id, next->scanned);
      return Done{};
    });
  }
  return Step::scanned;
}

}  // namespace amends::app
