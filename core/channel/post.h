// An answer as channels other than mail get it: the payload of an Outbound, as JSON. Built once by core, stored, sent
// the same on every try, and what the timeline shows of it.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/content.h"
#include "core/model/words.h"

namespace amends::channel {

struct PostFile {
  std::string filename, content_type, alt;
  std::string bytes;  // at most Limits::message_bytes together
};

struct Post {
  std::string text;  // final, LF line ends
  model::Visibility visibility = model::Visibility::public_;
  model::Party to;            // who wrote what is answered
  std::string in_reply_to;    // external id of what is answered, as the connector named it; "" for a new post
  std::string answers_id;     // its Content::message_id
  std::string root_id;        // of the thread's first message, where a site wants it; "" when that is unknown
  std::string replaces;       // external id of our own reply in the same slot, which this one takes the place of
  std::string place;          // Item::place of what is answered
  std::string language;       // ISO 639-1
  std::string template_name;  // a template that the site approved (ReplyWindow::template_after); "" for free text
  std::vector<std::string> template_values;
  std::vector<PostFile> files;
  bool by_person = true;  // a person pressed send; false for automation
};

std::string write_post(const Post& post);
// corrupt when it is none.
Result<Post> read_post(std::string_view payload);

// How our own post looks on the timeline until the site's copy of it comes.
model::Content content_of(const Post& post, const model::Party& author, model::MessageKind kind, Timestamp at);

}  // namespace amends::channel
