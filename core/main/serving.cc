#include "core/main/serving.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>

#include "core/app/live.h"
#include "core/app/metrics.h"
#include "core/app/notify.h"
#include "core/app/outward.h"
#include "core/app/staff.h"
#include "core/app/workers.h"
#include "core/base/log.h"
#include "core/http/server.h"
#include "core/main/browse.h"
#include "core/plugin/asset.h"
#include "core/web/site.h"

namespace amends::cli {
namespace {

using std::chrono::milliseconds;

// What is answered still gets this long at the end; systemd waits longer, and so does the parent process.
constexpr std::chrono::seconds kGrace{20};

sigset_t ending_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ending, signal);
  return ending;
}

bool is_here_only(const app::HttpConfig& http) { return http.address == "::1" || http.address.rfind("127.", 0) == 0; }

app::StaffRules rules_of(const app::HttpConfig& http) {
  app::StaffRules rules;
  rules.session.idle = http.session_idle;
  rules.session.absolute = http.session_life;
  switch (http.second_factor) {
    case app::SecondFactor::optional: rules.totp = app::TotpFor::whoever_wants; break;
    case app::SecondFactor::admins: rules.totp = app::TotpFor::admins; break;
    case app::SecondFactor::everybody: rules.totp = app::TotpFor::everybody; break;
  }
  return rules;
}

std::vector<app::Sample> samples_of(const http::Figures& figures, const app::Live::Figures& live) {
  const auto gauge = [](const char* name, const char* help, double value) {
    return app::Sample{name, help, false, {}, value};
  };
  const auto counter = [](const char* name, const char* help, double value) {
    return app::Sample{name, help, true, {}, value};
  };
  std::vector<app::Sample> out = {
      gauge("amends_http_connections", "Open connections.", static_cast<double>(figures.connections)),
      gauge("amends_http_queue", "Whole requests that wait for a worker.", static_cast<double>(figures.queue_depth)),
      gauge("amends_http_answers_held_bytes", "Bytes of answers not yet read by clients.",
            static_cast<double>(figures.answers_held)),
      gauge("amends_live_streams", "Open event streams.", static_cast<double>(live.streams)),
      counter("amends_live_resyncs_total", "Streams told to load everything again.", static_cast<double>(live.resyncs)),
      counter("amends_http_timed_out_total", "Connections cut for being slow.", static_cast<double>(figures.timed_out)),
      counter("amends_http_refused_total", "Requests the front refused: framing, rate, queue, connections.",
              static_cast<double>(figures.rejected_framing + figures.rejected_rate + figures.rejected_queue +
                                  figures.rejected_connections)),
  };
  for (std::size_t n = 1; n < figures.responses.size(); ++n) {
    out.push_back({"amends_http_responses_total",
                   "Answers by class of status.",
                   true,
                   {{"status", std::to_string(n) + "xx"}},
                   static_cast<double>(figures.responses[n])});
  }
  double below = 0;
  for (std::size_t i = 0; i < figures.latency.size(); ++i) {
    below += static_cast<double>(figures.latency[i]);
    const bool last = i >= http::Figures::kLatencyBounds.size();
    std::string bound = last ? "+Inf" : std::to_string(http::Figures::kLatencyBounds[i]);
    out.push_back({"amends_http_request_seconds_bucket",
                   "Time from a whole request to the head of its answer.",
                   true,
                   {{"le", std::move(bound)}},
                   below});
  }
  return out;
}

// Everything that answers requests. Made after the hub, gone before it.
class Face {
 public:
  static Result<std::unique_ptr<Face>> open(app::Hub& hub, app::Workers& workers, app::Outward& outward,
                                            int listen_fd) {
    const app::HttpConfig& http = hub.config().http;
    web::SiteOptions options;
    if (!http.public_url.empty()) {
      TRY(options.us, web::parse_public_url(http.public_url));
    }
    std::unique_ptr<Face> face(new Face(hub));
    options.webhooks = &outward.webhooks();
    options.images = &outward.images();
    options.assets = plugin::builtin_assets();
    options.wake_senders = [&workers] { workers.wake_senders(); };
    options.wake_placing = [&workers] { workers.wake_placing(); };
    options.pull_soon = [&workers](AccountId account) { return workers.pull_soon(account); };
    options.metrics = [f = face.get()] { return f->metrics(); };
    options.not_ready = [&hub] { return hub.health().readiness(hub.db()).reasons; };
    face->site_ = std::make_unique<web::Site>(hub, face->live_, face->staff_, std::move(options));

    http::ServerOptions server;
    server.address = http.address;
    server.port = http.port;
    server.listen_fd = listen_fd;
    server.certificate_file = http.certificate_file;
    server.key_file = http.key_file;
    server.trusted_proxies = http.trusted_proxies;
    server.default_headers = web::Site::default_headers(!http.certificate_file.empty());
    TRY(face->server_, http::Server::listen(std::move(server), *face->site_));
    face->answering_ = face->server_.get();
    face->staff_.start();
    return face;
  }
  ~Face() { stop(); }
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  void stop() {
    if (!server_) return;
    site_->stop();
    server_->stop(std::chrono::duration_cast<milliseconds>(kGrace));
    live_.stop();
    answering_ = nullptr;
    server_.reset();
  }

  int port() const { return server_->port(); }
  app::Staff& staff() { return staff_; }

 private:
  explicit Face(app::Hub& hub)
      : hub_(hub), staff_(hub, rules_of(hub.config().http)), live_(hub.db(), hub.clock(), [&hub](BrandId id) {
          const app::Brand* brand = hub.find_brand(id);
          return brand == nullptr ? std::string() : brand->config->key;
        }) {}

  std::string metrics() {
    auto figures = app::gather(hub_);
    if (!figures) return {};
    const http::Server* server = answering_.load();
    const auto more = server == nullptr ? std::vector<app::Sample>() : samples_of(server->figures(), live_.figures());
    return app::prometheus_text(*figures, AMENDS_VERSION, more);
  }

  app::Hub& hub_;
  app::Staff staff_;
  app::Live live_;
  std::unique_ptr<web::Site> site_;
  std::unique_ptr<http::Server> server_;
  std::atomic<const http::Server*> answering_{nullptr};  // the first requests come before listen() has returned
};

// As long as nobody may sign in: the way in for the first one, on the console and nowhere else.
void offer_first_admin(Face& face, const std::string& address) {
  auto link = face.staff().make_setup_link();
  if (!link) return;
  const std::string path = app::Staff::link_path(people::LinkKind::first_admin, link->secret);
  std::fprintf(stderr, "Nobody can sign in yet. Make the first administrator here, within 15 minutes:\n\n  %s%s\n\n",
               address.c_str(), path.c_str());
}

}  // namespace

void block_ending_signals() {
  const sigset_t ending = ending_signals();
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
}

std::string local_address(const app::HttpConfig& http, int port) {
  const std::string scheme = http.certificate_file.empty() ? "http://" : "https://";
  const bool v6 = http.address.find(':') != std::string::npos;
  const std::string host = !is_here_only(http) ? "localhost" : v6 ? "[" + http.address + "]" : http.address;
  return scheme + host + ":" + std::to_string(port);
}

int serve(app::Hub& hub, const Serving& serving) {
  const sigset_t ending = ending_signals();
  const int signals = ::signalfd(-1, &ending, SFD_CLOEXEC);
  if (signals < 0) return report(fail(Kind::internal, "signalfd"));
  const app::HttpConfig& http = hub.config().http;

  hub.health().keep_ballast();
  app::Workers workers(hub, serving.pull);
  auto outward = app::Outward::open(hub);
  if (!outward) return report(std::move(outward).error().within("[outbound]"));
  (*outward)->start();
  std::unique_ptr<Face> face;
  std::string address;
  if (http.enabled) {
    auto opened = Face::open(hub, workers, **outward, serving.listen_fd);
    if (!opened) return report(std::move(opened).error().within("[http]"));
    face = *std::move(opened);
    address = http.public_url.empty() ? local_address(http, face->port()) : http.public_url;
    const bool has_page = !plugin::builtin_assets().empty();
    std::fprintf(stderr, "Amends answers at %s\n", address.c_str());
    if (has_page) std::fprintf(stderr, "  the inbox, in a browser: %s/\n", address.c_str());
    std::fputs(serving.greeting.c_str(), stderr);
    if (has_page && serving.browse) open_in_browser(address + "/");
    offer_first_admin(*face, address);
  }
  log::info("serving", {{"accounts", static_cast<std::int64_t>(hub.accounts().size())}});
  app::notify_ready(address.empty() ? "at work" : "answering at " + address);

  const auto watched = app::watchdog_interval();
  const milliseconds tick = watched ? std::min(*watched, milliseconds(1000)) : milliseconds(1000);
  pollfd ready{signals, POLLIN, 0};
  int code = kDone;
  while (::poll(&ready, 1, static_cast<int>(tick.count())) <= 0) {
    app::notify_alive();
    hub.health().look();
    if (hub.db().failed()) {
      code = report(fail(Kind::unavailable, "the disk failed under the database; started again, it recovers"));
      break;
    }
  }
  app::notify_stopping();
  log::info("stopping");
  hub.health().set("stopping", true);
  face.reset();
  (*outward)->stop();
  workers.stop();
  ::close(signals);
  return code;
}

}  // namespace amends::cli
