#include "connectors/email/address.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/net/guard.h"

namespace amends::connectors::email {

bool is_mail_address(std::string_view address) {
  const std::size_t at = address.rfind('@');
  // RFC 5321 section 4.5.3.1: 64 octets before the @, 255 after it.
  if (at == address.npos || at == 0 || at > 64 || at + 1 == address.size() || address.size() - at > 256) return false;
  if (!text::is_utf8(address)) return false;
  const bool forbidden = std::any_of(address.begin(), address.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F || c == '<' || c == '>' || c == ',' || c == ';' || c == '\\' || c == '"' ||
           c == '(' || c == ')';
  });
  return !forbidden && address.find('@') == at;
}

Result<std::string> wire_address(std::string_view address, bool& needs_smtputf8) {
  if (!is_mail_address(address)) return fail(Kind::invalid, "not a mail address that can be written to");
  const std::size_t at = address.rfind('@');
  const std::string_view local = address.substr(0, at);
  std::string domain(address.substr(at + 1));
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(domain.begin(), domain.end(), is_plain)) {
    TRY(domain, net::normal_host(domain));
  }
  needs_smtputf8 = !std::all_of(local.begin(), local.end(), is_plain);
  return std::string(local) + "@" + domain;
}

}  // namespace amends::connectors::email
