#include "core/app/own_post.h"

#include "core/crypto/digest.h"

namespace amends::app {

model::Party our_voice(const HubAccount& account, const std::string& brand_name) {
  return {brand_name, account.own_handles.empty() ? std::string() : account.own_handles.front()};
}

model::Content content_of_own(const channel::Post& post, const model::Party& author, model::MessageKind kind,
                              Timestamp at, std::string message_id) {
  model::Content out = channel::content_of(post, author, kind, at);
  out.message_id = std::move(message_id);
  for (std::size_t i = 0; i < post.files.size(); ++i) {
    const channel::PostFile& file = post.files[i];
    model::Attachment attachment;
    attachment.filename = file.filename;
    attachment.content_type = file.content_type;
    attachment.size = static_cast<std::int64_t>(file.bytes.size());
    attachment.sha256 = crypto::sha256_hex(file.bytes);
    attachment.part = static_cast<std::int32_t>(i);
    out.attachments.push_back(std::move(attachment));
  }
  return out;
}

model::MessageKind kind_of_answer(model::MessageKind answered) {
  using enum model::MessageKind;
  return answered == review ? comment : answered;
}

}  // namespace amends::app
