#include "core/app/image_proxy.h"

#include "core/app/picture.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/hmac.h"

namespace amends::app {
namespace {

constexpr std::size_t kSignatureBytes = 16;

Error no_picture() { return fail(Kind::not_found, "this picture can't be shown"); }

}  // namespace

ImageProxy::ImageProxy(net::HttpClient& http, const Clock& clock, const Secret& key, ImageProxyOptions options)
    : http_(http), clock_(clock), key_(crypto::derive_key(key, "remote pictures")), options_(options) {}

std::string ImageProxy::sign(std::string_view url, UserId user) const {
  const crypto::Sha256 mac = crypto::hmac_sha256(key_, std::to_string(user.value) + " " + std::string(url));
  return text::to_base64url(crypto::bytes_of(mac).substr(0, kSignatureBytes));
}

Result<ImageProxy::Image> ImageProxy::fetch(std::string_view url, std::string_view signature, UserId user) {
  const std::string expected = sign(url, user);
  if (signature.size() != expected.size() || !crypto::equal_in_constant_time(signature, expected)) return no_picture();
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = by_url_.find(url); it != by_url_.end() && it->second->until > clock_.ticks()) {
      kept_.splice(kept_.begin(), kept_, it->second);
      ++from_memory_;
      if (!it->second->image.bytes) return no_picture();
      return it->second->image;
    }
    if (running_ >= options_.at_once) {
      return fail(Kind::busy, "too many pictures are being fetched", "try again in a moment");
    }
    ++running_;
    ++fetched_;
  }
  auto image = fetch_now(url);
  const std::lock_guard lock(mutex_);
  --running_;
  keep(std::string(url), image ? *image : Image{}, image ? options_.keep : options_.keep_failure);
  return image;
}

Result<ImageProxy::Image> ImageProxy::fetch_now(std::string_view url) {
  net::HttpRequest request;
  request.url = url;
  request.headers = {{"Accept", "image/png, image/jpeg, image/gif, image/webp"}};
  request.timeout = options_.timeout;
  request.max_bytes = options_.max_bytes;
  request.follow = 3;
  request.follow_to_https = true;
  auto answer = http_.run(request);
  if (!answer || !answer->ok()) {
    log::debug("picture.not_fetched", {{"kind", answer ? "status" : row_of(answer.error().kind).name}});
    return no_picture();
  }
  const auto picture = picture_of(answer->body);
  if (!picture) return no_picture();
  return Image{picture->type, std::make_shared<const std::string>(std::move(answer->body))};
}

// With the lock held.
void ImageProxy::keep(std::string key, const Image& image, std::chrono::milliseconds life) {
  if (const auto it = by_url_.find(key); it != by_url_.end()) {
    bytes_ -= it->second->cost();
    kept_.erase(it->second);
    by_url_.erase(it);
  }
  kept_.push_front({std::move(key), image, clock_.ticks() + life});
  by_url_[kept_.front().key] = kept_.begin();
  bytes_ += kept_.front().cost();
  while (bytes_ > options_.cache_bytes && !kept_.empty()) drop_oldest();
}

void ImageProxy::drop_oldest() {
  bytes_ -= kept_.back().cost();
  by_url_.erase(kept_.back().key);
  kept_.pop_back();
}

ImageProxy::Figures ImageProxy::figures() const {
  const std::lock_guard lock(mutex_);
  return {kept_.size(), bytes_, fetched_, from_memory_};
}

}  // namespace amends::app
