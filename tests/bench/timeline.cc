// A customer's timeline over HTTP: `bench_timeline DATA_FOLDER [ROUNDS [SECONDS]]`, on a workspace that `amends import`
// filled. The whole program's way (front, session, roles, query, JSON, headers) against a bare cpp-httplib handler that
// runs the same query and sends the same bytes, which it has beforehand. Both from 32 kept connections, in turns; each
// in a process of its own, the bare one on a copy of the database. Ends with 1 when our rate is under 70 % of its.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/live.h"
#include "core/app/migrations.h"
#include "core/app/staff.h"
#include "core/app/view.h"
#include "core/base/log.h"
#include "core/http/server.h"
#include "core/mime/mail.h"
#include "core/people/sessions.h"
#include "core/people/users.h"
#include "core/timeline/timeline.h"
#include "core/web/site.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/http_peer.h"
#include "tests/bench/usage.h"

namespace {

using namespace amends;
using bench::BareServer;
using bench::ServerProcess;

constexpr int kConnections = 32;
constexpr int kPage = 50;
constexpr double kLeast = 0.7;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_timeline: %s\n", why.c_str());
  std::exit(2);
}

struct Target {
  BrandId brand;
  CustomerId customer;
};

// Who has the longest story.
Target longest(store::Database& db) {
  const auto found = db.read([](store::Reader& reader) -> Result<Target> {
    auto q = reader.query(
        "SELECT m.brand_id, i.customer_id FROM message m JOIN identity i ON i.id = m.identity_id "
        "GROUP BY i.customer_id ORDER BY COUNT(*) DESC LIMIT 1");
    if (!q.next()) return fail(Kind::not_found, "nothing was imported there");
    return Target{q.row().id<BrandId>(0), q.row().id<CustomerId>(1)};
  });
  if (!found) give_up(found.error().what);
  return *found;
}

void serve_bare(const std::string& path, const Target& target, const std::string& body,
                const std::function<void(int)>& tell) {
  auto db = store::Database::open({.path = path, .migrations = app::migrations()});
  if (!db) give_up(db.error().what);
  BareServer server;
  server.Get("/timeline", [&](const httplib::Request&, httplib::Response& response) {
    const auto rows = (*db)->read([&](store::Reader& reader) -> Result<std::size_t> {
      TRY(const auto view, app::read_customer(reader, target.brand, target.customer));
      return timeline::page(reader, view.streams, {}, kPage).entries.size();
    });
    if (!rows || *rows == 0) std::abort();
    response.set_content(body, "application/json");
  });
  tell(server.open());
  server.listen_after_bind();
}

void serve_program(const std::string& folder, const std::function<void(int)>& tell) {
  const SystemClock clock;
  app::Config config = app::default_config();
  config.data = folder;
  auto opened = app::Hub::open(std::move(config), clock);
  if (!opened) give_up(opened.error().what);
  app::Hub& hub = **opened;
  app::Staff staff(hub);
  app::Live live(hub.db(), clock, [&](BrandId id) { return hub.find_brand(id)->config->key; });
  web::Site site(hub, live, staff, {});
  http::ServerOptions options;
  options.limits.requests_per_second = 0;
  options.limits.connections_per_ip = 0;
  auto server = http::Server::listen(std::move(options), site);
  if (!server) give_up(server.error().what);
  tell((*server)->port());
  for (;;) ::pause();
}

// A person who may read there, and the secret of the session they begin.
struct Agent {
  std::string session, brand_key;
  Target target;
};
Agent make_agent(const std::string& folder) {
  const SystemClock clock;
  app::Config config = app::default_config();
  config.data = folder;
  auto hub = app::Hub::open(std::move(config), clock);
  if (!hub) give_up(hub.error().what);
  Agent out;
  out.target = longest((*hub)->db());
  out.brand_key = (*hub)->find_brand(out.target.brand)->config->key;
  const auto secret = (*hub)->db().write([&](store::Tx& tx) -> Result<std::string> {
    people::NewUser user;
    user.login = "bench" + std::to_string(clock.now().ms);
    user.display_name = user.login;
    user.email = user.login + "@staff.test";
    TRY(const UserId id, people::add_user(tx, user, clock.now()));
    TRY_DO(people::set_role(tx, id, out.target.brand, people::Role::agent));
    return std::string(people::begin_session(tx, id, "127.0.0.1", "bench", clock.now(), {}).secret.reveal());
  });
  if (!secret) give_up(secret.error().what);
  out.session = *secret;
  return out;
}

std::string body_of(int port, const std::string& request) {
  std::string answer;
  const int fd = bench::dial(port);
  bench::send_all(fd, request);
  const int status = bench::read_answer(fd, answer);
  ::close(fd);
  if (status != 200) give_up("the program answered " + answer.substr(0, 300));
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

struct Cost {
  double rate = 0, cpu_us = 0;
};
Cost cost_of(const ServerProcess& server, const std::string& request, double seconds) {
  const double before = server.cpu_seconds();
  const auto done = bench::load(server.port(), request, kConnections, seconds);
  const auto answered = static_cast<double>(done.answered);
  return {answered / done.seconds, (server.cpu_seconds() - before) / answered * 1e6};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) give_up("bench_timeline DATA_FOLDER [ROUNDS [SECONDS]]");
  const std::string folder = argv[1], copy = folder + "/bench-copy.db";
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 2;
  log::set_level(log::Level::off);
  mime::init();
  const Agent agent = make_agent(folder);
  std::filesystem::copy_file(folder + "/amends.db", copy, std::filesystem::copy_options::overwrite_existing);
  const std::string head =
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\n";
  const std::string ours = "GET /api/v1/brands/" + agent.brand_key + "/customers/" +
                           std::to_string(agent.target.customer.value) + "/timeline?limit=" + std::to_string(kPage) +
                           head + "Cookie: amends=" + agent.session + "\r\n\r\n";
  const std::string theirs = "GET /timeline" + head + "\r\n";
  const ServerProcess program([&](const auto& tell) { serve_program(folder, tell); });
  const std::string body = body_of(program.port(), ours);
  const ServerProcess bare([&](const auto& tell) { serve_bare(copy, agent.target, body, tell); });
  cost_of(bare, theirs, 0.3);
  cost_of(program, ours, 0.3);
  std::vector<double> shares, rates, bare_rates, cpu, bare_cpu;
  for (int round = 0; round < rounds; ++round) {
    const Cost a = cost_of(bare, theirs, seconds), b = cost_of(program, ours, seconds);
    bare_rates.push_back(a.rate);
    bare_cpu.push_back(a.cpu_us);
    rates.push_back(b.rate);
    cpu.push_back(b.cpu_us);
    shares.push_back(b.rate / a.rate);
  }
  std::filesystem::remove(copy);
  const double share = bench::percentile(shares, 0.5);
  std::printf("timeline of 50 over HTTP, %zu bytes, medians of %d rounds, %d connections\n", body.size(), rounds,
              kConnections);
  std::printf("  bare cpp-httplib %8.0f/s  %6.1f us CPU\n", bench::percentile(bare_rates, 0.5),
              bench::percentile(bare_cpu, 0.5));
  std::printf("  amends           %8.0f/s  %6.1f us CPU\n", bench::percentile(rates, 0.5), bench::percentile(cpu, 0.5));
  std::printf("  share %.2f   bar >= %.2f   %s\n", share, kLeast, share >= kLeast ? "met" : "MISSED");
  return share >= kLeast ? 0 : 1;
}
