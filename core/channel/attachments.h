// Whether a channel takes the files of an answer, by the rows of its descriptor (Descriptor::attachments). Pure.
// Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/channel/post.h"

namespace amends::channel {

struct FileFacts {
  std::string_view name, type;  // "image/png", with or without parameters
  std::int64_t bytes = 0;
  std::int64_t alt = 0;  // characters of its description
};
std::vector<FileFacts> facts_of(const std::vector<PostFile>& files);

// unsupported: none at all; invalid: too many, too large, of another type, empty, or with a description that is too
// long. The hint says what the channel takes.
Result<Done> check_attachments(const Descriptor& descriptor, const std::vector<FileFacts>& files,
                               std::optional<model::Visibility> of = {});
// The same of a whole answer, with the words beside its files.
Result<Done> check_post_files(const Descriptor& descriptor, const Post& post);

// Whether its files are all that an answer says here (AttachmentRule::alone).
bool speaks_by_files(const Descriptor& descriptor, const Post& post);

// "up to 4 pictures (jpeg, png) of 16 MB, or up to 1 video (mp4) of 99 MB"; "" for none.
std::string attachments_taken(const Descriptor& descriptor);

// How long the text beside these files may be.
Limits limits_beside(const Descriptor& descriptor, const std::vector<FileFacts>& files);

// How long the description of a file of this type may be, in characters; 0: the site has no place for one.
std::int64_t description_limit(const Descriptor& descriptor, std::string_view type);

// Whether a list of types ("image/jpeg image/png", "video/*") holds this one.
bool is_type_of(std::string_view type, std::string_view types);

}  // namespace amends::channel
