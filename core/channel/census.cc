#include "core/channel/census.h"

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"

namespace amends::channel {
namespace {

std::string digest_of(std::string_view bytes) {
  return text::to_base64url(crypto::bytes_of(crypto::sha256(bytes)).substr(0, 5)).substr(0, 6);
}

}  // namespace

bool Census::saw(std::string_view id, std::string_view bytes, Timestamp updated) {
  const std::string digest = digest_of(bytes);
  const auto row = rows_.find(id);
  if (row == rows_.end()) {
    if (rows_.size() < kMost) rows_.emplace(std::string(id), Row{digest, updated, round_});
    return true;
  }
  row->second.round = round_;
  if (row->second.digest == digest) return false;
  row->second.digest = digest;
  row->second.updated = updated;
  return true;
}

std::optional<Timestamp> Census::updated(std::string_view id) const {
  const auto row = rows_.find(id);
  if (row == rows_.end()) return {};
  return row->second.updated;
}

void Census::forget(std::string_view id) {
  if (const auto row = rows_.find(id); row != rows_.end()) rows_.erase(row);
}

void Census::forget_before(Timestamp updated) {
  std::erase_if(rows_, [&](const auto& row) { return row.second.updated < updated; });
}

std::vector<std::string> Census::missing() const {
  std::vector<std::string> out;
  for (const auto& [id, row] : rows_) {
    if (row.round != round_) out.push_back(id);
  }
  return out;
}

Census Census::read(std::string_view text) {
  Census out;
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return out;
  out.round_ = static_cast<std::uint32_t>(number_at(*json, "round").value_or(0));
  const Json& rows = at(*json, "rows");
  if (!rows.is_object()) return out;
  for (const auto& [id, row] : rows.items()) {
    if (!row.is_array() || row.size() != 3) continue;
    out.rows_[id] = {text_at(row, "0"),
                     {number_at(row, "1").value_or(0)},
                     static_cast<std::uint32_t>(number_at(row, "2").value_or(0))};
  }
  return out;
}

std::string Census::write() const {
  Json rows = Json::object();
  for (const auto& [id, row] : rows_) rows[id] = Json::array({row.digest, row.updated.ms, row.round});
  return dump(Json{{"round", round_}, {"rows", std::move(rows)}});
}

}  // namespace amends::channel
