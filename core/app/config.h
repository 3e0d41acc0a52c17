// amends.toml as plain values. Every key is described in packaging/amends.toml; what is not described there is refused
// with file, line and column, and the nearest key that exists. Without a file everything has a default that serves
// `import` and `demo`: one brand, no account.
//
// Errors are Kind::invalid (unreadable, wrong, or a secret that others can read) and end the program with exit code 78.
// No error ever holds a value from the file, so that no secret gets into a log.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/notice.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/model/words.h"

namespace amends::app {

// How hard the draft check insists; only rules without an override stop a send under `advise`.
enum class Strictness : std::uint8_t { advise = 0, guard = 1, strict = 2 };
inline constexpr model::Word<Strictness> kStrictness[] = {
    {Strictness::advise, "advise"}, {Strictness::guard, "guard"}, {Strictness::strict, "strict"}};

struct BrandConfig {
  std::string key = "default";  // [a-z0-9_-], stored with every row, never renamed
  std::string name = "My company";
  std::string language = "en";  // ISO 639-1, for what is written without a customer's language to follow
  Strictness strictness = Strictness::advise;
  std::string signature;                      // under every mail; "" for none
  std::vector<std::string> domains;           // ours, lower case; the first one names our Message-IDs
  std::set<std::string, std::less<>> stated;  // the keys that the file says: they are changed there alone
};
bool is_language(std::string_view s);  // two letters
bool is_domain(std::string_view s);    // "shop.example"

struct AccountConfig {
  std::string brand;                             // a BrandConfig's key
  std::string name;                              // its key: unique in the file, stored, never renamed
  const channel::Descriptor* channel = nullptr;  // lives as long as the program
  bool enabled = true;
  std::chrono::seconds poll{60};
  channel::Settings settings;  // checked against the descriptor, secrets already read
};

struct SendingConfig {
  std::chrono::seconds undo{10};
  std::chrono::seconds first_retry{60};  // doubled with every try
  std::chrono::seconds longest_retry{4 * 3600};
  std::chrono::hours give_up_after{5 * 24};  // RFC 5321 section 4.5.4.1: at least 4 to 5 days
};

// Who must have a second factor before anything else is allowed to them.
enum class SecondFactor : std::uint8_t { optional, admins, everybody };
inline constexpr model::Word<SecondFactor> kSecondFactor[] = {
    {SecondFactor::optional, "optional"}, {SecondFactor::admins, "admins"}, {SecondFactor::everybody, "everybody"}};

struct HttpConfig {
  bool enabled = true;
  std::string address = "127.0.0.1";  // an IP address
  int port = 8460;
  std::string certificate_file, key_file;  // both or none
  std::string public_url;  // "https://help.example.org", no slash at its end; "" when only this machine asks
  std::vector<std::string> trusted_proxies;
  SecondFactor second_factor = SecondFactor::optional;
  std::chrono::hours session_idle{8}, session_life{7 * 24};
};

// Where Amends connects to when others name the place: webhooks, pictures in mails.
struct OutboundConfig {
  bool private_network = false;
  std::vector<std::string> networks;  // "10.1.2.0/24", "fd00::/8", a host name; sound
  std::vector<std::uint16_t> ports{80, 443};
  std::string ca_file;  // absolute; "" for the system's authorities alone
};

// Where `amends backup` writes when it isn't told, and how it is encrypted: one of the two files.
struct BackupConfig {
  std::string folder, passphrase_file, key_file;  // absolute; "" when not said
  int keep = 14;                                  // how many backups stay in the folder; 0: all
};

struct Config {
  std::string source;                   // the file it came from; "" for the defaults
  std::string data;                     // folder of the database
  std::int64_t low_disk = 256ll << 20;  // bytes free, below which intake and new sends stop
  log::Level log_level = log::Level::info;
  std::vector<BrandConfig> brands;  // never empty
  std::vector<AccountConfig> accounts;
  SendingConfig sending;
  BackupConfig backup;
  HttpConfig http;
  OutboundConfig outbound;
  // What [mail] and [outbound] say for every account that says nothing itself, by the setting's key.
  std::map<std::string, std::string> account_defaults;
  std::vector<WordingCorrection> wordings;  // of notification mails (notice_wordings.h)
  std::vector<std::string> plugins;         // channels by others: absolute paths, started once while the file is read
};

// What holds without a file.
Config default_config();

// An account's settings as its channel takes them, the house's defaults laid under those given. invalid as
// channel::check_settings says.
Result<channel::Settings> settings_with_defaults(const std::map<std::string, std::string>& defaults,
                                                 const channel::Descriptor& channel,
                                                 std::map<std::string, std::string> given);

// `folder` is where relative paths in the file start; `others_can_read` says whether more than the owner may read the
// file, which a secret written into it does not allow.
Result<Config> parse_config(std::string_view text, std::string_view file_name, const std::string& folder,
                            bool others_can_read);

// The largest file that is read: 1 MB.
inline constexpr std::int64_t kMaxConfigBytes = 1'000'000;
Result<Config> load_config(const std::string& path);

// `given` when it is not empty, else $AMENDS_CONFIG, ./amends.toml, the user's and the system's own place, whichever
// exists first; "" when none does. not_found when one that was asked for by name is missing.
Result<std::string> find_config(const std::string& given);

}  // namespace amends::app
