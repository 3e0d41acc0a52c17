#include "connectors/whatsapp/wire.h"

#include <algorithm>

#include "connectors/common/meta/graph.h"
#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::whatsapp {
namespace {

using channel::Json;
using channel::text_at;
using model::Content;
using model::MediaKind;

std::string phone(std::string_view id) {
  std::string digits;
  for (const char c : id) {
    if (text::is_digit(c)) digits += c;
  }
  return digits.empty() ? digits : "+" + digits;
}

model::Item item_of(const char* kind, std::string_view number, const std::string& name, const Json& message,
                    Timestamp received_at) {
  model::Item out;
  const std::string id = text_at(message, "id");
  const std::string state = std::string_view(kind) == "status" ? text_at(message, "status") : "";
  out.external_id = state.empty() ? id : state + "/" + id;
  Json raw = {{"kind", kind}, {"number", std::string(number)}, {"message", message}};
  if (!name.empty()) raw["name"] = name;
  out.place = number;
  out.own = std::string_view(kind) == "echo";
  out.received_at = channel::seconds_at(message, "timestamp").value_or(received_at);
  if (received_at - out.received_at > meta::kOldestDelivery) raw["late"] = true;
  out.raw = channel::dump(raw);
  return out;
}

// What stands where a price of a conversation or a link for five minutes would change the bytes.
Json status_of(const Json& status) {
  Json out = Json::object();
  for (const char* field : {"id", "status", "timestamp", "recipient_id", "biz_opaque_callback_data", "errors"}) {
    if (const auto it = status.find(field); it != status.end()) out[field] = *it;
  }
  return out;
}

void add_media(const Json& message, const std::string& type, MediaKind kind, Content& out) {
  const Json& media = channel::at(message, type);
  const std::string id = text_at(media, "id");
  const std::string caption = text_at(media, "caption");
  if (!caption.empty()) out.text = caption;
  std::string alt = text_at(media, "filename");
  if (alt.empty()) alt = text_at(media, "mime_type");
  // Opened with the account's token; WhatsApp keeps it for 30 days.
  if (!id.empty()) out.media.push_back({kind, std::string(meta::kGraph) + id, alt});
}

std::string words_of_location(const Json& location) {
  std::vector<std::string> parts;
  for (const char* field : {"name", "address"}) {
    if (const std::string part = text_at(location, field); !part.empty()) parts.push_back(part);
  }
  parts.push_back(text_at(location, "latitude") + ", " + text_at(location, "longitude"));
  return text::join(parts, "\n");
}

std::string words_of_contacts(const Json& contacts) {
  std::vector<std::string> parts;
  for (const Json& one : contacts) {
    std::string part = text_at(one, "name.formatted_name");
    for (const Json& number : channel::list_at(one, "phones")) part += " " + text_at(number, "phone");
    parts.push_back(part);
  }
  return text::join(parts, "\n");
}

void read_words(const Json& message, Content& out) {
  const std::string type = text_at(message, "type");
  if (type == "text") {
    out.text = text_at(message, "text.body");
  } else if (type == "image" || type == "sticker") {
    add_media(message, type, MediaKind::image, out);
  } else if (type == "video") {
    add_media(message, type, MediaKind::video, out);
  } else if (type == "audio" || type == "voice") {
    add_media(message, type, MediaKind::audio, out);
  } else if (type == "document") {
    add_media(message, type, MediaKind::link, out);
  } else if (type == "button") {
    out.text = text_at(message, "button.text");
  } else if (type == "interactive") {
    for (const char* place : {"interactive.list_reply.title", "interactive.button_reply.title"}) {
      if (out.text.empty()) out.text = text_at(message, place);
    }
  } else if (type == "location") {
    out.text = words_of_location(channel::at(message, "location"));
  } else if (type == "contacts") {
    out.text = words_of_contacts(channel::list_at(message, "contacts"));
  } else if (type == "reaction") {
    out.text = text_at(message, "reaction.emoji");
    out.in_reply_to = {text_at(message, "reaction.message_id")};
    out.origin = model::Origin::auto_reply;  // a thumb wants no answer
    out.notes.emplace_back("a reaction");
  } else if (type == "order") {
    out.text = text_at(message, "order.text");
    out.notes.push_back("an order of " + std::to_string(channel::list_at(message, "order.product_items").size()) +
                        " products");
  } else if (type == "system") {
    out.text = text_at(message, "system.body");
    out.origin = model::Origin::auto_reply;
  } else {
    out.notes.push_back("WhatsApp hands over no message of this kind" +
                        (type.empty() ? std::string() : ": " + text::excerpt(type, 40)));
  }
}

using State = model::DeliveryReport::State;

// What an answer bears, to be told in every report about it: developers.facebook.com/documentation/business-messaging/
// whatsapp/webhooks/reference/messages/status (2026-11-22).
constexpr const char* kBorne = "biz_opaque_callback_data";

constexpr std::pair<std::string_view, State> kStates[] = {{"delivered", State::delivered},
                                                          {"read", State::read},
                                                          {"played", State::read},
                                                          {"failed", State::failed},
                                                          {"sent", State::sent}};

const State* state_of(const Json& status) {
  const std::string word = text_at(status, "status");
  // What another program sent is none of ours to wait for.
  if (word == "sent" && text_at(status, kBorne).empty()) return nullptr;
  for (const auto& [name, state] : kStates) {
    if (name == word) return &state;
  }
  return nullptr;
}

Content report_content(const Json& status, State state, Content out) {
  const Json& error = channel::at(status, "errors.0");
  std::string reason = text_at(error, "error_data.details");
  if (reason.empty()) reason = text_at(error, "title");
  const std::string id = text_at(status, "id");
  out.author.handle = phone(text_at(status, "recipient_id"));
  out.message_id = text_at(status, "status") + "/" + id;
  out.in_reply_to = {id};
  out.origin = model::Origin::bounce;
  out.auto_submitted = true;
  if (state == State::failed) {
    out.text = "WhatsApp could not deliver this: " + (reason.empty() ? "no reason was given" : reason);
  }
  out.report = {state, id, text_at(status, kBorne), out.author.handle, text_at(error, "code"), reason};
  return out;
}

}  // namespace

Result<std::vector<model::Item>> read_delivery(std::string_view body, std::string_view number, Timestamp received_at) {
  TRY(const Json payload, channel::parse_json(body));
  if (!payload.is_object() || text_at(payload, "object") != "whatsapp_business_account") {
    return fail(Kind::corrupt, "no delivery of WhatsApp");
  }
  std::vector<model::Item> out;
  for (const Json& entry : channel::list_at(payload, "entry")) {
    for (const Json& change : channel::list_at(entry, "changes")) {
      const Json& value = channel::at(change, "value");
      if (text_at(value, "metadata.phone_number_id") != number) continue;
      const auto name_of = [&](const std::string& who) {
        for (const Json& contact : channel::list_at(value, "contacts")) {
          if (text_at(contact, "wa_id") == who) return text_at(contact, "profile.name");
        }
        return std::string();
      };
      for (const Json& message : channel::list_at(value, "messages")) {
        if (text_at(message, "id").empty()) return fail(Kind::corrupt, "WhatsApp sent a message without an id");
        out.push_back(item_of("message", number, name_of(text_at(message, "from")), message, received_at));
      }
      for (const Json& echo : channel::list_at(value, "message_echoes")) {
        if (!text_at(echo, "id").empty()) out.push_back(item_of("echo", number, "", echo, received_at));
      }
      for (const Json& status : channel::list_at(value, "statuses")) {
        if (state_of(status) == nullptr || text_at(status, "id").empty()) continue;
        out.push_back(item_of("status", number, "", status_of(status), received_at));
      }
    }
  }
  return out;
}

Result<model::Content> parse_item(const model::Item& item) {
  TRY(const Json raw, channel::parse_json(item.raw));
  const Json& message = channel::at(raw, "message");
  const std::string kind = text_at(raw, "kind");
  if (!message.is_object() || text_at(message, "id").empty()) return fail(Kind::corrupt, "no message of WhatsApp");
  if (channel::flag_at(raw, "late")) {
    return fail(Kind::corrupt, "it was delivered more than seven days after it was written, as no genuine one is");
  }
  Content out;
  out.kind = model::MessageKind::direct_message;
  out.visibility = model::Visibility::private_;
  out.date = channel::seconds_at(message, "timestamp");
  if (kind == "status") {
    const State* state = state_of(message);
    if (state == nullptr) return fail(Kind::corrupt, "no state that WhatsApp tells of");
    out = report_content(message, *state, std::move(out));
  } else {
    out.message_id = text_at(message, "id");
    const bool echo = kind == "echo";
    out.author.handle = phone(text_at(message, "from"));
    if (!echo) out.author.name = text::squeeze(text_at(raw, "name"));
    if (echo) out.to = {{"", phone(text_at(message, "to"))}};
    if (const std::string quoted = text_at(message, "context.id"); !quoted.empty()) out.in_reply_to = {quoted};
    read_words(message, out);
  }
  out.from = {out.author};
  out.auth.from_verified = true;  // the number was proved to WhatsApp
  out.reply_text = out.text;
  return out;
}

std::string_view kind_of_file(std::string_view content_type) {
  for (const std::string_view kind : {"image", "video"}) {
    if (text::starts_with_ignoring_case(content_type, std::string(kind) + "/")) return kind;
  }
  return "document";
}

Result<std::string> write_message(const channel::Post& post, const std::string& key, const std::string& media) {
  const std::string to = phone(post.to.handle);
  if (to.size() < 6) return fail(Kind::invalid, "this goes to no telephone number");
  Json out = {{"messaging_product", "whatsapp"}, {"recipient_type", "individual"}, {"to", to.substr(1)}};
  if (!key.empty()) out[kBorne] = key;
  if (!post.template_name.empty() && !media.empty()) {
    return fail(Kind::invalid, "a template carries no file here", "send the file within 24 hours of their last word");
  }
  if (post.template_name.empty()) {
    const std::string kind(media.empty() ? "text" : kind_of_file(post.files.front().content_type));
    out["type"] = kind;
    if (media.empty()) {
      out["text"] = {{"preview_url", false}, {"body", post.text}};
    } else {
      out[kind] = {{"id", media}, {"caption", post.text}};
      if (kind == "document") out[kind]["filename"] = post.files.front().filename;
    }
    if (!post.answers_id.empty()) out["context"] = {{"message_id", post.answers_id}};
    return channel::dump(out);
  }
  const std::size_t colon = post.template_name.find(':');
  std::string language = colon == std::string::npos ? post.language : post.template_name.substr(colon + 1);
  if (language.empty()) language = "en";
  Json parameters = Json::array();
  for (const std::string& value : post.template_values) parameters.push_back({{"type", "text"}, {"text", value}});
  Json used = {{"name", post.template_name.substr(0, colon)}, {"language", {{"code", language}}}};
  if (!parameters.empty())
    used["components"] = Json::array({{{"type", "body"}, {"parameters", std::move(parameters)}}});
  out["type"] = "template";
  out["template"] = std::move(used);
  return channel::dump(out);
}

std::string posted_id(std::string_view body) {
  const auto json = channel::parse_json(body);
  return json ? text_at(*json, "messages.0.id") : std::string();
}

}  // namespace amends::connectors::whatsapp
