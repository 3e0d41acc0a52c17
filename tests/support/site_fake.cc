#include "tests/support/site_fake.h"

#include <mutex>
#include <utility>

#include "core/base/text.h"
#include "tests/support/contract.h"
#include "tests/support/http_peer.h"

namespace amends::test {
namespace {

constexpr std::size_t kMostViolations = 50;

SiteRequest request_of(const HeardRequest& heard) {
  SiteRequest out;
  out.method = heard.method;
  const std::size_t mark = std::min(heard.target.find('?'), heard.target.size());
  out.path = heard.target.substr(0, mark);
  if (mark < heard.target.size()) out.query = decode_form(std::string_view(heard.target).substr(mark + 1));
  out.headers = heard.headers;
  out.body = heard.body;
  return out;
}

std::string bytes_of(const SiteAnswer& answer) {
  std::vector<std::string> lines;
  bool typed = false;
  for (const auto& [name, value] : answer.headers) {
    typed = typed || text::equals_ignoring_case(name, "content-type");
    lines.push_back(name + ": " + value);
  }
  if (!typed && !answer.body.empty()) lines.emplace_back("Content-Type: application/json");
  return http_answer(std::to_string(answer.status) + " as played", answer.body, lines);
}

}  // namespace

std::string SiteRequest::q(const std::string& name) const {
  const auto it = query.find(name);
  return it == query.end() ? std::string() : it->second;
}

std::string SiteRequest::header(const std::string& name) const {
  const auto it = headers.find(name);
  return it == headers.end() ? std::string() : it->second;
}

std::vector<SiteAnswer> SiteFault::limits() {
  const std::vector<std::pair<std::string, std::string>> kSpellings = {
      {"Retry-After", "7"},
      {"Retry-After", "0"},
      {"Retry-After", "-1"},
      {"Retry-After", "1e12"},
      {"Retry-After", "99999999999999999999"},
      {"Retry-After", "Fri, 31 Dec 2099 23:59:59 GMT"},
      {"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"},
      {"Retry-After", "soon"},
      {"X-RateLimit-Reset", "4102444800"},
      {"X-RateLimit-Reset", "4102444800000"},
      {"X-RateLimit-Reset", "2099-12-31T23:59:59.000Z"},
      {"X-RateLimit-Reset", "42"},
      {"X-Nothing-Said", "1"},
  };
  std::vector<SiteAnswer> out;
  for (const auto& header : kSpellings) out.push_back({429, R"({"error":"too many requests"})", {header}});
  out.push_back({429, "", {}});
  out.push_back({429, "<html>slow down</html>", {{"Content-Type", "text/html"}}});
  return out;
}

struct SiteFake::Impl {
  explicit Impl(const std::string& contract_file)
      : contract(Contract::read(read_file(contract_file))), violations(contract.complaints) {}

  void complain(const std::string& where, const std::vector<std::string>& what) {
    for (const std::string& one : what) {
      if (violations.size() < kMostViolations) violations.push_back(where + ": " + one);
    }
  }

  // What the site does with a request when nothing goes wrong. Held: mutex.
  SiteAnswer play(SiteRequest& request) {
    const ContractRow* row = contract.find(request.method, request.path, request.parts);
    if (row == nullptr) {
      complain(request.method + " " + request.path, {"is not in the contract"});
      return {404, R"({"error":"not in the contract"})"};
    }
    complain(row->name(), wrong_request(*row, request));
    SiteAnswer answer = let_in(*row, request);
    if (answer.status == 200) {
      const auto handler = handlers.find(row->name());
      if (handler == handlers.end()) {
        complain(row->name(), {"has no handler"});
        return {501, R"({"error":"no handler"})"};
      }
      answer = handler->second(request);
    } else if (!unauthorized_is_known) {
      return answer;
    }
    complain(row->name(), wrong_answer(*row, answer));
    return answer;
  }

  // 200 when it may come in.
  SiteAnswer let_in(const ContractRow& row, const SiteRequest& request) const {
    if (row.auth == "none" || !lets_in) return {};
    const bool optional = row.auth.back() == '?';
    if (optional && request.header("authorization").empty()) return {};
    return lets_in(request) ? SiteAnswer{} : unauthorized;
  }

  // The fault that this request meets, taken off the list. Held: mutex.
  std::optional<SiteFault> fault_for(const SiteRequest& request) {
    for (auto it = faults.begin(); it != faults.end(); ++it) {
      if (!it->method.empty() && it->method != request.method) continue;
      if (request.path.rfind(it->path_begins, 0) != 0) continue;
      if (it->skip > 0) {
        --it->skip;
        continue;
      }
      SiteFault out = *it;
      if (out.make) out.answer = out.make(request);
      if (--it->times <= 0) faults.erase(it);
      return out;
    }
    return {};
  }

  void serve(Peer& client, const HeardRequest& raw) {
    using What = SiteFault::What;
    std::string bytes;
    std::size_t sent = std::string::npos;
    {
      const std::lock_guard lock(mutex);
      SiteRequest request = request_of(raw);
      const auto fault = fault_for(request);
      if (fault && (fault->what == What::answer || fault->what == What::cut_before)) {
        heard.push_back(request);
        bytes = bytes_of(fault->answer);
        if (fault->what == What::cut_before) sent = 0;
      } else {
        SiteAnswer answer = guarded(request);
        heard.push_back(request);
        if (fault && fault->what == What::answer_after) answer = fault->answer;
        bytes = bytes_of(answer);
        if (fault && fault->what == What::cut_after) sent = 0;
        if (fault && fault->what == What::cut_answer) sent = bytes.size() - (answer.body.size() + 1) / 2 - 1;
      }
    }
    client.write(std::string_view(bytes).substr(0, sent));
    if (sent != std::string::npos) throw Peer::Gone{};
  }

  // A table or a handler that throws is a violation, not the end of the test program.
  SiteAnswer guarded(SiteRequest& request) {
    try {
      return play(request);
    } catch (const std::exception& e) {
      complain(request.method + " " + request.path, {std::string("threw: ") + e.what()});
      return {500, R"({"error":"the fake broke"})"};
    }
  }

  mutable std::mutex mutex;
  Contract contract;
  std::vector<std::string> violations;
  std::map<std::string, Handler> handlers;  // by a row's name
  std::function<bool(const SiteRequest&)> lets_in;
  SiteAnswer unauthorized{401, R"({"error":"unauthorized"})"};
  bool unauthorized_is_known = false;
  std::vector<SiteFault> faults;
  std::vector<SiteRequest> heard;
  HttpPeer peer{
      [this](Peer& client, const HeardRequest& raw) { serve(client, raw); }};  // last: its threads use the rest
};

SiteFake::SiteFake(const std::string& contract_file) : impl_(std::make_unique<Impl>(contract_file)) {}
SiteFake::~SiteFake() = default;

void SiteFake::on(const std::string& method, const std::string& path, Handler handler) {
  const std::lock_guard lock(impl_->mutex);
  const std::string name = method + " " + path;
  bool known = false;
  for (const ContractRow& row : impl_->contract.rows) known = known || row.name() == name;
  if (!known) impl_->complain(name, {"is played, but not in the contract"});
  impl_->handlers[name] = std::move(handler);
}

void SiteFake::lets_in(std::function<bool(const SiteRequest&)> check) {
  const std::lock_guard lock(impl_->mutex);
  impl_->lets_in = std::move(check);
}

void SiteFake::unauthorized_answer(SiteAnswer answer) {
  const std::lock_guard lock(impl_->mutex);
  impl_->unauthorized = std::move(answer);
  impl_->unauthorized_is_known = true;
}

void SiteFake::fail_next(SiteFault fault) {
  const std::lock_guard lock(impl_->mutex);
  impl_->faults.push_back(std::move(fault));
}

std::string SiteFake::base() const { return "http://127.0.0.1:" + std::to_string(impl_->peer.port()); }

std::vector<SiteRequest> SiteFake::heard() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->heard;
}

std::size_t SiteFake::count(const std::string& method, const std::string& path_begins) const {
  const std::lock_guard lock(impl_->mutex);
  std::size_t out = 0;
  for (const SiteRequest& one : impl_->heard) out += one.method == method && one.path.rfind(path_begins, 0) == 0;
  return out;
}

std::vector<std::string> SiteFake::violations() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->violations;
}

std::unique_lock<std::mutex> SiteFake::held() const { return std::unique_lock(impl_->mutex); }

}  // namespace amends::test
