#include "connectors/email/imap_idle.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cstdint>

#include "connectors/email/imap_folders.h"

namespace amends::connectors::email {

Result<std::unique_ptr<channel::Watch>> ImapWatch::open(std::shared_ptr<const Config> config,
                                                        std::shared_ptr<const net::Interrupt> interrupt) {
  std::unique_ptr<ImapWatch> watch(new ImapWatch(std::move(config), std::move(interrupt)));
  TRY_DO(watch->begin());
  return std::unique_ptr<channel::Watch>(std::move(watch));
}

ImapWatch::~ImapWatch() {
  if (connection_ != nullptr) connection_->logout();
}

Result<Done> ImapWatch::begin() {
  TRY(connection_, ImapConnection::open(config_->imap, interrupt_.get()));
  if (!connection_->offers("IDLE")) {
    return fail(Kind::unsupported, "the server has no IDLE; mail is seen with the next pull");
  }
  TRY(const auto all, list_folders(*connection_));
  const Folder* folder = find_folder(all, config_->folders.front(), personal_prefix(*connection_));
  TRY_DO(examine(*connection_, folder == nullptr ? "INBOX" : folder->wire_name));
  poll_ = net::Fd(::epoll_create1(EPOLL_CLOEXEC));
  bell_ = net::Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  for (const int fd : {connection_->stream().fd(), bell_.get()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return fail(Kind::internal, "epoll takes no socket");
  }
  TRY_DO(idle());
  news_ = true;
  ring();
  return Done{};
}

ImapConnection::Untagged ImapWatch::listener() {
  return [this](Response& response) {
    if (response.name == "EXISTS" || response.name == "RECENT") news_ = true;
    // A BYE, or an end of IDLE that we didn't ask for.
    if (response.name == "BYE" || response.type == Response::Type::tagged) over_ = true;
  };
}

Result<Done> ImapWatch::idle() {
  TRY(tag_, connection_->start_idle(listener()));
  TRY_DO(connection_->read_ready(listener()));
  if (over_) return fail(Kind::unavailable, "the server ended IDLE");
  if (news_) ring();
  return Done{};
}

void ImapWatch::ring() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
}

Result<bool> ImapWatch::readable() {
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto n = ::read(bell_.get(), &rings, sizeof rings);
  TRY_DO(connection_->read_ready(listener()));
  // News that came with the farewell still counts; the farewell is met again with the next call.
  const bool news = std::exchange(news_, false);
  if (over_ && !news) return fail(Kind::unavailable, "the server ended IDLE");
  return news;
}

// DONE and IDLE again: the server sees life before its 30 minutes are over, and we see whether it's there at all.
Result<Done> ImapWatch::renew() {
  TRY_DO(connection_->end_idle(tag_, listener(), net::Deadline::in(config_->imap.silence)));
  return idle();
}

}  // namespace amends::connectors::email
