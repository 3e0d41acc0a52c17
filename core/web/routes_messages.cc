#include "core/web/files.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kWholeFields[] = {
    object_field("message", kMessage, "").needed(),
    object_field("words", kWords, "null when its bytes can't be read any more").or_null().needed()};
constexpr Schema kWhole{"WholeMessage", kWholeFields};

Result<timeline::Message> found(const Call& call, store::Reader& reader) {
  return app::read_message(reader, call.brand_id(), call.id<MessageId>("message"));
}

Result<Reply> read_message(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const timeline::Message message, found(call, reader));
    Json json;
    add(json.open().key("message"), message).key("words");
    if (const auto content = app::read_content(call.services.hub, reader, message)) {
      add_words(json, *content);
    } else {
      json.add(nullptr);
    }
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> read_raw(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const timeline::Message message, found(call, reader));
    TRY(std::string bytes, call.services.hub.codec().get(reader, message.raw));
    const bool mail = message.kind == model::MessageKind::mail;
    Reply reply = file_reply(std::move(bytes), "message-" + std::to_string(message.id.value) + (mail ? ".eml" : ".txt"),
                             "message");
    reply.type = "application/octet-stream";
    return reply;
  });
}

Result<Reply> read_attachment(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const timeline::Message message, found(call, reader));
    const std::int64_t part = call.number("part");
    if (part > INT32_MAX) return absent();
    TRY(app::AttachmentBytes file,
        app::read_attachment(call.services.hub, reader, message, static_cast<std::int32_t>(part)));
    return file_reply(std::move(file.bytes), file.about.filename, "attachment-" + std::to_string(part));
  });
}

#define AMENDS_MESSAGE AMENDS_BRAND "/messages/{message}"
constexpr Route kRoutes[] = {
    get(AMENDS_MESSAGE, "read_message", Permission::read, read_message, "A message, whole, its HTML cleaned")
        .answers(kWhole)
        .marked(kVersioned),
    get(AMENDS_MESSAGE "/raw", "download_raw", Permission::read, read_raw, "Its bytes as they came").marked(kFile),
    get(AMENDS_MESSAGE "/attachments/{part}", "download_attachment", Permission::read, read_attachment,
        "A file in it, by its part")
        .marked(kFile),
};

}  // namespace

std::span<const Route> message_routes() { return kRoutes; }

}  // namespace amends::web
