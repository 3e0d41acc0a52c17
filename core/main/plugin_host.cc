#include "core/main/plugin_host.h"

#include <dlfcn.h>

#include <deque>
#include <istream>
#include <ostream>

#include "core/channel/json.h"
#include "core/channel/plugin_abi.h"
#include "core/main/cli.h"

namespace amends::cli {
namespace {

std::string_view view(amends_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

// What a plugin is handed, and what it asks for in a call.
class PluginSide {
 public:
  PluginSide(std::istream& in, std::ostream& out) : in_(in), out_(out) {
    host_ = {sizeof host_, AMENDS_PLUGIN_ABI, this, value, quoted, http};
  }
  const amends_host* host() const { return &host_; }
  void forget() { kept_.clear(); }

  void say(const channel::Json& frame) { out_ << channel::dump(frame) << std::endl; }

 private:
  static amends_text value(void* self, amends_text json, const char* path) {
    const auto parsed = channel::parse_json(view(json));
    if (!parsed) return {nullptr, 0};
    const channel::Json& found = path == nullptr || *path == '\0' ? *parsed : channel::at(*parsed, path);
    if (found.is_null()) return {nullptr, 0};
    return static_cast<PluginSide*>(self)->keep(found.is_string() ? found.get<std::string>() : channel::dump(found));
  }
  static amends_text quoted(void* self, amends_text text) {
    return static_cast<PluginSide*>(self)->keep(channel::dump(channel::Json(std::string(view(text)))));
  }
  static amends_text http(void* self, amends_text request) {
    auto& side = *static_cast<PluginSide*>(self);
    auto frame = channel::parse_json(view(request));
    if (!frame || !frame->is_object())
      return side.keep(R"({"error": "the request is no JSON object", "uncertain": false})");
    (*frame)["http"] = ++side.requests_;
    side.say(*frame);
    std::string line;
    if (!std::getline(side.in_, line)) return side.keep(R"({"error": "the hub is gone", "uncertain": true})");
    return side.keep(std::move(line));
  }

  amends_text keep(std::string text) {
    const std::string& kept = kept_.emplace_back(std::move(text));
    return {kept.data(), kept.size()};
  }

  std::istream& in_;
  std::ostream& out_;
  amends_host host_{};
  std::deque<std::string> kept_;  // of the call that runs
  std::int64_t requests_ = 0;
};

struct Answer {
  channel::Json id;
  PluginSide& side;
  bool given = false;

  static void take(void* to, int failed, amends_text json) {
    auto& answer = *static_cast<Answer*>(to);
    if (answer.given) return;
    answer.given = true;
    auto parsed = channel::parse_json(view(json));
    const bool good = parsed && parsed->is_object();
    channel::Json frame = {{"id", answer.id}};
    if (good) {
      frame[failed != 0 ? "error" : "result"] = *std::move(parsed);
    } else {
      frame["error"] = {{"kind", "unavailable"}, {"what", "the plugin answered no JSON object"}};
    }
    answer.side.say(frame);
  }
};

}  // namespace

int plugin_host(const std::string& path, std::istream& in, std::ostream& out, std::ostream& err) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    err << "amends plugin-host: " << ::dlerror() << "\n";
    return kConfiguration;
  }
  using Entry = const amends_plugin* (*)(std::uint32_t);
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "amends_plugin_entry"));
  const amends_plugin* const plugin = entry == nullptr ? nullptr : entry(AMENDS_PLUGIN_ABI);
  if (plugin == nullptr || plugin->size < sizeof(amends_plugin) || plugin->abi < 1) {
    err << "amends plugin-host: " << path << " is no plugin for this program\n";
    return kConfiguration;
  }
  PluginSide side(in, out);
  void* const account = plugin->create(side.host());
  if (account == nullptr) return kBusy;
  for (std::string line; std::getline(in, line);) {
    const auto frame = channel::parse_json(line);
    if (!frame || !frame->is_object()) continue;
    const std::string call = channel::text_at(*frame, "call");
    Answer answer{channel::at(*frame, "id"), side};
    plugin->call(account, {call.data(), call.size()}, {line.data(), line.size()}, Answer::take, &answer);
    if (!answer.given) Answer::take(&answer, 1, {nullptr, 0});
    side.forget();
  }
  plugin->destroy(account);
  return kDone;
}

}  // namespace amends::cli
