#include "connectors/common/meta/messages.h"

#include "connectors/common/meta/graph.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/channel/multipart.h"

namespace amends::connectors::meta {
namespace {

using channel::Json;
using channel::text_at;

model::Item item_of(const char* kind, const Json& message, std::string_view owner, Timestamp at, Timestamp received_at,
                    const std::string& version = {}) {
  model::Item out;
  out.external_id = "message/" + text_at(message, "id");
  Json raw = {{"kind", kind}, {"owner", std::string(owner)}, {"message", message}};
  if (!version.empty()) raw["version"] = version;
  if (received_at - at > kOldestDelivery && received_at != at) raw["late"] = true;
  out.own = text_at(message, "from.id") == owner;
  out.place = out.own ? text_at(message, "to.0.id") : text_at(message, "from.id");
  out.received_at = at;
  out.raw = channel::dump(raw);
  return out;
}

Json person(const std::string& id, const std::string& name = {}) {
  Json out = {{"id", id}};
  if (!name.empty()) out["name"] = name;
  return out;
}

Json attachments_of(const Json& list) {
  Json out = Json::array();
  for (const Json& one : list) {
    std::string type = text_at(one, "type");
    if (type.empty()) type = text_at(one, "mime_type");
    Json kept = {{"type", type}};
    if (const std::string name = text_at(one, "name"); !name.empty()) kept["name"] = name;
    out.push_back(std::move(kept));
  }
  return out;
}

}  // namespace

Result<std::vector<model::Item>> read_messaging(std::string_view body, std::string_view object, std::string_view owner,
                                                Timestamp received_at) {
  TRY(const Json payload, channel::parse_json(body));
  if (!payload.is_object() || text_at(payload, "object") != object) return fail(Kind::corrupt, "no delivery of Meta");
  std::vector<model::Item> out;
  for (const Json& entry : channel::list_at(payload, "entry")) {
    if (text_at(entry, "id") != owner) continue;
    for (const Json& event : channel::list_at(entry, "messaging")) {
      const Json& message = channel::at(event, "message");
      const std::string mid = text_at(message, "mid");
      if (mid.empty()) continue;
      const Timestamp at{channel::number_at(event, "timestamp").value_or(received_at.ms)};
      Json kept = {{"id", mid},
                   {"from", person(text_at(event, "sender.id"))},
                   {"to", Json::array({person(text_at(event, "recipient.id"))})},
                   {"created_time", to_rfc3339({at.ms / 1000 * 1000})}};
      if (channel::flag_at(message, "is_deleted")) {
        out.push_back(item_of("unsent", kept, owner, at, received_at, to_rfc3339(received_at)));
        continue;
      }
      kept["message"] = text_at(message, "text");
      if (Json files = attachments_of(channel::list_at(message, "attachments")); !files.empty())
        kept["attachments"] = std::move(files);
      if (const std::string quoted = text_at(message, "reply_to.mid"); !quoted.empty()) kept["reply_to"] = quoted;
      out.push_back(item_of("message", kept, owner, at, received_at));
    }
  }
  return out;
}

std::vector<model::Item> read_messages(std::string_view list, std::string_view owner, Timestamp now) {
  std::vector<model::Item> out;
  const auto json = channel::parse_json(list);
  if (!json) return out;
  for (const Json& message : channel::list_at(*json, "data")) {
    if (text_at(message, "id").empty()) continue;
    const Timestamp at = read_time(text_at(message, "created_time")).value_or(now);
    const auto party = [](const Json& who) {
      const std::string name = text_at(who, "name");
      return person(text_at(who, "id"), name.empty() ? text_at(who, "username") : name);
    };
    Json kept = {{"id", text_at(message, "id")},
                 {"from", party(channel::at(message, "from"))},
                 {"to", Json::array()},
                 {"created_time", to_rfc3339(at)},
                 {"message", text_at(message, "message")}};
    for (const Json& who : channel::list_at(message, "to.data")) kept["to"].push_back(party(who));
    if (Json files = attachments_of(channel::list_at(message, "attachments.data")); !files.empty())
      kept["attachments"] = std::move(files);
    out.push_back(item_of("message", kept, owner, at, at));
  }
  return out;
}

bool is_message(std::string_view raw) {
  const auto json = channel::parse_json(raw);
  if (!json) return false;
  const std::string kind = text_at(*json, "kind");
  return kind == "message" || kind == "unsent";
}

Result<model::Content> parse_message(const model::Item& item) {
  TRY(const Json raw, channel::parse_json(item.raw));
  const Json& message = channel::at(raw, "message");
  if (text_at(message, "id").empty()) return fail(Kind::corrupt, "no message of Meta");
  if (channel::flag_at(raw, "late")) {
    return fail(Kind::corrupt, "it was delivered more than seven days after it was written, as no genuine one is");
  }
  model::Content out;
  out.kind = model::MessageKind::direct_message;
  out.visibility = model::Visibility::private_;
  out.message_id = text_at(message, "id");
  out.version = text_at(raw, "version");
  out.author = {text::squeeze(text_at(message, "from.name")), text_at(message, "from.id")};
  out.from = {out.author};
  for (const Json& who : channel::list_at(message, "to")) out.to.push_back({text_at(who, "name"), text_at(who, "id")});
  out.date = read_time(text_at(message, "created_time"));
  out.text = text_at(message, "message");
  out.reply_text = out.text;
  out.auth.from_verified = true;
  out.deleted = text_at(raw, "kind") == "unsent";
  if (const std::string quoted = text_at(message, "reply_to"); !quoted.empty()) out.in_reply_to = {quoted};
  for (const Json& file : channel::list_at(message, "attachments")) {
    out.notes.push_back("came with a file to be seen on the site only: " + text::excerpt(text_at(file, "type"), 40));
  }
  return out;
}

Result<std::optional<model::Content>> parse_event(std::string_view external_id, std::string_view raw) {
  TRY(const Json json, channel::parse_json(raw));
  if (channel::flag_at(json, "late")) {
    return fail(Kind::corrupt, "it was delivered more than seven days after it happened, as no genuine one is");
  }
  if (text_at(json, "kind") != "event") return std::optional<model::Content>();
  model::Content out;
  out.visibility = model::Visibility::public_;
  out.kind = model::MessageKind::mention;
  out.message_id = external_id;
  out.origin = model::Origin::auto_reply;
  out.notes.push_back("unknown event: " + text::excerpt(text_at(json, "item.field"), 60));
  return std::optional(std::move(out));
}

namespace {

std::string_view kind_of_attachment(std::string_view content_type) {
  for (const std::string_view kind : {"image", "video", "audio"}) {
    if (text::starts_with_ignoring_case(content_type, std::string(kind) + "/")) return kind;
  }
  return "file";
}

// {"text": …}, or the file once it is uploaded; nobody sees it until a message names it.
Result<Json> message_of(channel::Api& api, const channel::Post& post, std::string_view owner,
                        const channel::Fields& query) {
  if (post.files.empty()) return Json{{"text", post.text}};
  const channel::PostFile& file = post.files.front();
  const std::string kind(kind_of_attachment(file.content_type));
  const Json announced = {{"attachment", {{"type", kind}, {"payload", {{"is_reusable", true}}}}}};
  channel::MultipartForm form = channel::multipart(
      {{"message", channel::dump(announced)}, {"filedata", file.bytes, file.filename, file.content_type}});
  channel::ApiRequest request;
  request.method = "POST";
  request.path = channel::path_of("{}/message_attachments", {owner});
  request.query = query;
  request.body = std::move(form.body);
  request.content_type = std::move(form.content_type);
  request.bucket = "messages";
  request.repeatable = true;
  TRY(const auto answer, api.call(request));
  TRY(const Json uploaded, channel::parse_json(answer.body));
  const std::string id = text_at(uploaded, "attachment_id");
  if (id.empty()) return fail(Kind::corrupt, "the site gives the file no name");
  return Json{{"attachment", {{"type", kind}, {"payload", {{"attachment_id", id}}}}}};
}

}  // namespace

Result<channel::Receipt> send_private(channel::Api& api, const channel::Outbound& outbound, const channel::Post& post,
                                      std::string_view owner, const channel::Fields& query) {
  if (post.to.handle.empty()) return fail(Kind::invalid, "this goes to nobody");
  TRY(const Json message, message_of(api, post, owner, query));
  Json body = {{"recipient", {{"id", post.to.handle}}}, {"messaging_type", "RESPONSE"}, {"message", message}};
  channel::ApiRequest request;
  request.method = "POST";
  request.path = channel::path_of("{}/messages", {owner});
  request.query = query;
  request.body = channel::dump(body);
  request.bucket = "messages";
  auto answer = api.act(outbound, request);
  // What Meta refused for the time was not sent, so asking again with the tag can't double it.
  if (!answer && answer.error().kind == Kind::rejected && post.by_person &&
      answer.error().what.find("error 10/") != std::string::npos) {
    body["messaging_type"] = "MESSAGE_TAG";
    body["tag"] = "HUMAN_AGENT";
    request.body = channel::dump(body);
    answer = api.call(request);
  }
  TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
  if (!answer) return out;
  const auto json = channel::parse_json(answer->body);
  const std::string mid = json ? text_at(*json, "message_id") : "";
  if (!mid.empty()) out.external_id = "message/" + mid;
  return out;
}

}  // namespace amends::connectors::meta
