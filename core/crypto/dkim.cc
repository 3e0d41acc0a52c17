// The steps of RFC 6376 section 3.7: hash the canonical body; hash the chosen header fields, canonical and in the order
// of h=, then the signature's own field with an empty b=; sign that hash.
#include "core/crypto/dkim.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <iterator>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::crypto {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr std::size_t kFoldAt = 72;
constexpr std::string_view kSigned[] = {
    "from",           "to",          "cc",         "subject",      "date",         "reply-to",
    "message-id",     "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted",
};

struct FreePkey {
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};
struct FreeBio {
  void operator()(BIO* b) const { BIO_free(b); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

// Runs of blanks become one, those at the ends go. `s` has no line breaks left to keep.
void add_relaxed(std::string& out, std::string_view s) {
  bool gap = false, any = false;
  for (const char c : s) {
    if (is_wsp(c) || c == '\r' || c == '\n') {
      gap = true;
      continue;
    }
    if (gap && any) out += ' ';
    gap = false;
    any = true;
    out += c;
  }
}

// RFC 6376 section 3.4.4.
std::string canonical_body(std::string_view body) {
  std::string out;
  std::size_t empty_lines = 0;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find("\r\n", at), body.size());
    std::string_view line = body.substr(at, end - at);
    at = end + 2;
    while (!line.empty() && is_wsp(line.back())) line.remove_suffix(1);
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) out += "\r\n";
    if (is_wsp(line.front())) out += ' ';
    add_relaxed(out, line);
    out += "\r\n";
  }
  return out;
}

struct HeaderField {
  std::string name;  // lower case
  std::string_view value;
};

Result<std::vector<HeaderField>> read_header(std::string_view header) {
  std::vector<HeaderField> out;
  for (std::size_t at = 0; at < header.size();) {
    auto end = header.find("\r\n", at);
    while (end != std::string_view::npos && end + 2 < header.size() && is_wsp(header[end + 2])) {
      end = header.find("\r\n", end + 2);
    }
    if (end == std::string_view::npos) end = header.size();
    const auto field = header.substr(at, end - at);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) return fail(Kind::invalid, "the mail has a header line that is no field");
    out.push_back({text::ascii_lower(text::trim(field.substr(0, colon))), field.substr(colon + 1)});
    at = end + 2;
  }
  return out;
}

// RFC 6376 section 3.4.2, without its CRLF.
std::string canonical_field(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + ":";
  add_relaxed(out, value);
  return out;
}

std::string folded_base64(std::string_view bytes) {
  const std::string b64 = text::to_base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < b64.size(); at += kFoldAt) out += "\r\n\t" + b64.substr(at, kFoldAt);
  return out;
}

}  // namespace

struct DkimKey::Impl {
  std::unique_ptr<EVP_PKEY, FreePkey> key;
  bool rsa = false;

  Result<std::string> sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    // RFC 8463 section 3: Ed25519 signs the SHA-256 digest as its message.
    const Sha256 digest = sha256(bytes);
    const std::string_view message = rsa ? bytes : bytes_of(digest);
    const auto* data = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, rsa ? EVP_sha256() : nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, data, message.size()) != 1) {
      return fail(Kind::internal, "the DKIM key does not sign");
    }
    std::string out(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, data, message.size()) != 1) {
      return fail(Kind::internal, "the DKIM key does not sign");
    }
    out.resize(size);
    return out;
  }
};

DkimKey::DkimKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DkimKey::~DkimKey() = default;
DkimKey::DkimKey(DkimKey&&) noexcept = default;
DkimKey& DkimKey::operator=(DkimKey&&) noexcept = default;

Result<DkimKey> DkimKey::from_pem(const Secret& pem) {
  const auto bytes = pem.reveal();
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  auto impl = std::make_unique<Impl>();
  // Without a callback OpenSSL would ask the terminal for a passphrase.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  impl->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!impl->key) return fail(Kind::invalid, "the DKIM key is no private key in PEM, or it has a passphrase");
  const int kind = EVP_PKEY_get_base_id(impl->key.get());
  impl->rsa = kind == EVP_PKEY_RSA;
  if (!impl->rsa && kind != EVP_PKEY_ED25519) return fail(Kind::invalid, "the DKIM key is neither RSA nor Ed25519");
  if (impl->rsa && EVP_PKEY_get_bits(impl->key.get()) < kLeastRsaBits) {
    return fail(Kind::invalid, "the DKIM key has fewer than 2048 bits", "make a new one; receivers refuse short keys");
  }
  return DkimKey(std::move(impl));
}

std::string DkimKey::dns_record() const {
  if (impl_->rsa) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(impl_->key.get(), &der);
    std::string bytes(reinterpret_cast<const char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(der);
    return "v=DKIM1; k=rsa; p=" + text::to_base64(bytes);
  }
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(impl_->key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return "v=DKIM1; k=ed25519; p=" + text::to_base64(raw);
}

Result<std::string> dkim_signature(const DkimKey& key, std::string_view domain, std::string_view selector,
                                   std::string_view mail, Timestamp now) {
  const auto end = mail.find("\r\n\r\n");
  if (end == std::string_view::npos) return fail(Kind::invalid, "the mail's header has no end");
  TRY(const auto fields, read_header(mail.substr(0, end)));

  std::string names, chosen;
  bool has_from = false;
  for (const auto name : kSigned) {
    // RFC 6376 section 5.4.2: several of a name are taken from the bottom up.
    std::size_t occurs = 0;
    for (auto it = fields.rbegin(); it != fields.rend(); ++it) {
      if (it->name != name) continue;
      ++occurs;
      chosen += canonical_field(name, it->value) + "\r\n";
    }
    has_from = has_from || (name == "from" && occurs > 0);
    for (std::size_t i = 0; i <= occurs; ++i) names += std::string(name) + ":";
    names += "\r\n\t";
  }
  if (!has_from) return fail(Kind::invalid, "a mail without From can't be signed");
  names.resize(names.size() - 4);  // the last colon and its fold

  std::string value = " v=1; a=" + std::string(key.impl_->rsa ? "rsa-sha256" : "ed25519-sha256") +
                      "; c=relaxed/relaxed; d=" + std::string(domain) + ";\r\n\ts=" + std::string(selector) +
                      "; t=" + std::to_string(now.ms / 1000) + ";\r\n\th=" + names +
                      ";\r\n\tbh=" + text::to_base64(bytes_of(sha256(canonical_body(mail.substr(end + 4))))) +
                      ";\r\n\tb=";
  TRY(const auto signature, key.impl_->sign(chosen + canonical_field("dkim-signature", value)));
  return "DKIM-Signature:" + value + folded_base64(signature) + "\r\n";
}

}  // namespace amends::crypto
