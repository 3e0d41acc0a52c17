// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): one open response to one client
// that anybody may push to. It costs no thread; the server's loop writes. A handler makes one, keeps a copy of the
// pointer, and returns it in Response::events; the server sets Content-Type and Cache-Control, and sends a comment
// every 15 s (Timeouts::heartbeat) so that neither proxies nor dead clients go unnoticed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace amends::http {

// One event as bytes. Line breaks (CR, LF, CRLF) in `data` start a new data line; `id` and `event` lose theirs. An
// event with a name and no data still has an empty data line, because clients drop an event that has none; an id alone
// only moves the client's last id.
struct Event {
  std::string_view id = {};
  std::string_view event = {};
  std::string_view data = {};
};
std::string format(const Event& event);
// How long a client waits until it connects again.
std::string format_retry(std::uint32_t milliseconds);

class EventRings;

// Threads: any. Every call returns without waiting for the client.
class EventStream {
 public:
  static constexpr std::size_t kRing = std::size_t{256} * 1024;

  // `overflow` is the last the client gets when it doesn't read fast enough and `ring` bytes wait for it: an event that
  // says it has missed something. Then the stream is closed.
  explicit EventStream(std::string overflow = {}, std::size_t ring = kRing)
      : overflow_(std::move(overflow)), ring_(ring) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream();

  // Whole events only. False when the stream is closed or this push has overflowed it; then the bytes are not sent.
  // Pushing before the handler has returned is fine: the bytes follow the header.
  bool push(std::string_view bytes);
  // What waits is still sent. Any number of times.
  void close();
  bool closed() const;
  // Bytes that were pushed and not taken by the connection yet: whoever has much to tell waits while there are many.
  std::size_t pending() const;
  // Called once, when the stream has been closed by either side or by the server's end; at once when it is closed
  // already. On the thread that closes it (the server's loop, or whoever calls push or close), so it must be quick and
  // must not wait. A second callback takes the place of the first.
  void on_close(std::function<void()> callback);

  // What the server's loop uses.
  // `wake` is called, from any thread, when there is something to take or the stream has closed.
  void attach(std::function<void()> wake);
  // What waits, at most `most` bytes; true in `last` when nothing will follow.
  std::string take(std::size_t most, bool& last);
  // The connection is gone: nothing will be taken any more, and `wake` is forgotten.
  void detach();

 private:
  friend class EventRings;
  void close_and_tell(std::unique_lock<std::mutex>& held);
  // For EventRings: what waits goes, but for the rest of an event that was begun; then `overflow`, and the end.
  void give_up();
  void count();

  mutable std::mutex mutex_;
  std::string overflow_;
  std::string waiting_;
  std::size_t ring_;
  std::size_t taken_ = 0;  // of waiting_
  bool closed_ = false;
  bool told_ = false;                  // wake was called since the last take
  std::string last_taken_;             // its last two bytes: whether an event is under way
  std::shared_ptr<EventRings> rings_;  // null: it stands alone
  std::size_t counted_ = 0;            // bytes of ours in rings_
  std::function<void()> wake_;
  std::function<void()> on_close_;
};

}  // namespace amends::http
