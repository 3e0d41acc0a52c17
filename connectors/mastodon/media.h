// Files that go with a status: uploaded before it (POST /api/v2/media), named in it. Nobody sees them until then, and
// the server drops those that no status took. Threads: as the account's.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
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

// What was uploaded for answers that haven't gone yet, so that a try that came too early is followed by one that
// uploads nothing twice. In memory only: after a restart the files are uploaded anew, and the server drops the others.
class Uploads {
 public:
  struct File {
    std::string id;
    bool ready = false;
  };

  // The ids of the files of the answer with this key, in their order. unavailable: the server is still at work on one,
  // or we are interrupted; what was uploaded is kept for the next try.
  Result<std::vector<std::string>> ids_of(channel::Api& api, std::string_view key,
                                          const std::vector<channel::PostFile>& files, Timestamp now);
  // A status took them.
  void forget(std::string_view key);

 private:
  struct Kept {
    Timestamp since;
    std::vector<File> files;
  };
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace amends::connectors::mastodon
