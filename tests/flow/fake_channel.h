// A mail channel whose other side lives in the test: what lies in its mailbox, what it does with what we send, and how
// its parser dies. It takes the place of the built-in connectors in the flow tests.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"

namespace amends::test {

class Remote {
 public:
  enum class Mood {
    serves,         // accepts and says so
    forgets,        // accepts, and the connection breaks before it says so
    hangs_up,       // the connection breaks before the final dot
    refuses,        // 550 for every recipient
    defers,         // 451 for every recipient
    is_down,        // no connection
    wrong_password  // 535
  };

  static Remote& the();
  void reset();

  // Into the mailbox; `received_at` 0: a minute after the one before it.
  void puts(std::string raw, bool own = false, Timestamp received_at = {});
  std::size_t mailbox_size() const;
  std::string last_delivered() const;  // the bytes, or ""
  // How often each Message-ID was accepted.
  std::map<std::string, int> deliveries() const;

  Mood mood = Mood::serves;
  bool files_sent = false;  // its Sent folder shows what it accepted: find() can tell

 private:
  friend class FakeConnector;
  mutable std::mutex mutex_;
  struct Lying {
    std::string raw;
    bool own = false;
    Timestamp received_at;
  };
  std::vector<Lying> mailbox_;
  std::vector<std::pair<std::string, std::string>> delivered_;  // Message-ID, bytes
};

extern const channel::Descriptor kFakeChannel;

}  // namespace amends::test
