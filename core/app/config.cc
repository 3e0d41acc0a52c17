#include "core/app/config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "core/app/config_http.h"
#include "core/app/config_reader.h"
#include "core/app/notice_wordings.h"
#include "core/app/plugins.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/net/guard.h"

namespace amends::app {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string default_data_folder() {
  if (auto data = environment("AMENDS_DATA"); !data.empty()) return data;
  if (auto data = environment("XDG_DATA_HOME"); !data.empty()) return data + "/amends";
  if (auto home = environment("HOME"); !home.empty()) return home + "/.local/share/amends";
  return "amends-data";
}

struct FileBytes {
  std::string bytes;
  bool others_can_read = false;
};

// Only regular files, so that a pipe or device can't keep us reading; permissions and size of the very file read.
Result<FileBytes> read_small_file(const std::string& path, std::int64_t max) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return fail(errno == ENOENT ? Kind::not_found : Kind::invalid, path + ": " + std::strerror(errno));
  }
  struct stat about {};
  FileBytes out;
  std::string wrong;
  if (fstat(fd, &about) != 0) {
    wrong = std::strerror(errno);
  } else if (!S_ISREG(about.st_mode)) {
    wrong = "is no ordinary file";
  } else if (about.st_size > max) {
    wrong = "is larger than " + std::to_string(max) + " bytes";
  } else {
    out.others_can_read = (about.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    out.bytes.resize(static_cast<std::size_t>(about.st_size));
    std::size_t got = 0;
    while (got < out.bytes.size()) {
      const ssize_t n = read(fd, out.bytes.data() + got, out.bytes.size() - got);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) wrong = std::strerror(errno);
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    out.bytes.resize(got);
  }
  close(fd);
  if (!wrong.empty()) return fail(Kind::invalid, path + ": " + wrong);
  return out;
}

constexpr model::Word<log::Level> kLogLevels[] = {{log::Level::debug, "debug"},
                                                  {log::Level::info, "info"},
                                                  {log::Level::warning, "warning"},
                                                  {log::Level::error, "error"},
                                                  {log::Level::off, "off"}};

bool is_key(std::string_view s) {
  return !s.empty() && s.size() <= 40 && s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == s.npos;
}

}  // namespace

bool is_language(std::string_view s) { return s.size() == 2 && text::is_alpha(s[0]) && text::is_alpha(s[1]); }

bool is_domain(std::string_view s) { return !s.empty() && s.size() <= 253 && s.find_first_of(" @/:\t\r\n") == s.npos; }

namespace {

Result<BrandConfig> read_brand(const toml::table& source, std::string_view file) {
  TableReader table(source, file, "[[brand]]");
  BrandConfig brand;
  TRY(brand.key, table.text("key", ""));
  if (!is_key(brand.key)) {
    return table.error_at("key", "[[brand]] needs a key of lower-case letters, digits, - and _, at most 40 of them");
  }
  TRY(brand.name, table.text("name", brand.key));
  TRY(brand.language, table.text("language", "en"));
  if (!is_language(brand.language)) {
    return table.error_at("language", "[[brand]] language takes two letters (ISO 639-1), such as \"en\"");
  }
  brand.language = text::ascii_lower(brand.language);
  TRY(brand.strictness, choose(table, "strictness", kStrictness, Strictness::advise));
  TRY(brand.signature, table.text("signature", ""));
  TRY(const auto domains, table.list("domains"));
  for (const auto& domain : domains) {
    if (!is_domain(domain)) {
      return table.error_at("domains", "[[brand]] domains takes names such as \"shop.example\", without @ or https://");
    }
    brand.domains.push_back(text::ascii_lower(domain));
  }
  TRY_DO(table.finish());
  for (const auto& [key, value] : source) brand.stated.emplace(key.str());
  return brand;
}

// A secret is written into the file, kept in a file of its own (KEY_file) or in the environment ("env:NAME").
Result<std::string> read_secret_file(const TableReader& table, std::string_view key, const std::string& path) {
  auto file = read_small_file(path, 64 * 1024);
  if (!file) return table.error_at(key, std::string(key) + ": " + file.error().what);
  if (file->others_can_read) {
    return table.error_at(key, path + " can be read by others", "chmod 600 " + path);
  }
  std::string value = std::move(file->bytes);
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  if (value.empty()) return table.error_at(key, path + " is empty");
  return value;
}

Result<std::string> setting_text(const TableReader& table, const channel::Setting& setting, const toml::node& node) {
  using channel::SettingKind;
  const std::string name(setting.key);
  switch (setting.kind) {
    case SettingKind::port:
    case SettingKind::number:
      if (const auto* value = node.as_integer()) return std::to_string(value->get());
      return table.error_at(&node, name + " takes a whole number, without quotes");
    case SettingKind::flag:
      if (const auto* value = node.as_boolean()) return std::string(value->get() ? "true" : "false");
      return table.error_at(&node, name + " takes true or false, without quotes");
    case SettingKind::list: {
      if (const auto* value = node.as_string()) return value->get();
      const auto* array = node.as_array();
      std::vector<std::string> parts;
      if (array != nullptr) {
        for (const auto& element : *array) {
          if (const auto* value = element.as_string()) parts.push_back(value->get());
        }
      }
      if (array == nullptr || parts.size() != array->size()) {
        return table.error_at(&node, name + " takes a list of texts");
      }
      return text::join(parts, "\n");
    }
    case SettingKind::text:
    case SettingKind::secret:
    case SettingKind::host:
    case SettingKind::url:
    case SettingKind::path:
    case SettingKind::choice: break;
  }
  if (const auto* value = node.as_string()) return value->get();
  return table.error_at(&node, name + " takes text in quotes");
}

bool has_setting(const channel::Descriptor& descriptor, std::string_view key) {
  return std::any_of(descriptor.settings.begin(), descriptor.settings.end(),
                     [&](const channel::Setting& setting) { return setting.key == key; });
}

struct Surroundings {
  std::string_view file;
  const std::string& folder;
  bool others_can_read;
  const std::map<std::string, std::string>& defaults;
};

Result<Done> read_settings(TableReader& table, const Surroundings& around, AccountConfig& account) {
  using channel::SettingKind;
  std::map<std::string, std::string> given;
  for (const auto& setting : account.channel->settings) {
    const std::string key(setting.key);
    const toml::node* node = table.node(key);
    const bool is_secret = setting.kind == SettingKind::secret;
    if (is_secret && !has_setting(*account.channel, key + "_file")) {
      TRY(const std::string path, table.text(key + "_file", ""));
      if (!path.empty()) {
        if (node != nullptr) return table.error_at(key, key + " and " + key + "_file are both there: keep one");
        TRY(given[key], read_secret_file(table, key + "_file", absolute(path, around.folder)));
        continue;
      }
    }
    if (node == nullptr) continue;
    TRY(std::string value, setting_text(table, setting, *node));
    if (is_secret && value.rfind("env:", 0) == 0) {
      const std::string name = value.substr(4);
      value = environment(name.c_str());
      if (value.empty()) return table.error_at(node, key + ": the environment has no " + name);
    } else if (is_secret && around.others_can_read) {
      return table.error_at(node, std::string(around.file) + " holds a secret and can be read by others",
                            "chmod 600 " + std::string(around.file));
    }
    if (setting.kind == SettingKind::path) value = absolute(value, around.folder);
    given[key] = std::move(value);
  }
  auto checked = settings_with_defaults(around.defaults, *account.channel, std::move(given));
  if (!checked) {
    // The error names the setting in its first quotes; that is where to point.
    const std::string& what = checked.error().what;
    const auto from = what.find('"'), to = what.find('"', from + 1);
    const std::string key = to == what.npos ? "" : what.substr(from + 1, to - from - 1);
    return table.error_at(key, "account \"" + account.name + "\": " + what, checked.error().hint);
  }
  account.settings = *std::move(checked);
  return Done{};
}

Result<AccountConfig> read_account(const toml::table& source, const std::vector<BrandConfig>& brands,
                                   const Surroundings& around) {
  TableReader table(source, around.file, "[[account]]");
  AccountConfig account;
  TRY(const std::string channel, table.text("channel", ""));
  account.channel = channel::find_channel(channel);
  if (account.channel == nullptr) {
    std::vector<std::string> names;
    names.reserve(channel::channels().size());
    for (const auto* descriptor : channel::channels()) names.emplace_back(descriptor->name);
    return table.error_at("channel", "[[account]] needs a channel, one of " + text::join(names, ", "));
  }
  TRY(account.name, table.text("name", channel));
  if (!is_key(account.name)) {
    return table.error_at("name", "[[account]] name takes lower-case letters, digits, - and _, at most 40 of them");
  }
  TRY(account.brand, table.text("brand", brands.size() == 1 ? brands.front().key : ""));
  const auto is_ours = [&](const BrandConfig& brand) { return brand.key == account.brand; };
  if (std::none_of(brands.begin(), brands.end(), is_ours)) {
    std::vector<std::string> keys;
    keys.reserve(brands.size());
    for (const auto& brand : brands) keys.push_back(brand.key);
    return table.error_at("brand", "[[account]] needs a brand, one of " + text::join(keys, ", "));
  }
  TRY(account.enabled, table.flag("enabled", true));
  TRY(const std::int64_t poll, table.number("poll_seconds", account.channel->poll.count(), 5, 86'400));
  account.poll = std::chrono::seconds(poll);
  TRY_DO(read_settings(table, around, account));
  TRY_DO(table.finish());
  return account;
}

Result<SendingConfig> read_sending(const toml::table& source, std::string_view file) {
  TableReader table(source, file, "[sending]");
  const SendingConfig standard;
  SendingConfig out;
  TRY(const auto undo, table.number("undo_seconds", standard.undo.count(), 0, 3'600));
  TRY(const auto first, table.number("first_retry_seconds", standard.first_retry.count(), 1, 86'400));
  TRY(const auto longest, table.number("longest_retry_seconds", standard.longest_retry.count(), 1, 86'400));
  TRY(const auto give_up, table.number("give_up_after_hours", standard.give_up_after.count(), 1, 720));
  if (longest < first) {
    return table.error_at("longest_retry_seconds", "longest_retry_seconds is less than first_retry_seconds");
  }
  TRY_DO(table.finish());
  out.undo = std::chrono::seconds(undo);
  out.first_retry = std::chrono::seconds(first);
  out.longest_retry = std::chrono::seconds(longest);
  out.give_up_after = std::chrono::hours(give_up);
  return out;
}

Result<OutboundConfig> read_outbound(const toml::table& source, std::string_view file, const std::string& folder) {
  TableReader table(source, file, "[outbound]");
  OutboundConfig out;
  TRY(out.private_network, table.flag("allow_private_network", false));
  TRY(out.networks, table.list("allowed_networks"));
  net::Guard guard;
  for (const std::string& network : out.networks) {
    if (const auto sound = guard.allow(network); !sound) {
      return table.error_at("allowed_networks", "[outbound] allowed_networks takes networks and host names",
                            "write them as \"10.1.2.0/24\", \"fd00::/8\" or \"hooks.example.org\"");
    }
  }
  TRY(const auto ports, table.list("ports"));
  if (!ports.empty()) out.ports.clear();
  for (const std::string& port : ports) {
    const bool number = port.size() <= 5 && std::all_of(port.begin(), port.end(), text::is_digit);
    const int value = number && !port.empty() ? std::stoi(port) : 0;
    if (value < 1 || value > 65'535) {
      return table.error_at("ports", "[outbound] ports takes numbers from 1 to 65535 in quotes, such as \"443\"");
    }
    out.ports.push_back(static_cast<std::uint16_t>(value));
  }
  TRY(const std::string ca_file, table.text("ca_file", ""));
  if (!ca_file.empty()) out.ca_file = absolute(ca_file, folder);
  TRY_DO(table.finish());
  return out;
}

// The parser's own words without what it saw: that may be a secret somebody forgot to quote.
std::string harmless(std::string_view description) {
  for (const std::string_view cut : {std::string_view("; saw "), std::string_view(", saw "), std::string_view(" '")}) {
    description = description.substr(0, description.find(cut));
  }
  return std::string(description);
}

template <class Item, class Name>
std::optional<std::size_t> repeated(const std::vector<Item>& items, Name name) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!seen.insert(name(items[i])).second) return i;
  }
  return {};
}

Result<BackupConfig> read_backup(const toml::table& source, std::string_view file_name, const std::string& folder) {
  TableReader table(source, file_name, "[backup]");
  BackupConfig out;
  for (const auto& [key, into] : {std::pair("folder", &out.folder), std::pair("passphrase_file", &out.passphrase_file),
                                  std::pair("key_file", &out.key_file)}) {
    TRY(const std::string path, table.text(key, ""));
    if (!path.empty()) *into = absolute(path, folder);
  }
  TRY(const auto keep, table.number("keep", out.keep, 0, 10'000));
  out.keep = static_cast<int>(keep);
  if (!out.passphrase_file.empty() && !out.key_file.empty()) {
    return table.error_at("key_file", "[backup] takes passphrase_file or key_file, not both");
  }
  TRY_DO(table.finish());
  return out;
}

}  // namespace

Config default_config() {
  Config config;
  config.data = default_data_folder();
  config.brands.emplace_back();
  return config;
}

Result<Config> parse_config(std::string_view text, std::string_view file_name, const std::string& folder,
                            bool others_can_read) {
  if (static_cast<std::int64_t>(text.size()) > kMaxConfigBytes) {
    return fail(Kind::invalid, std::string(file_name) + ": is larger than 1 MB");
  }
  const toml::parse_result parsed = toml::parse(text, file_name);
  if (!parsed) {
    return fail(Kind::invalid,
                place_of(file_name, parsed.error().source()) + ": " + harmless(parsed.error().description()));
  }
  TableReader top(parsed.table(), file_name, "the file");
  Config config = default_config();
  config.source = std::string(file_name);

  TRY(const toml::table* hub, top.table("hub"));
  if (hub != nullptr) {
    TableReader table(*hub, file_name, "[hub]");
    TRY(const std::string data, table.text("data", ""));
    if (!data.empty()) config.data = absolute(data, folder);
    TRY(config.log_level, choose(table, "log", kLogLevels, log::Level::info));
    TRY(const std::int64_t low_disk, table.number("low_disk_mib", config.low_disk >> 20, 0, 1'000'000));
    config.low_disk = low_disk << 20;
    TRY_DO(table.finish());
  }

  TRY(const toml::table* sending, top.table("sending"));
  if (sending != nullptr) {
    TRY(config.sending, read_sending(*sending, file_name));
  }

  TRY(const toml::table* http, top.table("http"));
  if (http != nullptr) {
    TRY(config.http, read_http(*http, file_name, folder));
  }

  TRY(const toml::table* backup, top.table("backup"));
  if (backup != nullptr) {
    TRY(config.backup, read_backup(*backup, file_name, folder));
  }
  TRY(const toml::table* outbound, top.table("outbound"));
  if (outbound != nullptr) {
    TRY(config.outbound, read_outbound(*outbound, file_name, folder));
    auto& defaults = config.account_defaults;
    if (config.outbound.private_network) defaults["allow_private_network"] = "true";
    if (!config.outbound.networks.empty()) defaults["allowed_networks"] = text::join(config.outbound.networks, "\n");
    if (!config.outbound.ca_file.empty()) defaults["ca_file"] = config.outbound.ca_file;
  }

  TRY(const toml::table* plugins, top.table("plugins"));
  if (plugins != nullptr) {
    TableReader table(*plugins, file_name, "[plugins]");
    TRY(const auto programs, table.list("channels"));
    TRY_DO(table.finish());
    for (const std::string& program : programs) {
      config.plugins.push_back(absolute(program, folder));
      TRY_DO(load_plugin(config.plugins.back()));
    }
  }

  TRY(const toml::table* mail, top.table("mail"));
  if (mail != nullptr) {
    TableReader table(*mail, file_name, "[mail]");
    TRY(const auto ids, table.list("trusted_authserv_ids"));
    if (!ids.empty()) config.account_defaults["trusted_authserv_ids"] = text::join(ids, "\n");
    TRY(const std::string wordings, table.text("notification_wordings", ""));
    if (!wordings.empty()) {
      const std::string path = absolute(wordings, folder);
      const auto file = read_small_file(path, kMaxConfigBytes);
      if (!file) return table.error_at("notification_wordings", file.error().what);
      TRY(config.wordings, read_wordings(file->bytes, path));
    }
    TRY_DO(table.finish());
  }

  TRY(const auto brands, top.tables("brand"));
  if (!brands.empty()) config.brands.clear();
  for (const toml::table* source : brands) {
    TRY(auto brand, read_brand(*source, file_name));
    config.brands.push_back(std::move(brand));
  }
  if (const auto i = repeated(config.brands, [](const BrandConfig& brand) { return brand.key; })) {
    return top.error_at(brands[*i], "a second [[brand]] with the key \"" + config.brands[*i].key + "\"");
  }

  TRY(const auto accounts, top.tables("account"));
  const Surroundings around{file_name, folder, others_can_read, config.account_defaults};
  for (const toml::table* source : accounts) {
    TRY(auto account, read_account(*source, config.brands, around));
    config.accounts.push_back(std::move(account));
  }
  if (const auto i = repeated(config.accounts, [](const AccountConfig& account) { return account.name; })) {
    return top.error_at(accounts[*i], "a second [[account]] with the name \"" + config.accounts[*i].name + "\"",
                        "give each account a name of its own");
  }
  TRY_DO(top.finish());
  return config;
}

Result<channel::Settings> settings_with_defaults(const std::map<std::string, std::string>& defaults,
                                                 const channel::Descriptor& channel,
                                                 std::map<std::string, std::string> given) {
  for (const auto& [key, value] : defaults) {
    if (has_setting(channel, key)) given.try_emplace(key, value);
  }
  return channel::check_settings(channel, given);
}

Result<Config> load_config(const std::string& path) {
  TRY(const FileBytes file, read_small_file(path, kMaxConfigBytes));
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  return parse_config(file.bytes, path, folder, file.others_can_read);
}

Result<std::string> find_config(const std::string& given) {
  std::error_code ignored;
  const std::string named = given.empty() ? environment("AMENDS_CONFIG") : given;
  if (!named.empty()) {
    if (std::filesystem::exists(named, ignored)) return named;
    return fail(Kind::not_found, named + ": there is no such file",
                given.empty() ? "AMENDS_CONFIG names it" : "packaging/amends.toml is a sample to start from");
  }
  std::vector<std::string> places = {"amends.toml"};
  if (const auto home = environment("XDG_CONFIG_HOME"); !home.empty()) {
    places.push_back(home + "/amends/amends.toml");
  } else if (const auto user = environment("HOME"); !user.empty()) {
    places.push_back(user + "/.config/amends/amends.toml");
  }
  places.emplace_back("/etc/amends/amends.toml");
  for (const auto& place : places) {
    if (std::filesystem::exists(place, ignored)) return place;
  }
  return std::string();
}

}  // namespace amends::app
