#include "core/identity/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/base/text.h"
#include "core/identity/fold.h"

namespace amends::identity {

namespace {

constexpr std::size_t kMax = 64;

std::string_view first_word(std::string_view s) { return s.substr(0, s.find(' ')); }

}  // namespace

int edit_distance(std::string_view a, std::string_view b, int limit) {
  a = a.substr(0, kMax);
  b = b.substr(0, kMax);
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() > b.size()) std::swap(a, b);
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  if (m - n > limit) return limit + 1;
  if (n == 0) return m;
  int rows[3][kMax + 1];
  int* before = rows[0];
  int* last = rows[1];
  int* now = rows[2];
  for (int j = 0; j <= n; ++j) last[j] = j;
  for (int i = 1; i <= m; ++i) {
    now[0] = i;
    int best = now[0];
    for (int j = 1; j <= n; ++j) {
      const int cost = a[static_cast<std::size_t>(j - 1)] == b[static_cast<std::size_t>(i - 1)] ? 0 : 1;
      int d = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[static_cast<std::size_t>(j - 1)] == b[static_cast<std::size_t>(i - 2)] &&
          a[static_cast<std::size_t>(j - 2)] == b[static_cast<std::size_t>(i - 1)]) {
        d = std::min(d, before[j - 2] + 1);
      }
      now[j] = d;
      best = std::min(best, d);
    }
    if (best > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, now);
  }
  return std::min(last[n], limit + 1);
}

double jaro_winkler(std::string_view a, std::string_view b) {
  a = a.substr(0, kMax);
  b = b.substr(0, kMax);
  if (a == b) return a.empty() ? 0.0 : 1.0;
  if (a.empty() || b.empty()) return 0.0;
  const std::size_t reach = std::max<std::size_t>(1, std::max(a.size(), b.size()) / 2) - 1;
  std::uint64_t used_a = 0;
  std::uint64_t used_b = 0;
  int hits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t from = i > reach ? i - reach : 0;
    const std::size_t to = std::min(b.size(), i + reach + 1);
    for (std::size_t j = from; j < to; ++j) {
      if (a[i] != b[j] || ((used_b >> j) & 1U) != 0) continue;
      used_a |= std::uint64_t{1} << i;
      used_b |= std::uint64_t{1} << j;
      ++hits;
      break;
    }
  }
  if (hits == 0) return 0.0;
  int swaps = 0;
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (((used_a >> i) & 1U) == 0) continue;
    while (((used_b >> j) & 1U) == 0) ++j;
    if (a[i] != b[j]) ++swaps;
    ++j;
  }
  const double m = hits;
  const double jaro =
      (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + (m - swaps / 2.0) / m) / 3;
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

std::string_view name_of(Level level) {
  static constexpr std::string_view kNames[kLevels] = {"missing", "exact", "alias", "near",
                                                       "similar", "weak",  "faint", "different"};
  return kNames[static_cast<std::size_t>(level)];
}

namespace {

// The same letters but for one, in any order: "eihwte" for "white". REQUIRES: lower-case ASCII.
bool is_jumble(std::string_view a, std::string_view b) {
  if (std::min(a.size(), b.size()) < 4 || std::max(a.size(), b.size()) > std::min(a.size(), b.size()) + 1) return false;
  std::array<std::int8_t, 128> count{};
  for (const char c : a) ++count[static_cast<unsigned char>(c) & 127U];
  for (const char c : b) --count[static_cast<unsigned char>(c) & 127U];
  int off = 0;
  for (const std::int8_t n : count) off += std::abs(n);
  return off <= (a.size() >= 6 ? 2 : 1);
}

Level compare_plain(std::string_view a, std::string_view b, std::string_view sound_a, std::string_view sound_b) {
  const std::size_t longest = std::max(a.size(), b.size());
  const int limit = longest >= 8 ? 2 : 1;
  const int distance = edit_distance(a, b, limit);
  if (distance <= limit && longest >= 4) return Level::near;
  const double alike = jaro_winkler(a, b);
  const bool sounds = !sound_a.empty() && sound_a == sound_b;
  if ((sounds && alike >= 0.86) || (distance == 1 && longest == 3)) return Level::near;
  if (alike >= 0.86) return Level::similar;
  if (is_jumble(a, b)) return Level::weak;
  if (alike >= 0.75 || (sounds && sound_a.size() >= 3)) return Level::faint;
  return Level::different;
}

// Every word of the shorter name has its like in the longer: "anna maria" and "maria", "j r" and "john ronald".
bool is_part_of(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  const auto wb = text::split(b, ' ');
  for (const std::string_view word : text::split(a, ' ')) {
    const bool found = std::any_of(wb.begin(), wb.end(), [&](std::string_view other) {
      return other == word || (word.size() == 1 && other.starts_with(word)) ||
             (other.size() == 1 && word.starts_with(other)) || (word.size() >= 4 && edit_distance(word, other, 1) <= 1);
    });
    if (!found) return false;
  }
  return true;
}

}  // namespace

Level compare_names(const NameView& a, const NameView& b) {
  if (a.text.empty() || b.text.empty()) return Level::missing;
  if (a.text == b.text) return Level::exact;
  if (a.text.size() == 1 || b.text.size() == 1) return a.text[0] == b.text[0] ? Level::alias : Level::different;
  if (share_nickname(a.lines, b.lines)) return Level::alias;
  if (first_word(a.text) == first_word(b.text)) return Level::alias;
  const bool several = a.text.find(' ') != a.text.npos || b.text.find(' ') != b.text.npos;
  Level whole = compare_plain(a.text, b.text, a.sound, b.sound);
  // Peter and Petra, Daniel and Daniela: two names that both exist are no slip of one another.
  if (whole == Level::near && !several && a.known && b.known) whole = Level::similar;
  if (!several || whole == Level::near) return whole;
  if (is_part_of(a.text, b.text)) return Level::alias;
  return std::min(whole, compare_plain(first_word(a.text), first_word(b.text), {}, {}));
}

bool names_clearly_differ(const NameView& a, const NameView& b) {
  if (compare_names(a, b) != Level::different) return false;
  const std::string_view x = first_word(a.text);
  const std::string_view y = first_word(b.text);
  if (x.size() < 3 || y.size() < 3) return x[0] != y[0];
  if (a.known && b.known) return true;
  const int longest = static_cast<int>(std::max(x.size(), y.size()));
  if (edit_distance(x, y, longest / 2) <= longest / 2) return false;
  return true;
}

namespace {

struct Ymd {
  int y, m, d;
};
Ymd parts(const DateDigits& s) {
  const auto number = [&](std::size_t from, std::size_t n) {
    int v = 0;
    for (std::size_t i = from; i < from + n; ++i) v = v * 10 + (s[i] - '0');
    return v;
  };
  return {number(0, 4), number(4, 2), number(6, 2)};
}

std::string_view view(const DateDigits& d) { return {d.data(), d.size()}; }

}  // namespace

Level compare_dates(const DateDigits& a, const DateDigits& b) {
  const Ymd x = parts(a);
  const Ymd y = parts(b);
  const bool whole = x.y != 0 && y.y != 0 && x.m != 0 && y.m != 0 && x.d != 0 && y.d != 0;
  if (whole && view(a) == view(b)) return Level::exact;
  if (!whole) {
    int said = 0;
    int same = 0;
    for (const auto& [p, q] : {std::pair{x.y, y.y}, std::pair{x.m, y.m}, std::pair{x.d, y.d}}) {
      if (p == 0 || q == 0) continue;
      ++said;
      if (p == q) ++same;
    }
    if (said == 0) return Level::missing;
    if (same == said) return said >= 2 ? Level::near : Level::similar;
    return Level::different;
  }
  if (x.y == y.y && x.m == y.d && x.d == y.m) return Level::alias;
  // The first of January often stands for a year alone.
  if (x.m == 1 && x.d == 1 && y.m == 1 && y.d == 1) {
    return edit_distance(view(a).substr(0, 4), view(b).substr(0, 4), 1) <= 1 ? Level::faint : Level::different;
  }
  if (edit_distance(view(a), view(b), 1) <= 1) return Level::near;
  const int same = (x.y == y.y ? 1 : 0) + (x.m == y.m ? 1 : 0) + (x.d == y.d ? 1 : 0);
  if (same == 2) return Level::similar;
  const int days = std::abs((x.y - y.y) * 365 + (x.m - y.m) * 30 + x.d - y.d);
  if (days <= 33 || edit_distance(view(a), view(b), 2) <= 2) return Level::weak;
  if (days <= 400) return Level::faint;
  return Level::different;
}

bool dates_clearly_differ(const DateDigits& a, const DateDigits& b) {
  if (compare_dates(a, b) != Level::different) return false;
  const Ymd x = parts(a);
  const Ymd y = parts(b);
  if (x.y == 0 || y.y == 0) return false;
  const bool other_day = x.m == 0 || y.m == 0 || (x.m != y.m && x.d != y.d);
  return std::abs(x.y - y.y) >= 2 && other_day && edit_distance(view(a), view(b), 3) > 2;
}

int years_apart(const DateDigits& a, const DateDigits& b) {
  const Ymd x = parts(a);
  const Ymd y = parts(b);
  return x.y == 0 || y.y == 0 ? 0 : std::abs(x.y - y.y);
}

Level compare_phones(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Level::missing;
  if (a == b) return Level::exact;
  // The shorter number without a country or trunk prefix ends the longer one.
  const std::string_view shorter = a.size() < b.size() ? a : b;
  const std::string_view longer = a.size() < b.size() ? b : a;
  if (shorter.size() >= 7 && longer.substr(longer.size() - shorter.size()) == shorter) return Level::exact;
  if (shorter.size() >= 9 && longer.substr(longer.size() - 9) == shorter.substr(shorter.size() - 9))
    return Level::exact;
  if (shorter.size() >= 7 && edit_distance(a, b, 1) <= 1) return Level::near;
  return Level::different;
}

Level compare_numbers(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Level::missing;
  if (a == b) return Level::exact;
  if (std::min(a.size(), b.size()) < 4) return Level::different;
  const int distance = edit_distance(a, b, 2);
  if (distance == 1) return Level::near;
  if (distance == 2 && std::min(a.size(), b.size()) >= 6) return Level::similar;
  return Level::different;
}

namespace {

bool is_public_provider(std::string_view domain) {
  static constexpr std::string_view kProviders[] = {
      "gmail.com",  "googlemail.com", "yahoo.",    "hotmail.",       "outlook.",       "live.",
      "icloud.com", "me.com",         "aol.com",   "gmx.",           "web.de",         "t-online.de",
      "freenet.de", "mail.ru",        "proton.me", "protonmail.com", "orange.fr",      "free.fr",
      "wanadoo.fr", "laposte.net",    "libero.it", "comcast.net",    "btinternet.com", "qq.com"};
  return std::any_of(std::begin(kProviders), std::end(kProviders),
                     [&](std::string_view p) { return domain.starts_with(p); });
}

}  // namespace

Level compare_emails(const EmailView& a, const EmailView& b) {
  if (a.text.empty() || b.text.empty()) return Level::missing;
  if (a.text == b.text) return Level::exact;
  if (a.bare == b.bare) return Level::alias;
  const int limit = std::min(a.bare.size(), b.bare.size()) >= 16 ? 3 : 2;
  const int distance = edit_distance(a.bare, b.bare, limit);
  const bool same_domain = a.domain == b.domain;
  if (distance <= limit) {
    // j.meier1@ and j.meier2@ at one firm are two people as often as one: digits count in full.
    const bool digits = same_domain && digits_of(a.local) != digits_of(b.local);
    const bool tiny = same_domain && std::min(a.local.size(), b.local.size()) < 5;
    if (!digits && !tiny) return Level::near;
    if (digits && distance == 1 && a.local.size() >= 8) return Level::similar;
    return Level::faint;
  }
  if (a.local == b.local && a.local.size() >= 3) return Level::similar;
  const double alike = jaro_winkler(a.bare, b.bare);
  if (alike >= 0.92) return Level::similar;
  if (same_domain && !is_public_provider(a.domain) && jaro_winkler(a.local, b.local) >= 0.8) return Level::faint;
  return Level::different;
}

Level compare_streets(const StreetView& a, const StreetView& b) {
  const bool no_street = a.text.empty() || b.text.empty();
  const bool no_number = a.number.empty() || b.number.empty();
  if (no_street && (no_number || (a.text.empty() != b.text.empty()))) return Level::missing;
  const bool same_number = !no_number && a.number == b.number;
  if (no_street) return same_number ? Level::faint : Level::different;
  const std::size_t longest = std::max(a.text.size(), b.text.size());
  const bool same = a.text == b.text;
  if (same) return same_number ? Level::exact : no_number ? Level::alias : Level::similar;
  const int limit = longest >= 12 ? 3 : longest >= 6 ? 2 : 1;
  const bool inside = std::min(a.text.size(), b.text.size()) >= 6 &&
                      (a.text.find(b.text) != a.text.npos || b.text.find(a.text) != b.text.npos);
  const double alike = jaro_winkler(a.text, b.text);
  const bool nearly = inside || edit_distance(a.text, b.text, limit) <= limit || alike >= 0.93;
  if (nearly) return same_number || no_number ? Level::near : Level::similar;
  const bool near_number = !no_number && edit_distance(a.number, b.number, 1) <= 1;
  if (same_number && alike >= 0.7) return Level::faint;
  if (near_number && alike >= 0.85) return Level::faint;
  return Level::different;
}

Level compare_texts(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Level::missing;
  if (a == b) return Level::exact;
  const std::size_t longest = std::max(a.size(), b.size());
  const int limit = longest >= 9 ? 2 : 1;
  if (longest >= 4 && edit_distance(a, b, limit) <= limit) return Level::near;
  const std::string_view shorter = a.size() < b.size() ? a : b;
  const std::string_view longer = a.size() < b.size() ? b : a;
  if (shorter.size() >= 4 && longer.find(shorter) != longer.npos) return Level::similar;
  return jaro_winkler(a, b) >= 0.88 ? Level::similar : Level::different;
}

Level compare_postcodes(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Level::missing;
  if (a == b) return Level::exact;
  const std::size_t shortest = std::min(a.size(), b.size());
  if (shortest == 5 && std::max(a.size(), b.size()) == 9 && a.substr(0, 5) == b.substr(0, 5)) return Level::exact;
  if (shortest >= 4 && edit_distance(a, b, 1) <= 1) return Level::near;
  if (shortest >= 5 && a.substr(0, 3) == b.substr(0, 3)) return Level::similar;
  return Level::different;
}

Level compare_titles(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Level::missing;
  if (a == b) return Level::exact;
  const auto wa = text::split(a, ' ');
  const auto wb = text::split(b, ' ');
  const auto letters = [](const std::vector<std::string_view>& words) {
    std::size_t n = 0;
    for (const auto word : words) n += word.size();
    return static_cast<double>(std::max<std::size_t>(n, 1));
  };
  // Each word finds its best like on the other side; long words count more.
  const auto covered = [](const std::vector<std::string_view>& from, const std::vector<std::string_view>& in) {
    double sum = 0;
    for (const auto word : from) {
      double best = 0;
      for (const auto other : in) {
        double alike = word == other                                                 ? 1.0
                       : share_nickname(nickname_lines(word), nickname_lines(other)) ? 0.95
                                                                                     : jaro_winkler(word, other);
        if (std::min(word.size(), other.size()) == 1 && word[0] == other[0]) alike = std::max(alike, 0.9);
        if (word.size() >= 3 && other.starts_with(word)) alike = std::max(alike, 0.9);
        if (other.size() >= 3 && word.starts_with(other)) alike = std::max(alike, 0.9);
        if (alike >= 0.85) best = std::max(best, alike);
      }
      sum += best * static_cast<double>(word.size());
    }
    return sum;
  };
  const double ab = covered(wa, wb) / letters(wa);
  const double ba = covered(wb, wa) / letters(wb);
  const double both = (ab + ba) / 2;
  const double inside = std::max(ab, ba);
  if (both >= 0.95 || edit_distance(a, b, 1) <= 1) return Level::near;
  if (both >= 0.8 || (inside >= 0.95 && both >= 0.6)) return Level::similar;
  if (both >= 0.6 || inside >= 0.9) return Level::faint;
  if (jaro_winkler(a, b) >= 0.9) return Level::faint;
  return Level::different;
}

}  // namespace amends::identity
