#include "core/app/notice_wordings.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/app/config_reader.h"
#include "core/channel/registry.h"

namespace amends::app {
namespace {

std::string written(const nlohmann::json& table) {
  return table.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Error described(Error error) {
  error.hint = "packaging/wordings.toml describes every key";
  return error;
}

Result<Done> all_read(const TableReader& table) {
  auto finished = table.finish();
  if (!finished) return described(std::move(finished).error());
  return Done{};
}

Result<nlohmann::json> read_wording_step(const toml::table& source, std::string_view file) {
  TableReader table(source, file, "a step of body");
  TRY(const std::string line, table.text("line", ""));
  TRY(const std::string take, table.text("take", ""));
  TRY(const bool optional, table.flag("optional", false));
  TRY(const auto until, table.list("until"));
  TRY_DO(all_read(table));
  if (line.empty() == take.empty()) return table.error_here("a step has either a line or something to take");
  nlohmann::json out = {{"optional", optional}};
  if (!line.empty()) {
    out["line"] = line;
  } else {
    out["take"] = take;
    out["until"] = until;
  }
  return out;
}

Result<nlohmann::json> read_wording(const toml::table& source, std::string_view file) {
  TableReader table(source, file, "[[channel.wording]]");
  nlohmann::json out;
  TRY_DO(table.text("language", ""));
  TRY(const std::string rating, table.text("rating", ""));
  if (!rating.empty()) out["rating"] = rating;
  TRY(out["subject"], table.list("subject"));
  TRY(out["link"], table.list("link"));
  TRY(const auto steps, table.tables("body"));
  out["body"] = nlohmann::json::array();
  for (const toml::table* step : steps) {
    TRY(nlohmann::json read, read_wording_step(*step, file));
    out["body"].push_back(std::move(read));
  }
  TRY_DO(all_read(table));
  if (auto good = channel::check_wording(written(out)); !good) {
    return table.error_here(good.error().what, good.error().hint);
  }
  return out;
}

// The channel that the name stands for, when it has such mails; else which ones have.
Result<const channel::Descriptor*> named_channel(TableReader& table) {
  TRY(const std::string name, table.text("name", ""));
  std::string names;
  for (const channel::Descriptor* one : channel::channels()) {
    if (one->notifications.empty()) continue;
    if (one->name == name) return one;
    names += (names.empty() ? "" : ", ") + std::string(one->name);
  }
  return table.error_at("name", "name takes the channel that the mails tell of", "one of: " + names);
}

Result<WordingCorrection> read_correction(const toml::table& source, std::string_view file) {
  TableReader table(source, file, "[[channel]]");
  TRY(const channel::Descriptor* channel, named_channel(table));
  nlohmann::json out;
  TRY(out["alone"], table.flag("alone", false));
  TRY(const auto senders, table.list("senders"));
  const bool addresses = std::all_of(senders.begin(), senders.end(), [](const std::string& sender) {
    return sender.find('@') != sender.npos && sender.find('.', sender.find('@')) != sender.npos;
  });
  if (!addresses) return table.error_at("senders", "senders takes addresses, and domains with an @ before them");
  out["senders"] = senders;
  TRY(const auto wordings, table.tables("wording"));
  out["rows"] = nlohmann::json::array();
  for (const toml::table* wording : wordings) {
    TRY(nlohmann::json row, read_wording(*wording, file));
    out["rows"].push_back(std::move(row));
  }
  TRY_DO(all_read(table));
  if (senders.empty() && wordings.empty()) {
    return table.error_here("[[channel]] corrects nothing", "give it senders or a [[channel.wording]]");
  }
  return WordingCorrection{channel, written(out)};
}

}  // namespace

Result<std::vector<WordingCorrection>> read_wordings(std::string_view text, std::string_view file_name) {
  const toml::parse_result parsed = toml::parse(text, file_name);
  if (!parsed) {
    return fail(Kind::invalid,
                place_of(file_name, parsed.error().source()) + ": " + std::string(parsed.error().description()));
  }
  TableReader top(parsed.table(), file_name, "the file");
  std::vector<WordingCorrection> out;
  TRY(const auto channels, top.tables("channel"));
  for (const toml::table* source : channels) {
    TRY(auto correction, read_correction(*source, file_name));
    out.push_back(std::move(correction));
  }
  TRY_DO(all_read(top));
  return out;
}

}  // namespace amends::app
