// The file channel: a file, or a folder of files, of reviews, mentions and the like, as CSV or JSON lines. A file that
// grows is followed; a file that is replaced is read again, and what was there before is stored once all the same.
#include "core/channel/connector.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/file/source.h"
#include "connectors/file/wire.h"
#include "core/base/text.h"
#include "core/channel/descriptor.h"
#include "core/channel/import.h"

namespace amends::connectors::file {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"path", SettingKind::path, true, "File or folder", "a .csv, .tsv, .jsonl or .ndjson file, or a folder of them"},
    {"format", SettingKind::choice, false, "Format", "auto goes by the file's name", "auto", "auto|csv|jsonl"},
    {"map", SettingKind::list, false, "Columns", "FIELD=COLUMN pairs, for what the headers don't say by themselves"},
    {"kind", SettingKind::choice, false, "What the rows are", "auto: a review when there is a rating", "auto",
     "auto|review|mention|comment|direct_message|call|form|mail"},
    {"source", SettingKind::text, false, "Site", "where the rows come from; their ids are unique there"},
    {"location", SettingKind::text, false, "Location", "which shop or product, where the rows don't say it"},
    {"language", SettingKind::text, false, "Language", "ISO 639-1, where the rows don't say it"},
    {"date_order", SettingKind::choice, false, "Dates such as 03/04/2026", "auto goes by the other dates in the file",
     "auto", "auto|dmy|mdy"},
    {"encoding", SettingKind::choice, false, "Encoding", "auto goes by the bytes", "auto",
     "auto|utf-8|utf-16|windows-1252"},
    {"separator", SettingKind::choice, false, "Separator", "auto goes by the first rows", "auto",
     "auto|comma|semicolon|tab|bar"},
};

bool has_suffix(const std::string& name, std::initializer_list<std::string_view> suffixes) {
  const std::string lower = text::ascii_lower(name);
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return lower.size() > suffix.size() && lower.compare(lower.size() - suffix.size(), suffix.size(), suffix) == 0;
  });
}

// By name; a name that says nothing is CSV only when somebody asked for that very file.
std::optional<Format> format_of(const std::string& path, std::string_view wish, bool named) {
  if (wish == "csv") return Format::csv;
  if (wish == "jsonl") return Format::jsonl;
  if (has_suffix(path, {".csv", ".tsv"})) return Format::csv;
  if (has_suffix(path, {".jsonl", ".ndjson", ".jsonlines"})) return Format::jsonl;
  if (!named) return {};
  const auto head = read_bytes(path, 0, 256);
  const bool is_json = head && !text::trim(*head).empty() && text::trim(*head).front() == '{';
  return is_json ? Format::jsonl : Format::csv;
}

using Files = std::vector<std::pair<std::string, Format>>;

// The file itself, or what lies directly in the folder, by name.
Result<Files> list_files(const std::string& path, std::string_view wish) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return fail(Kind::not_found, path + ": there is no such file or folder");
  Files out;
  if (!fs::is_directory(status)) {
    out.emplace_back(path, *format_of(path, wish, true));
    return out;
  }
  const bool any = wish.empty() || wish == "auto";
  fs::directory_iterator entries(path, error);
  if (error) return fail(Kind::invalid, path + ": " + error.message());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name.empty() || name.front() == '.' || !entry.is_regular_file(error)) continue;
    const auto format = format_of(entry.path().string(), "auto", false);
    if (format && (any || *format == (wish == "csv" ? Format::csv : Format::jsonl))) {
      out.emplace_back(entry.path().string(), *format);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::unique_ptr<Source> open_source(const std::string& path, Format format, const channel::Settings& settings) {
  return format == Format::csv ? open_csv(path, settings) : open_jsonl(path, settings);
}

using Positions = std::map<std::string, Position>;

// {"reviews.csv": {"at": 1234, …}}. A cursor that can't be read starts over: what was stored is not stored twice.
Positions read_cursor(std::string_view cursor) {
  Positions out;
  const auto parsed = nlohmann::json::parse(cursor, nullptr, false);
  if (!parsed.is_object()) return out;
  for (auto it = parsed.begin(); it != parsed.end(); ++it) {
    const auto& value = it.value();
    if (!value.is_object()) continue;
    const auto number = [&](const char* key, std::int64_t fallback) {
      const auto found = value.find(key);
      return found != value.end() && found->is_number_integer() ? found->get<std::int64_t>() : fallback;
    };
    const auto word = [&](const char* key) {
      const auto found = value.find(key);
      return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    Position position;
    position.at = std::max<std::int64_t>(0, number("at", 0));
    position.line = std::max<std::int64_t>(1, number("line", 1));
    position.size = number("size", 0);
    position.mtime = number("mtime", 0);
    position.head = word("head");
    position.head_size = std::clamp<std::int64_t>(number("head_size", 0), 0, kHeadBytes);
    position.seal = word("seal");
    out[it.key()] = position;
  }
  return out;
}

std::string write_cursor(const Positions& positions) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, position] : positions) {
    nlohmann::json one = {{"at", position.at}, {"size", position.size}, {"mtime", position.mtime}};
    if (position.line > 1) one["line"] = position.line;
    if (position.head_size > 0) {
      one["head"] = position.head;
      one["head_size"] = position.head_size;
    }
    if (!position.seal.empty()) one["seal"] = position.seal;
    out[name] = std::move(one);
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class FileConnector final : public channel::Connector {
 public:
  explicit FileConnector(channel::Settings settings) : settings_(std::move(settings)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    TRY(const Files files, list_files(std::string(settings_.get("path")), settings_.get("format")));
    Positions positions = read_cursor(cursor);
    channel::Page page;
    Budget budget;
    for (const auto& [path, format] : files) {
      Position position = positions[file_name(path)];
      auto batch = source(path, format).read(position, budget);
      if (!batch) {
        // One file that can't be read doesn't hold up the others; alone, it is the account's error.
        if (files.size() == 1) return std::move(batch).error();
        page.notes.push_back(batch.error().what);
        continue;
      }
      positions[file_name(path)] = position;
      for (auto& item : batch->items) {
        budget.bytes -= std::min(budget.bytes, item.raw.size());
        page.items.push_back(std::move(item));
      }
      budget.items -= std::min(budget.items, batch->items.size());
      for (auto& note : batch->notes) page.notes.push_back(std::move(note));
      page.remaining += batch->remaining;
      page.more = page.more || batch->more;
      if (budget.items == 0 || budget.bytes == 0) {
        page.more = page.more || path != files.back().first;
        break;
      }
    }
    page.cursor = write_cursor(positions);
    return page;
  }

  Result<channel::Health> check() override {
    TRY(const Files files, list_files(std::string(settings_.get("path")), settings_.get("format")));
    channel::Health health;
    if (files.empty())
      health.warnings.push_back(std::string(settings_.get("path")) + ": the folder holds no such file");
    for (const auto& [path, format] : files) {
      auto preview = source(path, format).preview();
      if (preview) {
        health.facts.insert(health.facts.end(), preview->begin(), preview->end());
      } else {
        const Error& error = preview.error();
        health.warnings.push_back(error.what + (error.hint.empty() ? "" : " (" + error.hint + ")"));
      }
    }
    return health;
  }

 private:
  // Kept from page to page, so that a large CSV file is read and decoded once.
  Source& source(const std::string& path, Format format) {
    if (!open_ || open_path_ != path) {
      open_path_ = path;
      open_ = open_source(path, format, settings_);
    }
    return *open_;
  }

  const channel::Settings settings_;
  std::string open_path_;
  std::unique_ptr<Source> open_;
};

class FileImport final : public channel::ImportSource {
 public:
  FileImport(Files files, channel::Settings settings) : files_(std::move(files)), settings_(std::move(settings)) {}

  Result<Done> each(const std::function<bool(model::Item&&, const channel::ImportProgress&)>& visit,
                    const std::function<void(const Error&)>& trouble) override {
    channel::ImportProgress progress;
    std::vector<std::int64_t> sizes;
    for (const auto& [path, format] : files_) {
      const auto state = state_of(path);
      sizes.push_back(state ? state->size : 0);
      progress.total += sizes.back();
    }
    std::int64_t before = 0;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto source = open_source(files_[i].first, files_[i].second, settings_);
      Position position;
      for (bool more = true; more;) {
        auto batch = source->read(position, Budget{});
        if (!batch) {
          trouble(batch.error());
          break;
        }
        progress.done = before + std::min(position.at, sizes[i]);
        for (auto& item : batch->items) {
          if (!visit(std::move(item), progress)) return Done{};
        }
        more = batch->more;
      }
      before += sizes[i];
    }
    return Done{};
  }

  Result<std::vector<std::string>> describe() override {
    std::vector<std::string> out;
    for (const auto& [path, format] : files_) {
      auto preview = open_source(path, format, settings_)->preview();
      if (!preview && files_.size() == 1) return std::move(preview).error();
      if (preview) {
        out.insert(out.end(), preview->begin(), preview->end());
      } else {
        out.push_back(preview.error().what);
      }
    }
    return out;
  }

 private:
  const Files files_;
  const channel::Settings settings_;
};

// A path is ours by its name alone, or a folder by the names of the files in it.
Result<std::unique_ptr<channel::ImportSource>> open_import(const std::string& path,
                                                           const channel::ImportOptions& options) {
  std::unique_ptr<channel::ImportSource> none;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error) && !format_of(path, "auto", false)) return none;
  TRY(Files files, list_files(path, "auto"));
  if (files.empty()) return none;
  std::string wishes;
  for (const auto& [field, column] : options.mapping) wishes += field + "=" + column + "\n";
  channel::Settings settings;
  settings.set("map", wishes);
  TRY_DO(parse_wishes(wishes));
  return std::unique_ptr<channel::ImportSource>(std::make_unique<FileImport>(std::move(files), std::move(settings)));
}

constexpr channel::Capabilities kCan = [] {
  channel::Capabilities can;
  can.pull = can.check = true;
  return can;
}();

Result<model::Content> parse(const model::Item& item, const channel::ParseContext& context) {
  return parse_row(item.raw, item.place, context.settings);
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings, const channel::Environment&) {
  return std::unique_ptr<channel::Connector>(std::make_unique<FileConnector>(settings));
}

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "file";
  out.title = "File";
  out.handle_kind = "file";
  out.settings = kSettings;
  out.can = kCan;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.open_import = open_import;
  out.poll = std::chrono::seconds(60);
  out.open = open;
  return out;
}();

}  // namespace amends::connectors::file
