// `amends inspect mail`: one raw message in, one JSON object out.
//
// An absent scalar is null, an absent list []. Ids stand without angle brackets; a message without one is named by the
// digest of its bytes. Addresses are shown as written, their domain in lower case. The results under `auth` are "none",
// "pass" or "fail"; `from_verified` says whether the sender's own domain stands behind the mail.
#include <openssl/evp.h>

#include <array>
#include <istream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/base/text.h"
#include "core/main/inspect.h"
#include "core/mime/mail.h"

namespace amends::cli {

namespace {

using nlohmann::ordered_json;

ordered_json scalar(const std::string& s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }

ordered_json date_json(const std::optional<Timestamp>& at) {
  return at ? ordered_json(to_rfc3339(*at)) : ordered_json(nullptr);
}

ordered_json mailbox_json(const std::string& name, const std::string& address) {
  ordered_json out;
  out["name"] = scalar(name);
  out["address"] = scalar(address);
  return out;
}

ordered_json mailboxes_json(std::string_view raw, std::string_view field) {
  ordered_json out = ordered_json::array();
  for (const auto& box : mime::written_addresses(raw, field)) out.push_back(mailbox_json(box.name, box.address));
  return out;
}

std::string digest_id(std::string_view raw) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  EVP_Digest(raw.data(), raw.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return "sha256:" + text::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

ordered_json forwarded_json(const std::optional<model::Forwarded>& forwarded) {
  if (!forwarded) return nullptr;
  ordered_json out;
  out["from"] = forwarded->from.name.empty() && forwarded->from.handle.empty()
                    ? ordered_json(nullptr)
                    : mailbox_json(forwarded->from.name, forwarded->from.handle);
  out["subject"] = scalar(forwarded->subject);
  out["date"] = date_json(forwarded->date);
  out["text"] = scalar(forwarded->text);
  return out;
}

ordered_json attachments_json(const std::vector<model::Attachment>& files) {
  ordered_json out = ordered_json::array();
  for (const auto& file : files) {
    ordered_json one;
    one["filename"] = scalar(file.filename);
    one["content_type"] = file.content_type;
    one["size"] = file.size;
    one["sha256"] = file.sha256;
    out.push_back(std::move(one));
  }
  return out;
}

ordered_json auth_json(const model::Auth& auth) {
  ordered_json out;
  out["spf"] = model::name_in(model::kAuthResults, auth.spf);
  out["dkim"] = model::name_in(model::kAuthResults, auth.dkim);
  out["dmarc"] = model::name_in(model::kAuthResults, auth.dmarc);
  out["from_verified"] = auth.from_verified;
  return out;
}

}  // namespace

int inspect_mail(std::istream& in, std::ostream& out, std::ostream& err, const std::vector<std::string>& authserv_ids) {
  mime::init();
  const std::string raw{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  mime::ParseOptions options;
  options.trusted_authserv_ids = authserv_ids;
  const model::Content mail = mime::parse(raw, options);

  ordered_json json;
  json["subject"] = scalar(mail.subject);
  json["from"] = mailboxes_json(raw, "from");
  json["to"] = mailboxes_json(raw, "to");
  json["cc"] = mailboxes_json(raw, "cc");
  json["reply_to"] = mailboxes_json(raw, "reply-to");
  json["message_id"] = mail.message_id.empty() ? digest_id(raw) : mail.message_id;
  json["in_reply_to"] = mail.in_reply_to;
  json["references"] = mail.references;
  json["date"] = date_json(mail.date);
  json["text"] = scalar(mail.text);
  json["html"] = scalar(mail.html);
  json["reply_text"] = scalar(mail.reply_text);
  json["quoted_text"] = scalar(mail.quoted_text);
  json["signature"] = scalar(mail.signature);
  json["forwarded"] = forwarded_json(mail.forwarded);
  json["attachments"] = attachments_json(mail.attachments);
  json["kind"] = model::name_of(mail.origin);
  json["auth"] = auth_json(mail.auth);
  json["language"] = scalar(mail.language);
  json["notes"] = mail.notes;
  out << json.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';

  if (const std::string reason = mime::quarantine_reason(raw); !reason.empty()) {
    err << "amends: this is hardly a mail: " << reason << '\n';
    return 1;
  }
  return 0;
}

}  // namespace amends::cli
