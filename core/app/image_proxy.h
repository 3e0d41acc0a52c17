// Remote pictures in mails, fetched by us: whoever sent the mail learns neither the reader's address nor what program
// reads it, and no address inside our network is asked on their behalf (core/net/http_client.h). Only a URL that we
// signed for this very user is fetched, so this is no proxy for anything else.
//
// Without cookies and credentials; at most 10 MiB; a picture by its own bytes (core/app/picture.h), whatever its server
// says. What was fetched is kept in memory for a while, so that a page that is drawn again asks nobody.
//
// Threads: any; fetch() blocks its caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"

namespace amends::app {

struct ImageProxyOptions {
  std::size_t max_bytes = 10u << 20;
  std::size_t cache_bytes = 64u << 20;
  std::chrono::milliseconds keep{3'600'000};
  std::chrono::milliseconds keep_failure{60'000};
  std::chrono::milliseconds timeout{15'000};
  int at_once = 6;
};

class ImageProxy {
 public:
  struct Image {
    std::string_view type;  // "image/png"
    std::shared_ptr<const std::string> bytes;
  };

  // Borrows client and clock. Signatures are good as long as the same key is given.
  ImageProxy(net::HttpClient& http, const Clock& clock, const Secret& key, ImageProxyOptions options = {});

  // For a page that is made for this user.
  std::string sign(std::string_view url, UserId user) const;
  // not_found: not signed for this user, refused, unreachable, too large or no picture, all alike: the sender of a mail
  // must not be able to map our network by it. busy: too many at once.
  Result<Image> fetch(std::string_view url, std::string_view signature, UserId user);

  struct Figures {
    std::size_t kept = 0, kept_bytes = 0;
    std::uint64_t fetched = 0, served_from_memory = 0;
  };
  Figures figures() const;

 private:
  struct Kept {
    std::string key;
    Image image;  // no bytes: it could not be fetched
    std::chrono::milliseconds until;
    std::size_t cost() const { return key.size() + (image.bytes ? image.bytes->size() : 0) + 200; }
  };

  Result<Image> fetch_now(std::string_view url);
  void keep(std::string key, const Image& image, std::chrono::milliseconds life);
  void drop_oldest();

  net::HttpClient& http_;
  const Clock& clock_;
  const Secret key_;
  const ImageProxyOptions options_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // the one used last in front
  std::map<std::string, std::list<Kept>::iterator, std::less<>> by_url_;
  std::size_t bytes_ = 0;
  int running_ = 0;
  std::uint64_t fetched_ = 0, from_memory_ = 0;
};

}  // namespace amends::app
