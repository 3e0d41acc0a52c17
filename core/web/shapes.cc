#include "core/web/shapes.h"

#include "core/html/html.h"
#include "core/identity/identities.h"
#include "core/thread/threads.h"

namespace amends::web {
namespace {

constexpr Field kChangedFields[] = {flag_field("changed", "False when it was so already").needed()};

constexpr Field kPartyFields[] = {line_field("name", "As the channel says").needed().from(0),
                                  line_field("handle", "Address, account or author id").needed().from(0)};

constexpr Field kThreadRowFields[] = {
    id_field("thread", "Its number").needed(),
    id_field("customer", "Who it is with").or_null().needed(),
    line_field("customer_name", "As known by now; \"\" where nobody is known").needed().from(0),
    line_field("tags", "").many(1000),
    word_field("status", kStatusNames, "").needed(),
    flag_field("awaiting_answer", "The customer's last word is unanswered").needed(),
    flag_field("unread", "").needed(),
    line_field("owner", "A login; null for nobody").or_null().needed(),
    time_field("snooze_until", "").or_null().needed(),
    time_field("last_at", "When something last happened in it").needed(),
    time_field("asked_at", "When somebody last wrote to us in it: how long they wait").or_null().needed(),
    id_field("last_message", "").or_null().needed(),
    line_field("channel", "").needed().from(0),
    word_field("kind", kChannelKindNames, "Of the last message").needed(),
    word_field("direction", kDirectionNames, "Of the last message").needed(),
    word_field("visibility", kVisibilityNames, "Of the last message").needed(),
    text_field("author", "Of the last message").needed().from(0),
    text_field("subject", "").needed().from(0),
    text_field("preview", "The first words of the last message").needed().from(0),
    number_field("rating", "Stars of a review").or_null().needed(),
};

constexpr Field kMessageFields[] = {
    id_field("id", "Its number").needed(),
    id_field("thread", "").or_null().needed(),
    line_field("channel", "").needed(),
    time_field("at", "When its author says it was, as far as that is possible").needed(),
    word_field("direction", kDirectionNames, "").needed(),
    word_field("kind", kChannelKindNames, "").needed(),
    word_field("origin", kOriginNames, "Who wrote it: only a personal one wants an answer").needed(),
    word_field("visibility", kVisibilityNames, "").needed(),
    text_field("author", "").needed().from(0),
    text_field("subject", "").needed().from(0),
    text_field("preview", "Its first words").needed().from(0),
    line_field("message_id", "The channel's own id").or_null().needed(),
    number_field("rating", "1 to 5").or_null().needed(),
    line_field("location", "Which shop, which product").or_null().needed(),
    line_field("permalink", "Where it stands in public").or_null().needed(),
    line_field("language", "ISO 639-1").or_null().needed(),
    id_field("update", "The update of ours it is").or_null().needed(),
    word_field("moderation", kModerationNames, "What the site thinks of our own").needed(),
    word_field("flags", kFlagNames, "").many(20),
};

constexpr Field kShapesEventFields[] = {
    id_field("id", "").needed(),
    line_field("kind", "merged, bounced, assigned, …").needed(),
    time_field("at", "").needed(),
    line_field("actor", "A login, or amends").needed().from(0),
    id_field("thread", "").or_null().needed(),
    any_field("detail", "What the kind has to say").or_null().needed(),
};

constexpr Field kShapesEntryFields[] = {object_field("message", kMessage, "Either this").or_null().needed(),
                                        object_field("event", kEvent, "or that").or_null().needed()};

constexpr Field kNoteFields[] = {
    id_field("id", "").needed(),
    line_field("author", "A login").needed(),
    time_field("at", "").needed(),
    text_field("text", "").needed(),
};

constexpr Field kAttachmentFields[] = {
    integer_field("part", 0, kLargestId, "Its number in the message").needed(),
    line_field("filename", "As its sender named it").or_null().needed(),
    line_field("content_type", "As its sender says; it is served as what it is").needed().from(0),
    integer_field("size", 0, kLargestId, "Bytes").needed(),
    line_field("sha256", "").or_null().needed(),
    line_field("content_id", "What cid: links in the text mean").or_null().needed(),
    flag_field("inline", "Shown inside the text").needed(),
};

constexpr auto kMediaKindNames = kNamesOf<model::kMediaKinds>;
constexpr Field kMediaFields[] = {
    word_field("kind", kMediaKindNames, "").needed(),
    line_field("url", "Where it stands; a picture comes through remote-image").needed(),
    text_field("alt", "As its author described it").needed().from(0),
};
constexpr Schema kMedia{"Media", kMediaFields};

constexpr Field kWordsFields[] = {
    text_field("text", "The whole text").needed().from(0),
    text_field("reply_text", "What is new: without quotes and signature").needed().from(0),
    text_field("quoted_text", "").needed().from(0),
    text_field("html", "Cleaned: allowlisted tags only; remote images stand in data-remote-src").or_null().needed(),
    integer_field("remote_images", 0, kLargestId, "Held back").needed(),
    object_field("from", kParty, "").many(1000),
    object_field("to", kParty, "").many(1000),
    object_field("cc", kParty, "").many(1000),
    object_field("reply_to", kParty, "").many(1000),
    object_field("attachments", kAttachment, "").many(1000),
    object_field("media", kMedia, "Shown with a post or review").many(1000),
    line_field("author_url", "Their profile, in public").or_null().needed(),
    line_field("author_links", "What the site itself verified to be theirs").many(100),
    line_field("version", "The site's, of what can be edited").or_null().needed(),
    word_field("moderation", kModerationNames, "What the site thinks of our own reply").needed(),
    text_field("moderation_reason", "The site's words").or_null().needed(),
    line_field("notes", "What was odd about it").many(1000),
};

constexpr Field kIdentityFields[] = {
    id_field("id", "").needed(),
    line_field("kind", "email, …").needed(),
    line_field("handle", "").needed(),
    line_field("name", "").needed().from(0),
    flag_field("verified", "Its channel has vouched for it").needed(),
};
constexpr Schema kIdentity{"Identity", kIdentityFields};

constexpr Field kCustomerFields[] = {
    id_field("id", "").needed(),
    line_field("name", "").needed().from(0),
    line_field("language", "ISO 639-1").or_null().needed(),
    object_field("identities", kIdentity, "").many(10'000),
};

constexpr Field kCustomerRowFields[] = {
    id_field("id", "").needed(),
    line_field("name", "").needed().from(0),
    line_field("language", "ISO 639-1").or_null().needed(),
    time_field("created_at", "When they first wrote").needed(),
};

}  // namespace

const Schema kChanged{"Changed", kChangedFields};
const Schema kThreadRow{"ThreadRow", kThreadRowFields};
const Schema kMessage{"Message", kMessageFields};
const Schema kWords{"Words", kWordsFields};
const Schema kEvent{"Event", kShapesEventFields};
const Schema kEntry{"Entry", kShapesEntryFields};
const Schema kNote{"Note", kNoteFields};
const Schema kParty{"Party", kPartyFields};
const Schema kAttachment{"Attachment", kAttachmentFields};
const Schema kCustomer{"Customer", kCustomerFields};
const Schema kCustomerRow{"CustomerRow", kCustomerRowFields};

Reply changed(bool value) {
  Json json;
  json.open().put("changed", value).close();
  return ok(std::move(json));
}

Json& add(Json& json, store::Reader& reader, BrandId brand, const inbox::Row& r) {
  const CustomerId customer = r.identity ? identity::customer_of(reader, r.identity) : CustomerId{};
  const auto known = customer ? identity::find_customer(reader, brand, customer) : std::nullopt;
  return json.open()
      .put("thread", r.thread)
      .put("customer", customer)
      .put("customer_name", known ? known->name : std::string())
      .put_list("tags", inbox::tags(reader, r.thread))
      .put("status", inbox::name_of(r.status))
      .put("awaiting_answer", r.awaiting)
      .put("unread", r.unread)
      .put_text_or_null("owner", r.owner)
      .put("snooze_until", r.snooze_until)
      .put("last_at", r.last_at)
      .put("asked_at", thread::summary(reader, r.thread).value_or(thread::Summary()).last_ask_at)
      .put("last_message", r.last_message)
      .put("channel", r.channel)
      .put("kind", model::name_of(r.kind))
      .put("direction", model::name_of(r.direction))
      .put("visibility", model::name_of(r.visibility))
      .put("author", r.author)
      .put("subject", r.subject)
      .put("preview", r.preview)
      .put("rating", r.rating)
      .close();
}

Json& add(Json& json, const timeline::Message& m) {
  json.open()
      .put("id", m.id)
      .put("thread", m.thread)
      .put("channel", m.channel)
      .put("at", m.at)
      .put("direction", model::name_of(m.direction))
      .put("kind", model::name_of(m.kind))
      .put("origin", model::name_of(m.origin))
      .put("visibility", model::name_of(m.visibility))
      .put("author", m.author)
      .put("subject", m.subject)
      .put("preview", m.preview)
      .put_text_or_null("message_id", m.message_id)
      .put("rating", m.rating)
      .put_text_or_null("location", m.location)
      .put_text_or_null("permalink", m.permalink)
      .put_text_or_null("language", m.language)
      .put("update", m.update)
      .put("moderation", model::name_of(m.moderation))
      .key("flags")
      .open_list();
  for (const FlagWord& word : kFlagWords) {
    if ((m.flags & word.bit) != 0) json.add(word.name);
  }
  return json.close_list().close();
}

Json& add(Json& json, const timeline::Event& e) {
  return json.open()
      .put("id", e.id)
      .put("kind", e.kind)
      .put("at", e.at)
      .put("actor", e.actor)
      .put("thread", e.thread)
      .key("detail")
      .add_json(e.detail)
      .close();
}

Json& add(Json& json, const timeline::Entry& entry) {
  json.open().key("message");
  if (entry.message) {
    add(json, *entry.message);
  } else {
    json.add(nullptr);
  }
  json.key("event");
  if (entry.event) {
    add(json, *entry.event);
  } else {
    json.add(nullptr);
  }
  return json.close();
}

Json& add(Json& json, const inbox::Note& note) {
  return json.open().put("id", note.id).put("author", note.author).put("at", note.at).put("text", note.text).close();
}

Json& add(Json& json, const std::vector<model::Party>& parties) {
  json.open_list();
  for (const model::Party& party : parties) json.open().put("name", party.name).put("handle", party.handle).close();
  return json.close_list();
}

Json& add(Json& json, const app::CustomerView& c) {
  json.open()
      .put("id", c.id)
      .put("name", c.name)
      .put_text_or_null("language", c.language)
      .key("identities")
      .open_list();
  for (const auto& identity : c.identities) {
    json.open()
        .put("id", identity.id)
        .put("kind", identity.kind)
        .put("handle", identity.handle)
        .put("name", identity.name)
        .put("verified", identity.verified)
        .close();
  }
  return json.close_list().close();
}

Json& add_words(Json& json, const model::Content& content) {
  json.open()
      .put("text", content.text)
      .put("reply_text", content.reply_text)
      .put("quoted_text", content.quoted_text)
      .key("html");
  std::int64_t held_back = 0;
  if (content.html.empty()) {
    json.add(nullptr);
  } else {
    const html::Cleaned cleaned = html::clean(content.html);
    held_back = cleaned.remote_images;
    json.add(cleaned.html);
  }
  json.put("remote_images", held_back);
  add(json.key("from"), content.from.empty() ? std::vector<model::Party>{content.author} : content.from);
  add(json.key("to"), content.to);
  add(json.key("cc"), content.cc);
  add(json.key("reply_to"), content.reply_to);
  json.key("attachments").open_list();
  for (const model::Attachment& file : content.attachments) {
    json.open()
        .put("part", file.part)
        .put_text_or_null("filename", file.filename)
        .put("content_type", file.content_type)
        .put("size", file.size)
        .put_text_or_null("sha256", file.sha256)
        .put_text_or_null("content_id", file.content_id)
        .put("inline", file.is_inline)
        .close();
  }
  json.close_list().key("media").open_list();
  for (const model::Media& media : content.media)
    json.open().put("kind", model::name_of(media.kind)).put("url", media.url).put("alt", media.alt).close();
  return json.close_list()
      .put_text_or_null("author_url", content.author_url)
      .put_list("author_links", content.author_links)
      .put_text_or_null("version", content.version)
      .put("moderation", model::name_of(content.moderation))
      .put_text_or_null("moderation_reason", content.moderation_reason)
      .put_list("notes", content.notes)
      .close();
}

}  // namespace amends::web
