#include "connectors/email/signing.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

// A label or several, as DNS takes them (RFC 1035 section 2.3.1, RFC 6376 section 3.1).
bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253 || name.front() == '.' || name.back() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

bool is_same_or_above(std::string_view above, std::string_view domain) {
  if (domain == above) return true;
  return domain.size() > above.size() + 1 && domain.substr(domain.size() - above.size()) == above &&
         domain[domain.size() - above.size() - 1] == '.';
}

}  // namespace

Result<std::optional<Signing>> read_signing(const channel::Settings& settings) {
  const std::string selector = text::ascii_lower(settings.get("dkim_selector"));
  const std::string_view pem = settings.get("dkim_key");
  if (selector.empty() && pem.empty()) return std::optional<Signing>();
  if (selector.empty()) return fail(Kind::invalid, "dkim_key is there, dkim_selector is missing");
  if (pem.empty()) return fail(Kind::invalid, "dkim_selector is there, dkim_key or dkim_key_file is missing");
  if (!is_dns_name(selector)) return fail(Kind::invalid, "setting \"dkim_selector\" takes a name such as amends2026");
  const std::string_view address = settings.get("address");
  const std::string own = text::ascii_lower(address.substr(std::min(address.size(), address.rfind('@') + 1)));
  const std::string domain = settings.get("dkim_domain").empty() ? own : text::ascii_lower(settings.get("dkim_domain"));
  if (!is_dns_name(domain) || domain.find('.') == domain.npos || !is_same_or_above(domain, own)) {
    return fail(Kind::invalid, "setting \"dkim_domain\" takes the address's own domain or the one above it",
                "leave it out to sign as " + own);
  }
  auto key = crypto::DkimKey::from_pem(Secret(std::string(pem)));
  if (!key) return std::move(key).error().within("setting \"dkim_key\"");
  return std::optional<Signing>(Signing{*std::move(key), domain, selector});
}

Result<std::string> finish(const channel::Settings& settings, std::string mail, Timestamp now) {
  TRY(const auto signing, read_signing(settings));
  if (!signing) return mail;
  TRY(std::string field, crypto::dkim_signature(signing->key, signing->domain, signing->selector, mail, now));
  return field + mail;
}

}  // namespace amends::connectors::email
