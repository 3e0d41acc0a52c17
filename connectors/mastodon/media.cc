#include "connectors/mastodon/media.h"

#include <algorithm>
#include <chrono>

#include "core/base/text.h"
#include "core/channel/attachments.h"
#include "core/channel/length.h"
#include "core/channel/multipart.h"

namespace amends::connectors::mastodon {
namespace {

using channel::ApiRequest;
using channel::Json;
using channel::PostFile;

// A video is made ready while we ask, after 0.1, 0.2 and 0.4 s. What takes longer is asked for again with the next try.
constexpr int kLooks = 3;
constexpr std::chrono::milliseconds kFirstLook{100};
// So many answers may wait for their files, each for an hour: servers drop what no status took, after a day at the
// earliest.
constexpr std::size_t kMostKept = 32;
constexpr std::chrono::hours kKeptFor{1};

Error less(const std::string& what) { return fail(Kind::invalid, what, "this server takes less than others"); }

Result<Uploads::File> upload_one(channel::Api& api, const PostFile& file) {
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
  TRY(const channel::ApiAnswer answer, api.call(request));
  TRY(const Json media, channel::parse_json(answer.body));
  std::string id = channel::text_at(media, "id");
  if (id.empty()) return fail(Kind::corrupt, "the server gives the file no name");
  return Uploads::File{std::move(id), answer.status == 200};  // 202: not ready yet
}

Result<Done> await_ready(channel::Api& api, Uploads::File& file) {
  ApiRequest look;
  look.path = channel::path_of("api/v1/media/{}", {file.id});
  look.bucket = "media";
  auto wait = kFirstLook;
  for (int i = 0; !file.ready; ++i, wait *= 2) {
    TRY(const channel::ApiAnswer answer, api.call(look));
    file.ready = answer.status == 200;  // 206: not ready yet
    if (file.ready) break;
    if (i == kLooks) return fail(Kind::unavailable, "the server is still preparing the file");
    TRY_DO(api.pause(wait));
  }
  return Done{};
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

Result<std::vector<std::string>> Uploads::ids_of(channel::Api& api, std::string_view key,
                                                 const std::vector<PostFile>& files, Timestamp now) {
  if (files.empty()) return std::vector<std::string>{};
  std::erase_if(kept_, [&](const auto& one) { return now - one.second.since > kKeptFor; });
  if (kept_.size() >= kMostKept && kept_.find(key) == kept_.end()) kept_.clear();
  Kept& kept = kept_.try_emplace(std::string(key), Kept{now, {}}).first->second;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto here = [&](Error error) {
      return std::move(error).within("the file \"" + text::printable(files[i].filename) + "\"");
    };
    const bool fresh = i == kept.files.size();
    if (fresh) {
      auto file = upload_one(api, files[i]);
      if (!file) return here(std::move(file).error());
      kept.files.push_back(*std::move(file));
    }
    auto ready = await_ready(api, kept.files[i]);
    if (!ready && !fresh && ready.error().kind == Kind::not_found) {
      // The server no longer has what an earlier try uploaded.
      auto file = upload_one(api, files[i]);
      if (!file) return here(std::move(file).error());
      kept.files[i] = *std::move(file);
      ready = await_ready(api, kept.files[i]);
    }
    if (!ready) {
      if (!row_of(ready.error().kind).retry) forget(key);  // a person who tries once more uploads it anew
      return here(std::move(ready).error());
    }
    out.push_back(kept.files[i].id);
  }
  return out;
}

void Uploads::forget(std::string_view key) {
  if (const auto it = kept_.find(key); it != kept_.end()) kept_.erase(it);
}

}  // namespace amends::connectors::mastodon
