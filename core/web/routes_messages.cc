#include "core/app/image_proxy.h"
#include "core/html/html.h"
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

constexpr Field kVersionFields[] = {
    time_field("at", "When it came to us").needed(),
    flag_field("current", "What stands there now").needed(),
    text_field("subject", "").needed().from(0),
    text_field("text", "What is new in it: without quotes and signature").needed().from(0),
    number_field("rating", "1 to 5").or_null().needed(),
    flag_field("deleted", "Its author took it back").needed()};
constexpr Schema kVersion{"MessageVersion", kVersionFields};
constexpr Field kVersionsFields[] = {
    object_field("items", kVersion, "Oldest first; one that can't be read is left out").many(100'000)};
constexpr Schema kVersions{"MessageVersions", kVersionsFields};

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

// An edited review or post as it was each time. What we sent before the site's own copy came counts as one.
Result<Reply> read_versions(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const timeline::Message message, found(call, reader));
    Json json;
    json.open().key("items").open_list();
    for (const RawItemId raw : timeline::versions_of(reader, message.id)) {
      timeline::Message version = message;
      version.raw = raw;
      const auto item = ingest::find_item(reader, raw);
      const auto content = app::read_content(call.services.hub, reader, version);
      if (!item || !content) continue;
      json.open()
          .put("at", item->received_at)
          .put("current", raw == message.raw)
          .put("subject", content->subject)
          .put("text", content->reply_text.empty() ? content->text : content->reply_text)
          .put("rating", content->rating)
          .put("deleted", content->deleted)
          .close();
    }
    json.close_list().close();
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

// Whether the message, as we show it, holds this remote picture: nothing else is fetched, so this is no proxy for
// anything that a reader or somebody who lures one could name.
bool holds_picture(const model::Content& content, std::string_view url) {
  for (const model::Media& media : content.media) {
    if (media.kind == model::MediaKind::image && media.url == url) return true;
  }
  constexpr std::string_view kHeld = "data-remote-src=\"";
  const std::string page = html::clean(content.html).html;
  for (std::size_t at = page.find(kHeld); at != page.npos; at = page.find(kHeld, at)) {
    at += kHeld.size();
    const std::string_view held = std::string_view(page).substr(at, page.find('"', at) - at);
    if (html::decode_entities(held) == url) return true;
  }
  return false;
}

Result<Reply> read_remote_image(Call& call) {
  app::ImageProxy* const images = call.services.options.images;
  const std::string url(call.query.text("url"));
  const auto held = call.services.hub.db().read([&](store::Reader& reader) -> Result<bool> {
    TRY(const timeline::Message message, found(call, reader));
    TRY(const model::Content content, app::read_content(call.services.hub, reader, message));
    return holds_picture(content, url);
  });
  if (!held) return Error(held.error());
  if (!*held || images == nullptr) return absent();
  const UserId user = call.who.user;
  TRY(const app::ImageProxy::Image image, images->fetch(url, images->sign(url, user), user));
  Reply reply = file_reply(*image.bytes, "picture", "picture");
  reply.type = image.type;
  return reply;
}

constexpr Field kImageQuery[] = {
    line_field("url", "As data-remote-src in the message's html, or the url of its media, says").needed().up_to(4000)};

#define AMENDS_MESSAGE AMENDS_BRAND "/messages/{message}"
constexpr Route kMessagesRoutes[] = {
    get(AMENDS_MESSAGE, "read_message", Permission::read, read_message, "A message, whole, its HTML cleaned")
        .answers(kWhole)
        .marked(kVersioned),
    get(AMENDS_MESSAGE "/versions", "list_versions", Permission::read, read_versions,
        "What it said each time its author changed it")
        .answers(kVersions),
    get(AMENDS_MESSAGE "/raw", "download_raw", Permission::read, read_raw, "Its bytes as they came").marked(kFile),
    get(AMENDS_MESSAGE "/attachments/{part}", "download_attachment", Permission::read, read_attachment,
        "A file in it, by its part")
        .marked(kFile),
    get(AMENDS_MESSAGE "/remote-image", "read_remote_image", Permission::read, read_remote_image,
        "A picture that its html names, fetched by Amends so that its sender learns nothing of the reader")
        .with(kImageQuery)
        .marked(kFile),
};

}  // namespace

std::span<const Route> message_routes() { return kMessagesRoutes; }

}  // namespace amends::web
