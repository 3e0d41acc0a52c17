#include "core/channel/post.h"

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::channel {
namespace {

Result<PostFile> file_of(const Json& json) {
  PostFile out{text_at(json, "filename"), text_at(json, "content_type"), text_at(json, "alt"), {}};
  auto bytes = text::from_base64(text_at(json, "bytes"));
  if (!bytes) return fail(Kind::corrupt, "a post's file is no base64");
  out.bytes = *std::move(bytes);
  return out;
}

}  // namespace

std::string write_post(const Post& post) {
  Json files = Json::array();
  for (const PostFile& file : post.files) {
    files.push_back({{"filename", file.filename},
                     {"content_type", file.content_type},
                     {"alt", file.alt},
                     {"bytes", text::to_base64(file.bytes)}});
  }
  return dump({{"text", post.text},
               {"visibility", model::name_of(post.visibility)},
               {"to", {{"name", post.to.name}, {"handle", post.to.handle}}},
               {"in_reply_to", post.in_reply_to},
               {"answers_id", post.answers_id},
               {"root_id", post.root_id},
               {"replaces", post.replaces},
               {"place", post.place},
               {"language", post.language},
               {"template", {{"name", post.template_name}, {"values", post.template_values}}},
               {"files", std::move(files)},
               {"by_person", post.by_person}});
}

Result<Post> read_post(std::string_view payload) {
  auto parsed = parse_json(payload);
  if (!parsed) return fail(Kind::corrupt, "the post can't be read: " + parsed.error().what);
  const Json& json = *parsed;
  const auto visibility = model::value_in(model::kVisibilities, text_at(json, "visibility"));
  if (!at(json, "text").is_string() || !visibility) return fail(Kind::corrupt, "the post has no text or visibility");
  Post out;
  out.text = text_at(json, "text");
  out.visibility = *visibility;
  out.to = {text_at(json, "to.name"), text_at(json, "to.handle")};
  out.in_reply_to = text_at(json, "in_reply_to");
  out.answers_id = text_at(json, "answers_id");
  out.root_id = text_at(json, "root_id");
  out.replaces = text_at(json, "replaces");
  out.place = text_at(json, "place");
  out.language = text_at(json, "language");
  out.template_name = text_at(json, "template.name");
  for (const Json& value : list_at(json, "template.values")) out.template_values.push_back(text_at(value, ""));
  for (const Json& file : list_at(json, "files")) {
    TRY(PostFile one, file_of(file));
    out.files.push_back(std::move(one));
  }
  out.by_person = flag_at(json, "by_person");
  return out;
}

model::Content content_of(const Post& post, const model::Party& author, model::MessageKind kind, Timestamp at) {
  model::Content out;
  out.kind = kind;
  out.visibility = post.visibility;
  out.author = author;
  out.from = {author};
  if (!post.to.handle.empty() || !post.to.name.empty()) out.to = {post.to};
  if (!post.answers_id.empty()) out.in_reply_to = {post.answers_id};
  if (!post.root_id.empty() && post.root_id != post.answers_id) out.references = {post.root_id};
  if (!post.answers_id.empty()) out.references.push_back(post.answers_id);
  out.date = at;
  out.text = post.text;
  // Files that are all of it are told by their names.
  for (std::size_t i = 0; post.text.empty() && i < post.files.size(); ++i) {
    out.text += (i == 0 ? "" : ", ") + post.files[i].filename;
  }
  out.reply_text = out.text;
  out.language = post.language;
  return out;
}

}  // namespace amends::channel
