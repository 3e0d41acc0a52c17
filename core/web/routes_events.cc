#include "core/app/live.h"
#include "core/http/event_stream.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kEventsQuery[] = {line_field("brand", "Only this brand's; all of yours when left out").up_to(60)};

// A stream of ours as Live sees it.
class StreamSink final : public app::Sink {
 public:
  explicit StreamSink(std::shared_ptr<http::EventStream> stream) : stream_(std::move(stream)) {}
  bool push(const app::LiveEvent& event) override {
    const std::string id = event.id == 0 ? std::string() : std::to_string(event.id);
    return stream_->push(http::format({id, event.kind, event.data}));
  }
  std::size_t pending() const override { return stream_->pending(); }
  void close() override { stream_->close(); }

 private:
  const std::shared_ptr<http::EventStream> stream_;
};

std::vector<std::string> doors_of(const people::Principal& who) {
  std::vector<std::string> keys = {"user:" + std::to_string(who.user.value)};
  if (who.session) keys.push_back("session:" + std::to_string(who.session.value));
  if (who.token) keys.push_back("token:" + std::to_string(who.token.value));
  return keys;
}

Result<Reply> stream_events(Call& call) {
  std::vector<BrandId> all;
  const std::string_view wanted = call.query.text("brand");
  for (const app::Brand& brand : call.services.hub.brands()) {
    if (wanted.empty() || brand.config->key == wanted) all.push_back(brand.id);
  }
  app::Live::Wish wish;
  wish.filter.brands = people::brands_where(call.who, all, Permission::read);
  if (wish.filter.brands.empty() && (!wanted.empty() || !call.who.admin)) return absent();
  wish.filter.installation = may(call.who, {}, Permission::installation);
  wish.last_event_id = std::string(call.request.headers.get("Last-Event-ID"));
  wish.keys = doors_of(call.who);
  const auto stream = call.services.rings->open(http::format({{}, "resync", "{\"why\":\"too slow\"}"}));
  stream->push(http::format_retry(2000));
  TRY(const auto ticket, call.services.live.subscribe(std::move(wish), std::make_shared<StreamSink>(stream)));
  stream->on_close([&live = call.services.live, ticket] { live.unsubscribe(ticket); });
  Reply reply;
  reply.type = {};
  reply.events = stream;
  return reply;
}

constexpr Route kEventsRoutes[] = {
    get(AMENDS_API "/events", "stream_events", Permission::self, stream_events,
        "What changes, as it happens (server-sent events); Last-Event-ID goes on behind an event")
        .with(kEventsQuery)
        .marked(kEvents),
};

}  // namespace

std::span<const Route> event_routes() { return kEventsRoutes; }

}  // namespace amends::web
