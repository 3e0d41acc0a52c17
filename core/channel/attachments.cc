#include "core/channel/attachments.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/length.h"

namespace amends::channel {
namespace {

std::string size_words(std::int64_t bytes) {
  const bool mega = bytes >= 1'000'000;
  return std::to_string(bytes / (mega ? 1'000'000 : 1'000)) + (mega ? " MB" : " KB");
}

std::string type_words(std::string_view types) {
  std::string out;
  for (const std::string_view type : text::split(types, ' ')) {
    if (type == "*/*") return "";
    const auto slash = type.find('/');
    const std::string_view name = type.substr(slash == type.npos ? 0 : slash + 1);
    out += (out.empty() ? "" : ", ") + (name == "*" ? std::string(type) : std::string(name));
  }
  return " (" + out + ")";
}

Error refused(const Descriptor& descriptor, const std::string& what) {
  return fail(Kind::invalid, what, std::string(descriptor.title) + " takes " + attachments_taken(descriptor));
}

// The first that takes files of this type, whatever the answer's visibility.
const AttachmentRule* rule_of(const Descriptor& descriptor, std::string_view type) {
  for (const AttachmentRule& rule : descriptor.attachments) {
    if (is_type_of(type, rule.types)) return &rule;
  }
  return nullptr;
}

}  // namespace

std::vector<FileFacts> facts_of(const std::vector<PostFile>& files) {
  std::vector<FileFacts> out;
  out.reserve(files.size());
  for (const PostFile& file : files) {
    out.push_back({file.filename, file.content_type, static_cast<std::int64_t>(file.bytes.size()),
                   length_of(file.alt, LengthUnit::code_points)});
  }
  return out;
}

bool is_type_of(std::string_view type, std::string_view types) {
  const std::string given = text::ascii_lower(text::trim(type.substr(0, type.find(';'))));
  for (const std::string_view one : text::split(types, ' ')) {
    if (one == "*/*" || one == given) return true;
    const bool family = one.size() > 2 && one.substr(one.size() - 2) == "/*";
    if (family && given.rfind(one.substr(0, one.size() - 1), 0) == 0) return true;
  }
  return false;
}

std::string attachments_taken(const Descriptor& descriptor) {
  std::string out;
  for (const AttachmentRule& rule : descriptor.attachments) {
    out += (out.empty() ? "" : ", or ") + ("up to " + std::to_string(rule.count)) + " " + std::string(rule.kind) +
           type_words(rule.types) + (rule.bytes > 0 ? " of " + size_words(rule.bytes) : "") +
           (rule.alone ? " without words" : "") +
           (rule.only ? " in " + std::string(*rule.only == model::Visibility::private_ ? "private" : "public") : "");
  }
  return out;
}

Limits limits_beside(const Descriptor& descriptor, const std::vector<FileFacts>& files) {
  Limits out = descriptor.limits;
  for (const FileFacts& file : files) {
    for (const AttachmentRule& rule : descriptor.attachments) {
      if (is_type_of(file.type, rule.types) && rule.text > 0) out.text = std::min(out.text, rule.text);
    }
  }
  return out;
}

std::int64_t description_limit(const Descriptor& descriptor, std::string_view type) {
  const AttachmentRule* rule = rule_of(descriptor, type);
  return rule == nullptr ? 0 : rule->alt;
}

bool speaks_by_files(const Descriptor& descriptor, const Post& post) {
  if (post.files.empty()) return false;
  const AttachmentRule* rule = rule_of(descriptor, post.files.front().content_type);
  return rule != nullptr && rule->alone;
}

Result<Done> check_post_files(const Descriptor& descriptor, const Post& post) {
  TRY_DO(check_attachments(descriptor, facts_of(post.files), post.visibility));
  if (!speaks_by_files(descriptor, post) || text::trim(post.text).empty()) return Done{};
  return refused(descriptor, "a file is a message of its own there: send the words as another answer");
}

Result<Done> check_attachments(const Descriptor& descriptor, const std::vector<FileFacts>& files,
                               std::optional<model::Visibility> of) {
  if (files.empty()) return Done{};
  const auto& rules = descriptor.attachments;
  if (rules.empty()) {
    return fail(Kind::unsupported, std::string(descriptor.title) + " takes no files with an answer", "leave them out");
  }
  const auto rule_for = [&](const FileFacts& file) {
    return std::find_if(rules.begin(), rules.end(), [&](const AttachmentRule& rule) {
      return is_type_of(file.type, rule.types) && (!of || !rule.only || *rule.only == *of);
    });
  };
  const auto rule = rule_for(files.front());
  for (const FileFacts& file : files) {
    const std::string name = "\"" + text::printable(file.name) + "\"";
    const auto own = rule_for(file);
    const bool goes_elsewhere = own == rules.end() && rule_of(descriptor, file.type) != nullptr;
    if (goes_elsewhere) {
      return refused(descriptor, name + " doesn't go with " +
                                     (of == model::Visibility::public_ ? "a public" : "a private") + " answer there");
    }
    if (own == rules.end()) return refused(descriptor, name + " is of a type that doesn't go with an answer there");
    if (own != rule) return refused(descriptor, "files of these kinds don't go into one answer");
    if (file.bytes == 0) return refused(descriptor, name + " is empty");
    if (rule->bytes > 0 && file.bytes > rule->bytes) return refused(descriptor, name + " is too large");
    if (rule->alt > 0 && file.alt > rule->alt) {
      return refused(descriptor,
                     "the description of " + name + " is longer than " + std::to_string(rule->alt) + " characters");
    }
  }
  if (static_cast<std::int64_t>(files.size()) > rule->count) {
    return refused(descriptor, std::to_string(files.size()) + " files are too many for one answer there");
  }
  return Done{};
}

}  // namespace amends::channel
