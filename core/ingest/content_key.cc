#include "core/ingest/content_key.h"

#include <cstring>

namespace amends::ingest {

std::int64_t content_key(crypto::SipKey key, const model::Content& content, std::string_view raw_digest) {
  const std::string_view name = content.message_id.empty() ? raw_digest : std::string_view(content.message_id);
  return static_cast<std::int64_t>(crypto::siphash(key, name));
}

std::string content_digest(const model::Content& content) {
  std::string all;
  all.reserve(content.text.size() + content.subject.size() + 256);
  // Each part with its length in front: no two different messages spell the same bytes.
  const auto add = [&](std::string_view part) {
    const std::uint64_t size = part.size();
    char length[sizeof size];
    std::memcpy(length, &size, sizeof size);
    all.append(length, sizeof length).append(part);
  };
  add(content.author.handle);
  add(content.date ? to_rfc3339(*content.date) : std::string());
  add(content.subject);
  add(content.text);
  add(content.rating ? std::to_string(*content.rating) : std::string());
  add(content.deleted ? "deleted" : "");
  for (const model::Attachment& attachment : content.attachments) add(attachment.sha256);
  const crypto::Sha256 digest = crypto::sha256(all);
  return std::string(crypto::bytes_of(digest).substr(0, 16));
}

}  // namespace amends::ingest
