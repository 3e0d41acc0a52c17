#include "connectors/feed/fake_feed.h"

#include "core/html/html.h"

namespace amends::connectors::feed {

using test::SiteAnswer;
using test::SiteRequest;

FakeFeed::FakeFeed() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.on("GET", "/feed.xml", [this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    if (locked_) return SiteAnswer{403, R"({"error":"no"})"};
    const std::string etag = "\"v" + std::to_string(version_) + "\"";
    if (request.header("if-none-match") == etag) {
      ++unchanged;
      return SiteAnswer{304, "", {{"ETag", etag}}};
    }
    return SiteAnswer{200, xml(), {{"Content-Type", "application/rss+xml; charset=utf-8"}, {"ETag", etag}}};
  });
}

std::string FakeFeed::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  const int number = static_cast<int>(entries_.size()) + 1;
  entries_[number] = text;
  ++version_;
  return "tag:blog.example,2026:" + std::to_string(number);
}

void FakeFeed::edit(const std::string& guid, const std::string& text) {
  const std::lock_guard lock(mutex_);
  entries_[std::stoi(guid.substr(guid.rfind(':') + 1))] = text;
  ++version_;
}

void FakeFeed::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}

std::string FakeFeed::xml() const {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Kettle blog</title>"
      "<link>https://blog.example/</link><description>About kettles</description><language>en-gb</language>";
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    const std::string number = std::to_string(entry->first);
    // Markup inside XML: escaped twice.
    out += "<item><title>Entry " + number + "</title><link>https://blog.example/" + number +
           "</link><guid isPermaLink=\"false\">tag:blog.example,2026:" + number +
           "</guid><pubDate>Thu, 01 Jan 2026 08:" + (entry->first % 60 < 10 ? "0" : "") +
           std::to_string(entry->first % 60) + ":00 GMT</pubDate><description>" +
           html::escape("<p>" + html::escape(entry->second) + "</p>") + "</description></item>";
  }
  return out + "</channel></rss>";
}

}  // namespace amends::connectors::feed
