#include "core/app/hooks.h"

#include "core/base/text.h"

#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

// A form that somebody fills in: no script, nothing loaded, and an origin of its own. It may stand in a frame anywhere.
constexpr std::string_view kFormPolicy =
    "sandbox allow-forms; default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors *";

Result<Reply> take_hook(Call& call) {
  channel::WebhookRequest request;
  request.method = call.request.method;
  request.path = call.request.raw_path;
  request.query = call.request.query;
  for (const http::Field& field : call.request.headers.all()) {
    // Ours to say: who wrote it.
    if (!text::equals_ignoring_case(field.name, "X-Amends-Peer")) request.headers.emplace_back(field.name, field.value);
  }
  request.headers.emplace_back("X-Amends-Peer", call.request.peer);
  request.body = call.request.body;
  request.received_at = call.now;
  app::HookAnswer answer = call.services.hooks->take(call.word("hook"), request);
  if (answer.status == 404) return absent();
  if (answer.fresh > 0) call.services.options.wake_placing();
  Reply reply;
  reply.status = answer.status;
  reply.body = std::move(answer.body);
  // The types a connector may answer in; Reply keeps a view.
  const bool page = answer.content_type.rfind("text/html", 0) == 0;
  const bool json = answer.content_type.rfind("application/json", 0) == 0;
  reply.type = page ? "text/html; charset=utf-8" : json ? "application/json" : "text/plain; charset=utf-8";
  if (page) reply.headers.set("Content-Security-Policy", kFormPolicy);
  if (answer.retry_after) reply.headers.set("Retry-After", std::to_string(answer.retry_after->count()));
  return reply;
}

constexpr Route kHooksRoutes[] = {
    get("/hooks/{hook}", "shake_hook", Permission::nobody_needed, take_hook,
        "A site makes sure that an account's address is ours")
        .marked(kFile | kFromOutside),
    post("/hooks/{hook}", "take_hook", Permission::nobody_needed, take_hook,
         "What a site tells of an account by itself, signed as that site signs; 200 when it is on the disk")
        .takes_file(app::kLargestHook)
        .marked(kFile | kNoKey | kFromOutside),
};

}  // namespace

std::span<const Route> hook_routes() { return kHooksRoutes; }

}  // namespace amends::web
