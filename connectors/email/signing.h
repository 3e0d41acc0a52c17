// DKIM for accounts whose submission server doesn't sign by itself: the settings dkim_selector, dkim_key and
// dkim_domain, and the signature in front of the bytes before the outbox keeps them, so that every try sends the same
// ones. Pure. Threads: any.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/channel/descriptor.h"
#include "core/crypto/dkim.h"

namespace amends::connectors::email {

struct Signing {
  crypto::DkimKey key;
  std::string domain;    // d=
  std::string selector;  // s=

  // Where the public key has to stand in DNS.
  std::string dns_name() const { return selector + "._domainkey." + domain; }
};

// Nothing when the account doesn't sign. invalid names the setting: half of them given, an unusable key, a domain that
// isn't the address's own or one above it (DMARC's alignment, RFC 7489 section 3.1.1, would fail and undo the point).
Result<std::optional<Signing>> read_signing(const channel::Settings& settings);

// The descriptor's `finish`: `mail` signed, or as it is.
Result<std::string> finish(const channel::Settings& settings, std::string mail, Timestamp now);

}  // namespace amends::connectors::email
