// Signing what we send (RFC 6376, RFC 8301, RFC 8463): rsa-sha256 and ed25519-sha256, relaxed/relaxed, the whole body.
// Most servers we submit to sign by themselves; this is for those that don't.
//
// From, To, Cc, Subject, Date, Reply-To, Message-ID, In-Reply-To, References and the MIME fields are signed, and each
// of them once more than it occurs, so that adding a second one later breaks the signature. Both algorithms give the
// same signature for the same bytes. Threads: any; a key is immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::crypto {

class DkimKey {
 public:
  // A private key in PEM. invalid: it is none, neither RSA nor Ed25519, or RSA under 2048 bits (RFC 8301 section 3.2).
  static Result<DkimKey> from_pem(const Secret& pem);
  ~DkimKey();
  DkimKey(DkimKey&&) noexcept;
  DkimKey& operator=(DkimKey&&) noexcept;

  // What the domain's owner puts into DNS at <selector>._domainkey.<domain>: "v=DKIM1; k=rsa; p=…".
  std::string dns_record() const;

 private:
  friend Result<std::string> dkim_signature(const DkimKey&, std::string_view, std::string_view, std::string_view,
                                            Timestamp);
  struct Impl;
  explicit DkimKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The header field, folded and with its CRLF, to be put in front of `mail` (RFC 5322 with CRLF). invalid: the mail has
// no From or no end of its header.
Result<std::string> dkim_signature(const DkimKey& key, std::string_view domain, std::string_view selector,
                                   std::string_view mail, Timestamp now);

}  // namespace amends::crypto
