#include "connectors/email/imap_fetch.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

constexpr std::size_t kLongSearchLine = 16u << 20;  // a million UIDs of seven digits, and more
constexpr std::size_t kLargestHeader = 1u << 20;

void add_uid(std::vector<std::uint32_t>& out, std::uint64_t uid) {
  if (uid > 0 && uid <= UINT32_MAX) out.push_back(static_cast<std::uint32_t>(uid));
}

// "2:5,9" as ESEARCH writes it. A range is only believed as far as a folder can be large.
void add_set(std::vector<std::uint32_t>& out, std::string_view set) {
  constexpr std::uint64_t kMost = 5'000'000;
  for (const auto range : text::split(set, ',')) {
    const auto ends = text::split(range, ':');
    const auto first = Value{Value::Kind::atom, std::string(ends.front()), {}}.number();
    const auto last = Value{Value::Kind::atom, std::string(ends.back()), {}}.number();
    if (!first || !last) continue;
    for (std::uint64_t uid = std::min(*first, *last); uid <= std::max(*first, *last) && out.size() < kMost; ++uid) {
      add_uid(out, uid);
    }
  }
}

Result<Done> fetch(ImapConnection& connection, const std::vector<std::uint32_t>& uids, std::string_view what,
                   const WireLimits& limits, FetchedMap& into) {
  if (uids.empty()) return Done{};
  const auto collect = [&](Response& response) {
    if (response.name != "FETCH" || response.values.empty() || !response.values[0].is_list()) return;
    auto& pairs = response.values[0].items;
    std::uint32_t uid = 0;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      const std::uint64_t number = pairs[i + 1].number().value_or(0);
      if (pairs[i].is("UID") && number <= UINT32_MAX) uid = static_cast<std::uint32_t>(number);
    }
    if (!std::binary_search(uids.begin(), uids.end(), uid)) return;
    Fetched& mail = into[uid];
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      Value& value = pairs[i + 1];
      if (pairs[i].is("RFC822.SIZE")) mail.size = value.number().value_or(0);
      if (pairs[i].is("INTERNALDATE")) mail.internal_date = value.text;
      if (text::starts_with_ignoring_case(pairs[i].text, "BODY[") && !mail.has_body &&
          value.kind == Value::Kind::string) {
        mail.has_body = true;
        mail.body = std::move(value.text);
      }
    }
  };
  Command command("UID FETCH " + uid_set(uids) + " ");
  command.add(what);
  TRY_DO(connection.run(command, collect, limits));
  return Done{};
}

}  // namespace

Result<std::vector<std::uint32_t>> search_uids(ImapConnection& connection, const Command& criteria) {
  std::vector<std::uint32_t> out;
  const auto collect = [&](Response& response) {
    if (response.name == "SEARCH") {
      for (const Value& value : response.values) add_uid(out, value.number().value_or(0));
    } else if (response.name == "ESEARCH") {
      for (std::size_t i = 0; i + 1 < response.values.size(); ++i) {
        if (response.values[i].is("ALL")) add_set(out, response.values[i + 1].text);
      }
    }
  };
  WireLimits limits;
  limits.line = kLongSearchLine;
  TRY_DO(connection.run(criteria, collect, limits));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<std::vector<std::uint32_t>> uids_between(ImapConnection& connection, std::uint64_t first, std::uint64_t last) {
  if (first > UINT32_MAX) return std::vector<std::uint32_t>{};
  std::string text = connection.offers("ESEARCH") ? "UID SEARCH RETURN (ALL) UID " : "UID SEARCH UID ";
  text += std::to_string(first) + ":" + (last == 0 ? "*" : std::to_string(std::min<std::uint64_t>(last, UINT32_MAX)));
  TRY(auto uids, search_uids(connection, Command(text)));
  uids.erase(uids.begin(), std::lower_bound(uids.begin(), uids.end(), first));
  return uids;
}

Result<std::vector<std::uint32_t>> uids_of_message_id(ImapConnection& connection, const std::string& message_id) {
  const std::string wanted = "<" + message_id + ">";
  Command criteria("UID SEARCH HEADER Message-ID ");
  criteria.string(wanted);
  TRY(auto uids, search_uids(connection, criteria));
  // A server's index may answer by words instead of by the whole id, so its hits are looked at, newest first.
  constexpr std::size_t kMostHits = 20;
  if (uids.size() > kMostHits) uids.erase(uids.begin(), uids.end() - kMostHits);
  FetchedMap headers;
  TRY_DO(fetch(connection, uids, "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", {}, headers));
  std::vector<std::uint32_t> out;
  for (const auto& [uid, mail] : headers) {
    const std::size_t colon = mail.body.find(':');
    if (colon != std::string::npos && text::trim(std::string_view(mail.body).substr(colon + 1)) == wanted)
      out.push_back(uid);
  }
  return out;
}

Result<Done> fetch_sizes(ImapConnection& connection, const std::vector<std::uint32_t>& uids, FetchedMap& into) {
  return fetch(connection, uids, "(UID RFC822.SIZE INTERNALDATE)", {}, into);
}

Result<Done> fetch_bodies(ImapConnection& connection, const std::vector<std::uint32_t>& uids, std::size_t largest,
                          FetchedMap& into) {
  WireLimits limits;
  limits.literal = largest;
  limits.literals = largest + (1 << 20);
  return fetch(connection, uids, "(UID INTERNALDATE BODY.PEEK[])", limits, into);
}

Result<Done> fetch_header(ImapConnection& connection, std::uint32_t uid, FetchedMap& into) {
  WireLimits limits;
  limits.literal = kLargestHeader + 1024;
  return fetch(connection, {uid}, "(UID INTERNALDATE BODY.PEEK[HEADER]<0." + std::to_string(kLargestHeader) + ">)",
               limits, into);
}

std::optional<Timestamp> from_internal_date(std::string_view given) {
  // dd-Mon-yyyy hh:mm:ss +zzzz, the day padded with a space
  const std::string_view s = text::trim(given);
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::size_t dash = s.find('-');
  if (dash == s.npos || dash == 0 || dash > 2 || s.size() != dash + 24) return {};
  const auto number = [&](std::size_t at, std::size_t digits) {
    int n = -1;
    const auto [end, error] = std::from_chars(s.data() + at, s.data() + at + digits, n);
    return error == std::errc() && end == s.data() + at + digits ? n : -1;
  };
  const auto* month = std::find_if(std::begin(kMonths), std::end(kMonths), [&](std::string_view m) {
    return text::equals_ignoring_case(m, s.substr(dash + 1, 3));
  });
  const int day = number(0, dash), year = number(dash + 5, 4), hour = number(dash + 10, 2);
  const int minute = number(dash + 13, 2), second = number(dash + 16, 2), zone = number(dash + 20, 4);
  if (month == std::end(kMonths) || day < 1 || year < 0 || hour < 0 || minute < 0 || second < 0 || zone < 0) return {};
  const char sign = s[dash + 19];
  if (sign != '+' && sign != '-') return {};
  char iso[96];
  std::snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year,
                static_cast<int>(month - std::begin(kMonths)) + 1, day, hour, minute, second, sign, zone / 100,
                zone % 100);
  return from_rfc3339(iso);
}

}  // namespace amends::connectors::email
