// Files that go with a status: uploaded before it (POST /api/v2/media), named in it. Nobody sees them until then, and
// the server drops those that no status took. Threads: as the account's.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/post.h"

namespace amends::connectors::mastodon {

// What a server takes unless it says otherwise (docs.joinmastodon.org/user/posting, 2026-11-22).
extern const channel::AttachmentRule kAttachments[3];

// invalid where this server (configuration of /api/v2/instance) takes less than others.
Result<Done> check_files(const std::vector<channel::PostFile>& files, const channel::Json& instance);

// The ids of the files, in their order. unavailable: the server is still at work on one.
Result<std::vector<std::string>> upload(channel::Api& api, const std::vector<channel::PostFile>& files);

}  // namespace amends::connectors::mastodon
