#include "core/http/event_stream.h"

#include <algorithm>
#include <utility>

#include "core/http/event_rings.h"

namespace amends::http {
namespace {

constexpr std::string_view kBreaks = "\r\n";

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    // A NUL in an id makes the client drop the id.
    if (kBreaks.find(c) == kBreaks.npos && c != '\0') out.push_back(c);
  }
  out.push_back('\n');
}

}  // namespace

std::string format(const Event& event) {
  std::string out;
  if (!event.id.empty()) append_line(out, "id", event.id);
  if (!event.event.empty()) append_line(out, "event", event.event);
  if (!event.event.empty() && event.data.empty()) append_line(out, "data", {});
  std::string_view rest = event.data;
  while (!rest.empty()) {
    const auto end = rest.find_first_of(kBreaks);
    append_line(out, "data", rest.substr(0, end));
    if (end == rest.npos) break;
    const bool pair = rest.compare(end, 2, "\r\n") == 0;
    rest.remove_prefix(end + (pair ? 2 : 1));
    if (rest.empty()) append_line(out, "data", {});  // the text ended with a break, which the client puts back
  }
  out.push_back('\n');
  return out;
}

std::string format_retry(std::uint32_t milliseconds) { return "retry: " + std::to_string(milliseconds) + "\n\n"; }

EventStream::~EventStream() {
  if (rings_) rings_->waiting_ -= counted_;
}

void EventStream::count() {
  if (!rings_) return;
  const std::size_t now = waiting_.size() - taken_;
  rings_->waiting_ += now - counted_;  // wraps around when there is less
  counted_ = now;
}

bool EventStream::push(std::string_view bytes) {
  std::unique_lock held(mutex_);
  if (closed_) return false;
  if (waiting_.size() - taken_ + bytes.size() > ring_) {
    waiting_ += overflow_;
    count();
    close_and_tell(held);
    return false;
  }
  if (taken_ > waiting_.size() / 2) {
    waiting_.erase(0, taken_);
    taken_ = 0;
  }
  waiting_ += bytes;
  count();
  if (!std::exchange(told_, true) && wake_) wake_();
  if (!rings_ || rings_->waiting_ <= rings_->most_) return true;
  held.unlock();
  rings_->relieve();
  return !closed();
}

void EventStream::give_up() {
  std::unique_lock held(mutex_);
  std::string rest;
  if (!last_taken_.empty() && last_taken_ != "\n\n") {
    const std::string from = last_taken_ + waiting_.substr(taken_, std::string::npos);
    const auto end = from.find("\n\n");
    if (end != from.npos) rest = from.substr(last_taken_.size(), end + 2 - last_taken_.size());
  }
  waiting_ = rest + overflow_;
  waiting_.shrink_to_fit();
  taken_ = 0;
  count();
  ++rings_->given_up_;
  if (!closed_) close_and_tell(held);
}

void EventStream::close() {
  std::unique_lock held(mutex_);
  if (!closed_) close_and_tell(held);
}

void EventStream::close_and_tell(std::unique_lock<std::mutex>& held) {
  closed_ = true;
  if (!std::exchange(told_, true) && wake_) wake_();
  const auto callback = std::exchange(on_close_, nullptr);
  held.unlock();
  if (callback) callback();
}

bool EventStream::closed() const {
  const std::lock_guard held(mutex_);
  return closed_;
}

std::size_t EventStream::pending() const {
  const std::lock_guard held(mutex_);
  return waiting_.size() - taken_;
}

void EventStream::on_close(std::function<void()> callback) {
  {
    const std::lock_guard held(mutex_);
    if (!closed_) {
      on_close_ = std::move(callback);
      return;
    }
  }
  callback();
}

void EventStream::attach(std::function<void()> wake) {
  const std::lock_guard held(mutex_);
  wake_ = std::move(wake);
  told_ = false;
  if (!waiting_.empty() || closed_) {
    told_ = true;
    wake_();
  }
}

std::string EventStream::take(std::size_t most, bool& last) {
  const std::lock_guard held(mutex_);
  std::string out;
  if (taken_ == 0 && waiting_.size() <= most) {
    out.swap(waiting_);
  } else {
    out = waiting_.substr(taken_, most);
    taken_ += out.size();
    if (taken_ == waiting_.size()) {
      std::string().swap(waiting_);
      taken_ = 0;
    }
  }
  last_taken_ = (last_taken_ + out.substr(out.size() - std::min<std::size_t>(out.size(), 2)));
  if (last_taken_.size() > 2) last_taken_.erase(0, last_taken_.size() - 2);
  count();
  // What is left will be taken without another word.
  told_ = !waiting_.empty();
  last = closed_ && waiting_.empty();
  return out;
}

void EventStream::detach() {
  std::unique_lock held(mutex_);
  wake_ = nullptr;
  std::string().swap(waiting_);
  taken_ = 0;
  count();
  if (!closed_) close_and_tell(held);
}

}  // namespace amends::http
