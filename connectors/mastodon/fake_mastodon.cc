#include "connectors/mastodon/fake_mastodon.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/html/html.h"
#include "tests/support/contract.h"

namespace amends::connectors::mastodon {
namespace {

using channel::Json;
using test::SiteAnswer;
using test::SiteRequest;

SiteAnswer error(int status, const char* words) { return {status, channel::dump({{"error", words}}), {}}; }

Json account_of(const std::string& name, const std::string& base, const std::string& bio_link) {
  const std::string url = base + "/@" + name;
  Json fields = Json::array();
  if (name == "guest") {
    fields.push_back({{"name", "Blog"},
                      {"value", "<a href=\"" + bio_link + "\" rel=\"me nofollow\">blog</a>"},
                      {"verified_at", "2025-05-01T10:00:00.000Z"}});
    fields.push_back(
        {{"name", "Claims"}, {"value", "<a href=\"https://bank.example/\">b</a>"}, {"verified_at", nullptr}});
  }
  return {{"id", name == "shop" ? "100" : "200"},
          {"username", name},
          {"acct", name},
          {"display_name", name == "guest" ? "Gerda Gast" : "The Shop"},
          {"note", ""},
          {"url", url},
          {"uri", url},
          {"avatar", url},
          {"avatar_static", url},
          {"header", url},
          {"header_static", url},
          {"created_at", "2024-01-01T00:00:00.000Z"},
          {"bot", false},
          {"locked", false},
          {"group", false},
          {"indexable", true},
          {"followers_count", 3},
          {"following_count", 4},
          {"statuses_count", 5},
          {"emojis", Json::array()},
          {"fields", std::move(fields)}};
}

std::string html_of(const std::string& words) {
  return "<p>" + text::replace_all(html::escape(words), "\n", "</p><p>") + "</p>";
}

Json media_json(const std::string& id, const FakeMastodon::File& file, const FakeMastodon& fake, bool ready) {
  return {{"id", id},
          {"type", "image"},
          {"url", ready ? Json(fake.site.base() + "/media/" + id) : Json()},
          {"preview_url", nullptr},
          {"remote_url", nullptr},
          {"description", file.alt.empty() ? Json() : Json(file.alt)},
          {"blurhash", nullptr},
          {"meta", nullptr}};
}

Json json_of(const FakeMastodon::Status& s, const std::vector<FakeMastodon::Status>& all, const FakeMastodon& fake) {
  const std::string base = fake.site.base();
  const Json author = account_of(s.author, base, fake.bio_link);
  std::string answered_author;
  int replies = 0;
  for (const auto& other : all) {
    if (other.id == s.answers) answered_author = other.author == "shop" ? "100" : "200";
    if (other.answers == s.id && !other.deleted) ++replies;
  }
  const std::string other = s.author == "shop" ? "guest" : "shop";
  Json media = Json::array();
  for (const std::string& id : s.media) media.push_back(media_json(id, fake.file(id), fake, true));
  Json mentions = Json::array();
  if (s.text.find("@" + other) != std::string::npos) {
    mentions.push_back(
        {{"id", other == "shop" ? "100" : "200"}, {"username", other}, {"acct", other}, {"url", base + "/@" + other}});
  }
  const std::string url = base + "/@" + s.author + "/" + s.id;
  return {{"id", s.id},
          {"uri", url},
          {"url", url},
          {"created_at", to_rfc3339(s.written)},
          {"edited_at", s.edited.ms == 0 ? Json() : Json(to_rfc3339(s.edited))},
          {"content", html_of(s.text)},
          {"visibility", s.visibility},
          {"sensitive", !s.warning.empty()},
          {"spoiler_text", s.warning},
          {"language", s.language.empty() ? Json() : Json(s.language)},
          {"in_reply_to_id", s.answers.empty() ? Json() : Json(s.answers)},
          {"in_reply_to_account_id", answered_author.empty() ? Json() : Json(answered_author)},
          {"account", author},
          {"media_attachments", std::move(media)},
          {"mentions", std::move(mentions)},
          {"tags", Json::array()},
          {"emojis", Json::array()},
          {"favourites_count", static_cast<int>(all.size())},  // changes by itself
          {"reblogs_count", 0},
          {"replies_count", replies}};
}

std::int64_t number(const std::string& id) { return id.empty() ? 0 : std::stoll(id); }

// Newest first as the server gives them: with min_id those right behind it, else the newest.
std::vector<FakeMastodon::Status> page_of(std::vector<FakeMastodon::Status> all, const SiteRequest& request) {
  const std::size_t limit = std::min<std::size_t>(40, static_cast<std::size_t>(number(request.q("limit"))));
  const std::int64_t after = number(request.q("min_id")), before = number(request.q("max_id"));
  std::vector<FakeMastodon::Status> out;
  for (const auto& s : all) {
    if (number(s.id) > after && (before == 0 || number(s.id) < before)) out.push_back(s);
  }
  if (out.size() > limit) {
    if (request.q("min_id").empty()) {
      out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limit));
    } else {
      out.resize(limit);
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

FakeMastodon::FakeMastodon() : site(AMENDS_TEST_FOLDER "/contract.json") {
  site.lets_in([this](const SiteRequest& r) { return !locked && r.header("authorization") == "Bearer " + token; });
  site.unauthorized_answer(error(401, "The access token is invalid"));
  const auto list = [this](const std::vector<Status>& some) {
    Json out = Json::array();
    for (const Status& s : some) out.push_back(json_of(s, statuses_, *this));
    return out;
  };
  const auto standing = [this](auto wanted) {
    std::vector<Status> out;
    for (const Status& s : statuses_) {
      if (!s.deleted && wanted(s)) out.push_back(s);
    }
    return out;
  };
  site.on("GET", "/api/v1/accounts/verify_credentials", [this](const SiteRequest&) -> SiteAnswer {
    Json me = account_of("shop", site.base(), bio_link);
    me["source"] = Json::object();
    return {200, channel::dump(me), {}};
  });
  site.on("GET", "/api/v1/accounts/{}/statuses", [=](const SiteRequest& r) -> SiteAnswer {
    const std::string name = r.parts[0] == "100" ? "shop" : "guest";
    return {200, channel::dump(list(page_of(standing([&](const Status& s) { return s.author == name; }), r))), {}};
  });
  site.on("GET", "/api/v1/notifications", [=, this](const SiteRequest& r) -> SiteAnswer {
    Json out = Json::array();
    for (const Status& s : page_of(standing([](const Status& one) { return one.notifies; }), r)) {
      out.push_back({{"id", s.id},
                     {"type", "mention"},
                     {"created_at", to_rfc3339(s.written)},
                     {"group_key", "ungrouped-" + s.id},
                     {"account", account_of(s.author, site.base(), bio_link)},
                     {"status", json_of(s, statuses_, *this)}});
    }
    return {200, channel::dump(out), {}};
  });
  site.on("GET", "/api/v1/statuses", [=, this](const SiteRequest& r) -> SiteAnswer {
    if (!has_list) return error(404, "Not Found");
    if (r.query.count("id[]") > 20) return error(422, "Validation failed");
    return {200,
            channel::dump(list(standing([&](const Status& s) {
              const auto range = r.query.equal_range("id[]");
              return std::any_of(range.first, range.second, [&](const auto& one) { return one.second == s.id; });
            }))),
            {}};
  });
  site.on("GET", "/api/v1/statuses/{}", [this](const SiteRequest& r) -> SiteAnswer {
    const Status* s = find(r.parts[0]);
    if (s == nullptr || s->deleted) return error(404, "Record not found");
    return {200, channel::dump(json_of(*s, statuses_, *this)), {}};
  });
  site.on("GET", "/api/v1/statuses/{}/context", [=](const SiteRequest& r) -> SiteAnswer {
    Json below = list(standing([&](const Status& s) { return s.answers == r.parts[0]; }));
    return {200, channel::dump({{"ancestors", Json::array()}, {"descendants", std::move(below)}}), {}};
  });
  site.on("GET", "/api/v2/instance", [this](const SiteRequest&) -> SiteAnswer {
    const Json statuses = {
        {"max_characters", max_characters}, {"max_media_attachments", 4}, {"characters_reserved_per_url", 23}};
    return {200,
            channel::dump({{"domain", "shop.test"},
                           {"title", "Shop"},
                           {"version", "4.4.0"},
                           {"configuration",
                            {{"statuses", statuses},
                             {"media_attachments",
                              {{"supported_mime_types", Json::array({"image/jpeg", "image/png", "video/mp4"})},
                               {"description_limit", 1500},
                               {"image_size_limit", image_size_limit},
                               {"video_size_limit", 103'809'024}}}}}}),
            {}};
  });
  site.on("POST", "/api/v1/statuses", [this](const SiteRequest& r) { return post(r); });
  site.on("POST", "/api/v2/media", [this](const SiteRequest& r) { return take_file(r); });
  site.on("GET", "/api/v1/media/{}", [this](const SiteRequest& r) -> SiteAnswer {
    const auto file = files_.find(r.parts[0]);
    if (file == files_.end()) return error(404, "Record not found");
    const bool ready = preparing == 0 || --preparing == 0;
    return {ready ? 200 : 206, channel::dump(media_json(file->first, file->second, *this, ready)), {}};
  });
}

std::string FakeMastodon::add(Status status) {
  now_ = now_ + std::chrono::seconds(1);
  status.id = std::to_string(1000 + statuses_.size());
  status.written = now_;
  statuses_.push_back(std::move(status));
  return statuses_.back().id;
}

std::string FakeMastodon::writes(std::string_view words, std::string_view visibility, std::string_view answers,
                                 bool mentions) {
  Status s;
  s.author = "guest";
  s.text = (mentions ? "@shop " : "") + std::string(words);
  s.visibility = visibility;
  s.answers = answers;
  s.language = "en";
  s.notifies = mentions;
  return add(std::move(s));
}

std::string FakeMastodon::we_write(std::string_view words) {
  Status s;
  s.author = "shop";
  s.text = words;
  return add(std::move(s));
}

FakeMastodon::Status* FakeMastodon::find(std::string_view id) {
  const auto it = std::find_if(statuses_.begin(), statuses_.end(), [&](const Status& s) { return s.id == id; });
  return it == statuses_.end() ? nullptr : &*it;
}

std::vector<FakeMastodon::Status> FakeMastodon::ours() const {
  std::vector<Status> out;
  for (const Status& s : statuses_) {
    if (s.author == "shop" && !s.deleted) out.push_back(s);
  }
  return out;
}

SiteAnswer FakeMastodon::post(const SiteRequest& request) {
  const std::string key = request.header("idempotency-key");
  const auto known = keys_.find(key);
  if (known != keys_.end() && now_ - known->second.second < std::chrono::hours(1)) {
    return {200, channel::dump(json_of(*find(known->second.first), statuses_, *this)), {}};
  }
  const auto body = channel::parse_json(request.body);
  if (!body) return error(400, "Bad Request");
  Status s;
  s.author = "shop";
  s.text = channel::text_at(*body, "status");
  s.visibility = channel::text_at(*body, "visibility");
  s.answers = channel::text_at(*body, "in_reply_to_id");
  s.warning = channel::text_at(*body, "spoiler_text");
  for (const Json& id : channel::list_at(*body, "media_ids")) s.media.push_back(id.get<std::string>());
  for (const std::string& id : s.media) {
    const auto file = files_.find(id);
    if (file == files_.end() || file->second.taken || preparing > 0) {
      return error(422, "Cannot attach files that have not finished processing. Try again in a moment!");
    }
  }
  for (const std::string& id : s.media) files_[id].taken = true;
  const Status* answered = s.answers.empty() ? nullptr : find(s.answers);
  if (!s.answers.empty() && (answered == nullptr || answered->deleted)) return error(404, "Record not found");
  const std::string id = add(std::move(s));
  keys_[key] = {id, now_};
  return {200, channel::dump(json_of(*find(id), statuses_, *this)), {}};
}

SiteAnswer FakeMastodon::take_file(const SiteRequest& request) {
  const auto parts = test::decode_multipart(request.body);
  const auto part = [&](const char* name) {
    const auto it = parts.find(name);
    return it == parts.end() ? std::string() : it->second;
  };
  if (part("file").empty()) return error(422, "Validation failed: File can't be blank");
  const std::string id = std::to_string(500 + files_.size());
  const File& file = files_[id] = {part("file"), part("description"), false};
  const bool ready = preparing == 0;
  return {ready ? 200 : 202, channel::dump(media_json(id, file, *this, ready)), {}};
}

}  // namespace amends::connectors::mastodon
