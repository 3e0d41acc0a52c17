#include "core/identity/handle.h"

#include <libpsl.h>
#include <unicode/idna.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "core/base/text.h"

namespace amends::identity {

namespace {

// "" when it is no domain name.
std::string ascii_domain(std::string_view domain) {
  if (std::all_of(domain.begin(), domain.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return text::ascii_lower(domain);
  }
  UErrorCode status = U_ZERO_ERROR;
  static const std::unique_ptr<icu::IDNA> uts46 = [] {
    UErrorCode made = U_ZERO_ERROR;
    return std::unique_ptr<icu::IDNA>(
        icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, made));
  }();
  if (uts46 == nullptr) return {};
  icu::IDNAInfo info;
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  uts46->nameToASCII_UTF8(icu::StringPiece(domain.data(), static_cast<std::int32_t>(domain.size())), sink, info,
                          status);
  return U_FAILURE(status) || info.hasErrors() ? std::string() : out;
}

std::string_view local_of(std::string_view handle) { return handle.substr(0, handle.rfind('@')); }
std::string_view domain_of(std::string_view handle) {
  const std::size_t at = handle.rfind('@');
  return at == handle.npos ? std::string_view() : handle.substr(at + 1);
}

bool ends_with(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.compare(s.size() - suffix.size(), suffix.size(), suffix) == 0;
}

template <std::size_t N>
bool among(std::string_view s, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), s) != std::end(words);
}

}  // namespace

std::string normal_handle(std::string_view handle) {
  handle = text::trim(handle);
  const std::size_t at = handle.rfind('@');
  if (at == handle.npos || handle.find("://") != handle.npos) return std::string(handle);
  const std::string domain = ascii_domain(handle.substr(at + 1));
  if (domain.empty()) return text::fold(handle);
  return text::fold(handle.substr(0, at)) + '@' + domain;
}

Nature nature_of(std::string_view handle) {
  if (handle.find('@') == handle.npos || handle.front() == '@') return Nature::person;
  const std::string_view local = local_of(handle);
  // Marks and separators out: "No_Reply", "no.reply", "no-reply-123".
  std::string plain;
  for (const char c : local) {
    if (text::is_alpha(c)) plain += c;
  }
  static constexpr std::string_view kRobots[] = {
      "mailerdaemon", "postmaster",   "bounce",        "bounces",      "majordomo",     "listserv", "daemon",
      "nobody",       "autoreply",    "automailer",    "notification", "notifications", "notify",   "newsletter",
      "newsletters",  "alert",        "alerts",        "mailer",       "unsubscribe",   "abuse",    "root",
      "cron",         "keineantwort", "nepasrepondre", "noresponder",  "nichtantworten"};
  if (among(plain, kRobots)) return Nature::robot;
  for (const std::string_view start : {"noreply", "donotreply", "dontreply", "neverreply", "bounce", "prvs"}) {
    if (plain.starts_with(start)) return Nature::robot;
  }
  for (const std::string_view end : {"-request", "-bounces", "-owner", "-unsubscribe", "-subscribe", "-return", "-help",
                                     "-noreply", "-no-reply", ".noreply", "_noreply"}) {
    if (ends_with(local, end)) return Nature::robot;
  }
  // VERP and sender rewriting: "bounces+123=user=host", "SRS0=hash=tt=host=user", "owner-list".
  if (local.find("bounce") != local.npos && local.find_first_of("+=") != local.npos) return Nature::robot;
  if (local.starts_with("srs0") || local.starts_with("srs1") || local.starts_with("owner-")) return Nature::robot;

  static constexpr std::string_view kShared[] = {
      "info",        "contact",   "kontakt",  "office",     "sales",        "support",       "help",
      "service",     "team",      "hello",    "hallo",      "mail",         "email",         "post",
      "admin",       "billing",   "accounts", "accounting", "invoice",      "invoices",      "rechnung",
      "buchhaltung", "vertrieb",  "einkauf",  "verwaltung", "sekretariat",  "reception",     "rezeption",
      "empfang",     "jobs",      "careers",  "press",      "presse",       "marketing",     "webmaster",
      "hostmaster",  "shop",      "orders",   "bestellung", "bestellungen", "kundenservice", "customerservice",
      "enquiries",   "inquiries", "hr",       "it",         "legal",        "privacy",       "datenschutz",
      "compras",     "ventas",    "contacto", "accueil",    "commercial",   "secretariat"};
  return among(plain, kShared) ? Nature::shared : Nature::person;
}

bool is_mailbox_provider(std::string_view domain) {
  static constexpr std::string_view kDomains[] = {
      "gmail.com",     "googlemail.com", "icloud.com",   "me.com",       "mac.com",     "aol.com",
      "web.de",        "t-online.de",    "freenet.de",   "arcor.de",     "mail.ru",     "yandex.ru",
      "proton.me",     "protonmail.com", "pm.me",        "orange.fr",    "free.fr",     "wanadoo.fr",
      "laposte.net",   "sfr.fr",         "libero.it",    "comcast.net",  "verizon.net", "att.net",
      "sbcglobal.net", "btinternet.com", "sky.com",      "bigpond.com",  "qq.com",      "163.com",
      "126.com",       "posteo.de",      "mailbox.org",  "fastmail.com", "hey.com",     "tutanota.com",
      "bluewin.ch",    "telefonica.net", "terra.com.br", "uol.com.br",   "naver.com",   "zoho.com",
      "mail.com"};
  static constexpr std::string_view kFamilies[] = {"yahoo.", "hotmail.", "outlook.", "live.", "gmx.", "msn."};
  return among(domain, kDomains) || std::any_of(std::begin(kFamilies), std::end(kFamilies),
                                                [&](std::string_view f) { return domain.starts_with(f); });
}

std::string organisation_of(std::string_view handle) {
  if (handle.empty() || handle.front() == '@') return {};
  const std::string domain(domain_of(handle));
  if (domain.empty() || is_mailbox_provider(domain)) return {};
  // The list built into libpsl; no file is read.
  const psl_ctx_t* list = psl_builtin();
  const char* registrable = list == nullptr ? nullptr : psl_registrable_domain(list, domain.c_str());
  if (registrable == nullptr || is_mailbox_provider(registrable)) return {};
  return registrable;
}

}  // namespace amends::identity
