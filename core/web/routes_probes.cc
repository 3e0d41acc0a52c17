#include "core/web/problem.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kLiveFields[] = {flag_field("live", "").needed()};
constexpr Schema kLive{"Live", kLiveFields};
constexpr Field kReadyFields[] = {flag_field("ready", "").needed(), line_field("reasons", "Why not").many(100)};
constexpr Schema kReady{"Ready", kReadyFields};

Result<Reply> live(Call&) { return Reply{.body = "{\"live\":true}"}; }

Result<Reply> ready(Call& call) {
  const auto reasons = call.services.options.not_ready();
  Json json;
  json.open().put("ready", reasons.empty()).put_list("reasons", reasons).close();
  return Reply{.status = reasons.empty() ? 200 : 503, .body = json.take()};
}

// Figures tell how busy a company is: whoever asks from elsewhere needs a token.
Result<Reply> metrics(Call& call) {
  const bool local = is_this_machine(call.request.peer) && !call.request.headers.has("X-Forwarded-For") &&
                     !call.request.headers.has("Forwarded");
  if (!local && !may(call.who, {}, Permission::installation)) {
    return reply_of(problem(call.who.user ? "forbidden" : "unauthorized",
                            "The figures are for this machine, or for a token of an admin.",
                            "Send a token: Authorization: Bearer amends_…"));
  }
  Reply reply;
  reply.type = "text/plain; version=0.0.4; charset=utf-8";
  reply.body = call.services.options.metrics();
  return reply;
}

constexpr Route kProbesRoutes[] = {
    get("/livez", "live", Permission::nobody_needed, live, "The program runs").answers(kLive).marked(kQuiet),
    get("/readyz", "ready", Permission::nobody_needed, ready, "It can serve; 503 when not")
        .answers(kReady)
        .marked(kQuiet),
    get("/metrics", "metrics", Permission::nobody_needed, metrics,
        "Figures in Prometheus' text format; from elsewhere than this machine an admin's token is needed")
        .marked(kQuiet | kFile),
};

}  // namespace

std::span<const Route> probe_routes() { return kProbesRoutes; }

}  // namespace amends::web
