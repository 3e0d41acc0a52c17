#include "connectors/reddit/fake_reddit.h"

#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "tests/support/contract.h"

namespace amends::connectors::reddit {
namespace {

using channel::Json;
using test::SiteAnswer;
using test::SiteRequest;
using Thing = FakeReddit::Thing;

SiteAnswer error(int status, const char* words) {
  return {status, channel::dump({{"message", words}, {"error", status}}), {}};
}

// `full`: as api/info and a profile give it; else as the inbox does.
Json json_of(const Thing& t, bool full) {
  Json data = {{"name", t.name},
               {"id", t.name.substr(3)},
               {"author", t.deleted ? "[deleted]" : t.author},
               {"created_utc", static_cast<double>(t.written.ms / 1000)},
               {"score", 1 + static_cast<int>(t.name.size())}};
  const std::string words = t.deleted ? "[deleted]" : t.words;
  if (t.name[1] == '3') {
    data["title"] = t.title;
    data["selftext"] = words;
    data["is_self"] = true;
    data["subreddit"] = "shops";
    data["permalink"] = "/r/shops/comments/" + t.name.substr(3) + "/title/";
    data["edited"] = t.edited.ms == 0 ? Json(false) : Json(static_cast<double>(t.edited.ms / 1000));
  } else {
    data["body"] = words;
    if (!t.parent.empty()) data["parent_id"] = t.parent;
    if (t.name[1] == '1') data["subreddit"] = "shops";
  }
  if (t.name[1] == '1' && full) {
    data["edited"] = t.edited.ms == 0 ? Json(false) : Json(static_cast<double>(t.edited.ms / 1000));
    data["link_id"] = "t3_root";
    data["permalink"] = "/r/shops/comments/root/title/" + t.name.substr(3) + "/";
  }
  if (t.name[1] == '1' && !full) {
    data["type"] = t.type;
    data["link_title"] = "Which shop?";
    data["context"] = "/r/shops/comments/root/title/" + t.name.substr(3) + "/?context=3";
  }
  return {{"kind", t.name.substr(0, 2)}, {"data", std::move(data)}};
}

SiteAnswer listing(std::vector<const Thing*> all, const SiteRequest& r, bool full) {
  std::reverse(all.begin(), all.end());
  const std::size_t limit = r.q("limit").empty() ? 25 : std::stoul(r.q("limit"));
  auto from = all.begin();
  if (const std::string after = r.q("after"); !after.empty()) {
    from = std::find_if(all.begin(), all.end(), [&](const Thing* t) { return t->name == after; });
    if (from != all.end()) ++from;
  }
  Json children = Json::array();
  std::string last;
  for (; from != all.end() && children.size() < limit; ++from) {
    children.push_back(json_of(**from, full));
    last = (*from)->name;
  }
  const bool more = from != all.end();
  return {200,
          channel::dump({{"kind", "Listing"},
                         {"data", {{"after", more ? Json(last) : Json()}, {"children", std::move(children)}}}}),
          {{"x-ratelimit-remaining", "999.0"}, {"x-ratelimit-reset", "53"}}};
}

}  // namespace

FakeReddit::FakeReddit() : site(AMENDS_TEST_FOLDER "/contract.json") {
  const auto those = [this](const std::function<bool(const Thing&)>& wanted) {
    std::vector<const Thing*> out;
    for (const Thing& t : things_) {
      if (wanted(t)) out.push_back(&t);
    }
    return out;
  };
  site.lets_in([this](const SiteRequest& r) {
    if (r.path == "/api/v1/access_token") return r.header("authorization").rfind("Basic ", 0) == 0;
    return !locked && r.header("authorization") == "Bearer " + access();
  });
  site.unauthorized_answer(error(401, "Unauthorized"));
  site.on("POST", "/api/v1/access_token", [this](const SiteRequest& r) -> SiteAnswer {
    const auto form = test::decode_form(r.body);
    const auto token = form.find("refresh_token");
    if (locked || token == form.end() || token->second != kRefresh) {
      return {400, R"({"error":"invalid_grant"})", {}};
    }
    ++session_;
    return {200,
            channel::dump({{"access_token", access()},
                           {"token_type", "bearer"},
                           {"expires_in", 86400},
                           {"scope", "identity read privatemessages submit history"}}),
            {}};
  });
  site.on("GET", "/message/inbox", [=](const SiteRequest& r) {
    return listing(those([](const Thing& t) { return !t.type.empty() && !t.deleted; }), r, false);
  });
  site.on("GET", "/message/sent", [=](const SiteRequest& r) {
    return listing(those([](const Thing& t) { return t.author == "ShopHelp" && t.name[1] == '4'; }), r, false);
  });
  site.on("GET", "/user/{}/comments", [=](const SiteRequest& r) {
    return listing(those([&](const Thing& t) { return t.author == r.parts[0] && t.name[1] == '1' && !t.deleted; }), r,
                   true);
  });
  const auto search = [=](const SiteRequest& r) {
    return listing(
        those([&](const Thing& t) { return t.name[1] == '3' && !t.deleted && t.title.find(r.q("q")) != t.title.npos; }),
        r, true);
  };
  site.on("GET", "/search", search);
  site.on("GET", "/r/{}/search", search);
  site.on("GET", "/api/info", [=](const SiteRequest& r) {
    SiteRequest all = r;
    all.query.emplace("limit", "100");
    const std::string ids = "," + r.q("id") + ",";
    return listing(those([&](const Thing& t) { return ids.find("," + t.name + ",") != ids.npos; }), all, true);
  });
  site.on("GET", "/api/v1/me", [](const SiteRequest&) -> SiteAnswer {
    return {200, R"({"name":"ShopHelp","id":"abc","is_suspended":false})", {}};
  });
  site.on("POST", "/api/comment", [this](const SiteRequest& r) { return comment(r); });
}

std::string FakeReddit::add(const char* kind, Thing thing) {
  now_ = now_ + std::chrono::seconds(1);
  thing.written = now_;
  thing.name = std::string(kind) + "_x" + std::to_string(things_.size());
  things_.push_back(std::move(thing));
  return things_.back().name;
}

std::string FakeReddit::writes(std::string_view words, std::string_view type) {
  Thing t;
  t.author = "Gerda_Gast";
  t.words = words;
  t.parent = "t1_parent";
  t.type = type;
  return add("t1", std::move(t));
}

std::string FakeReddit::posts(std::string_view title, std::string_view words) {
  Thing t;
  t.author = "Gerda_Gast";
  t.title = title;
  t.words = words;
  return add("t3", std::move(t));
}

std::string FakeReddit::messages(std::string_view words) {
  Thing t;
  t.author = "Gerda_Gast";
  t.words = words;
  t.type = "unknown";
  return add("t4", std::move(t));
}

Thing* FakeReddit::find(std::string_view name) {
  const auto it = std::find_if(things_.begin(), things_.end(), [&](const Thing& t) { return t.name == name; });
  return it == things_.end() ? nullptr : &*it;
}

std::vector<Thing> FakeReddit::ours() const {
  std::vector<Thing> out;
  for (const Thing& t : things_) {
    if (t.author == "ShopHelp" && !t.deleted) out.push_back(t);
  }
  return out;
}

SiteAnswer FakeReddit::comment(const SiteRequest& request) {
  const auto form = test::decode_form(request.body);
  const std::string parent = form.find("thing_id")->second;
  std::string errors = std::exchange(next_error, "");
  const Thing* answered = find(parent);
  if (errors.empty() && (answered == nullptr || answered->deleted)) {
    errors = R"({"errors":[["DELETED_COMMENT","that comment has been deleted","parent"]]})";
  }
  if (!errors.empty()) return {200, R"({"json":)" + errors + "}", {}};
  Thing t;
  t.author = "ShopHelp";
  t.words = form.find("text")->second;
  t.parent = parent;
  const std::string name = add(parent.substr(0, 2) == "t4" ? "t4" : "t1", std::move(t));
  const Json data = {{"things", Json::array({json_of(*find(name), true)})}};
  return {200, channel::dump({{"json", {{"errors", Json::array()}, {"data", data}}}}), {}};
}

}  // namespace amends::connectors::reddit
