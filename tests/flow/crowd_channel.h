// A channel of which a hub has many accounts, each with a mood of its own: what it does with us is a setting. Its
// sister "consent" is the same behind a person's consent (OAuth), with a site that the test plays.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "core/channel/connector.h"
#include "core/channel/descriptor.h"

namespace amends::test {

// What all accounts of the crowd did.
class Crowd {
 public:
  static Crowd& the();
  void reset();

  std::map<std::string, int> pulls() const;  // by place
  std::map<std::string, int> sends() const;
  std::set<std::string> passwords() const;  // that pulls were made with
  int most_at_once() const;                 // rounds
  int most_at_once_of_one() const;          // pulls of one account
  std::size_t threads() const;              // that did them
  int interrupted() const;
  // Until `done` of what happened holds; false after ten seconds.
  bool wait(const std::function<bool()>& done);

  std::int64_t remote_count = 0;

 private:
  friend class CrowdConnector;
  void begin(const std::string& place);
  void end(const std::string& place);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> pulls_, sends_, busy_;
  std::set<std::string> passwords_;
  std::set<std::thread::id> threads_;
  int now_ = 0, most_ = 0, most_of_one_ = 0, interrupted_ = 0;
};

extern const channel::Descriptor kCrowdChannel;
extern const channel::Descriptor kConsentChannel;

}  // namespace amends::test
