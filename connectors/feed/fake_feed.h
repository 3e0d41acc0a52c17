// A site with an RSS feed, played: newest first, with an ETag, and 304 for who knows it already.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "tests/support/site_fake.h"

namespace amends::connectors::feed {

class FakeFeed {
 public:
  FakeFeed();
  // The guid of the entry.
  std::string write(const std::string& text);
  void edit(const std::string& guid, const std::string& text);
  void lock_out();

  test::SiteFake site;
  int unchanged = 0;  // answers of 304; read it when no request is under way

 private:
  std::string xml() const;

  mutable std::mutex mutex_;
  std::map<int, std::string> entries_;
  int version_ = 0;
  bool locked_ = false;
};

}  // namespace amends::connectors::feed
