#include "connectors/mastodon/media.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/text.h"
#include "core/channel/attachments.h"
#include "core/channel/length.h"
#include "core/channel/multipart.h"

namespace amends::connectors::mastodon {
namespace {

using channel::ApiRequest;
using channel::Json;
using channel::PostFile;

// A video is made ready while we ask: after 0.1 s, 0.2 s, … 12.8 s, together under half a minute.
constexpr int kLooks = 8;
constexpr std::chrono::milliseconds kFirstLook{100};

Error less(const std::string& what) { return fail(Kind::invalid, what, "this server takes less than others"); }

Result<std::string> upload_one(channel::Api& api, const PostFile& file) {
  std::vector<channel::FormPart> parts{{"file", file.bytes, file.filename, file.content_type}};
  if (!file.alt.empty()) parts.push_back({"description", file.alt});
  channel::MultipartForm form = channel::multipart(parts);
  ApiRequest request;
  request.method = "POST";
  request.path = "api/v2/media";
  request.body = std::move(form.body);
  request.content_type = std::move(form.content_type);
  request.bucket = "media";
  request.repeatable = true;  // one too many is dropped by the server
  TRY(channel::ApiAnswer answer, api.call(request));
  TRY(const Json media, channel::parse_json(answer.body));
  const std::string id = channel::text_at(media, "id");
  if (id.empty()) return fail(Kind::corrupt, "the server gives the file no name");
  ApiRequest look;
  look.path = channel::path_of("api/v1/media/{}", {id});
  look.bucket = "media";
  auto wait = kFirstLook;
  // 202 and 206: not ready yet.
  for (int i = 0; answer.status != 200; ++i, wait *= 2) {
    if (i == kLooks) return fail(Kind::unavailable, "the server is still preparing the file");
    std::this_thread::sleep_for(wait);
    TRY(answer, api.call(look));
  }
  return id;
}

}  // namespace

const channel::AttachmentRule kAttachments[3] = {
    {"pictures", "image/jpeg image/png image/gif image/webp image/heic image/avif", 4, 16 << 20, 1500},
    {"video", "video/mp4 video/webm video/quicktime", 1, 99 << 20, 1500},
    {"sound", "audio/mpeg audio/ogg audio/wav audio/flac audio/aac audio/mp4", 1, 99 << 20, 1500}};

Result<Done> check_files(const std::vector<PostFile>& files, const Json& instance) {
  const auto limit = [&](const char* place) { return channel::number_at(instance, place).value_or(0); };
  const auto most = limit("configuration.statuses.max_media_attachments");
  if (most > 0 && static_cast<std::int64_t>(files.size()) > most) {
    return less("this server takes " + std::to_string(most) + " files in one status");
  }
  const Json& types = channel::list_at(instance, "configuration.media_attachments.supported_mime_types");
  for (const PostFile& file : files) {
    const bool known = std::any_of(types.begin(), types.end(), [&](const Json& type) {
      return type.is_string() && channel::is_type_of(file.content_type, type.get_ref<const std::string&>());
    });
    if (!types.empty() && !known) return less("this server takes no files of the type " + file.content_type);
    const bool picture = channel::is_type_of(file.content_type, "image/*");
    const auto bytes = limit(picture ? "configuration.media_attachments.image_size_limit"
                                     : "configuration.media_attachments.video_size_limit");
    if (bytes > 0 && static_cast<std::int64_t>(file.bytes.size()) > bytes) {
      return less("this server takes such files up to " + std::to_string(bytes) + " bytes");
    }
    const auto alt = limit("configuration.media_attachments.description_limit");
    if (alt > 0 && channel::length_of(file.alt, channel::LengthUnit::code_points) > alt) {
      return less("this server takes descriptions of " + std::to_string(alt) + " characters");
    }
  }
  return Done{};
}

Result<std::vector<std::string>> upload(channel::Api& api, const std::vector<PostFile>& files) {
  std::vector<std::string> out;
  for (const PostFile& file : files) {
    auto id = upload_one(api, file);
    if (!id) return std::move(id).error().within("the file \"" + text::printable(file.filename) + "\"");
    out.push_back(*std::move(id));
  }
  return out;
}

}  // namespace amends::connectors::mastodon
