#include "core/channel/following.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/channel/json.h"

namespace amends::channel {
namespace {

std::string word(const nlohmann::json& list, std::size_t at) {
  return list.is_array() && at < list.size() && list[at].is_string() ? list[at].get<std::string>() : std::string();
}

Timestamp moment(const nlohmann::json& list, std::size_t at) {
  constexpr std::int64_t kLatest = 253'402'300'799;  // the end of 9999
  const auto since_1970 =
      list.is_array() && at < list.size() && list[at].is_number_integer() ? list[at].get<std::int64_t>() : 0;
  return {std::clamp<std::int64_t>(since_1970, 0, kLatest) * 1000};
}

std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

bool Listing::page(std::string_view newest, std::string_view token, bool reached) {
  if (top.empty()) top = newest.empty() ? until : std::string(newest);
  if (reached || token.empty() || token == next) {
    until = std::exchange(top, {});
    next.clear();
    return false;
  }
  next = token;
  return true;
}

Listing Listing::read(std::string_view text) {
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  return {word(list, 0), word(list, 1), word(list, 2)};
}

std::string Listing::write() const { return text_of(nlohmann::json::array({until, top, next})); }

bool Rechecks::saw(std::string_view id, std::string_view version, Timestamp written, Timestamp now) {
  const auto it = rows_.find(id);
  if (it != rows_.end()) {
    it->second.checked = now;
    return std::exchange(it->second.version, std::string(version)) != version;
  }
  if (now - written > kRecheckFor) return true;
  rows_.emplace(std::string(id), Row{std::string(version), std::min(written, now), now});
  if (rows_.size() > kMost) {
    rows_.erase(std::min_element(rows_.begin(), rows_.end(),
                                 [](const auto& a, const auto& b) { return a.second.written < b.second.written; }));
  }
  return true;
}

std::string_view Rechecks::version_of(std::string_view id) const {
  const auto it = rows_.find(id);
  return it == rows_.end() ? std::string_view{} : std::string_view(it->second.version);
}

bool Rechecks::gone(std::string_view id) {
  const auto it = rows_.find(id);
  if (it == rows_.end()) return false;
  rows_.erase(it);
  return true;
}

std::vector<std::string> Rechecks::due(Timestamp now, std::size_t most, std::chrono::milliseconds rest) const {
  std::vector<std::pair<Timestamp, std::string_view>> waiting;
  for (const auto& [id, row] : rows_) {
    const auto age = now - row.written;
    if (age > kRecheckFor) continue;
    const auto pause = age < std::chrono::hours(1) ? std::chrono::milliseconds(0) : age / 8;
    if (row.checked + std::max(pause, rest) <= now) waiting.emplace_back(row.checked, id);
  }
  std::sort(waiting.begin(), waiting.end());
  std::vector<std::string> out;
  for (const auto& [checked, id] : waiting) {
    if (out.size() == most) break;
    out.emplace_back(id);
  }
  return out;
}

Rechecks Rechecks::read(std::string_view text) {
  Rechecks out;
  const nlohmann::json rows = nlohmann::json::parse(text, nullptr, false);
  if (!rows.is_object()) return out;
  for (auto it = rows.begin(); it != rows.end() && out.rows_.size() < kMost; ++it) {
    out.rows_[it.key()] = {word(it.value(), 0), moment(it.value(), 1), moment(it.value(), 2)};
  }
  return out;
}

std::string Rechecks::write() const {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [id, row] : rows_)
    out[id] = nlohmann::json::array({row.version, row.written.ms / 1000, row.checked.ms / 1000});
  return text_of(out);
}

model::Item gone_item(std::string_view external_id, bool own, Timestamp now) {
  model::Item out;
  out.external_id = external_id;
  out.raw = dump({{"deleted", external_id}});
  out.own = own;
  out.received_at = now;
  return out;
}

}  // namespace amends::channel
