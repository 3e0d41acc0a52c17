#include "connectors/google_play/wire.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/json.h"

namespace amends::connectors::google_play {
namespace {

using channel::Json;
using channel::text_at;

// {"seconds": "1795253400", "nanos": 45000000}
Timestamp moment_at(const Json& json, std::string_view path) {
  const Json& given = channel::at(json, path);
  const auto seconds = channel::number_at(given, "seconds");
  if (!seconds) return {};
  return {*seconds * 1000 + channel::number_at(given, "nanos").value_or(0) / 1'000'000};
}

// A user who edits leaves one comment, the last; the developer's is beside it.
const Json& said_by(const Json& review, const char* who) {
  static const Json kNothing;
  const Json* found = &kNothing;
  for (const Json& comment : channel::list_at(review, "comments")) {
    if (comment.is_object() && comment.contains(who) && comment[who].is_object()) found = &comment[who];
  }
  return *found;
}

std::optional<channel::ReviewPieces> pieces_of(const Json& review, std::string_view package) {
  const std::string id = text_at(review, "reviewId");
  Json user = said_by(review, "userComment");
  if (id.empty() || id.find_first_of("/;") != id.npos || !user.is_object()) return {};
  const std::string name = std::string(package) + "/" + id;
  channel::ReviewPieces out;
  const Timestamp at = moment_at(user, "lastModified");
  if (const Json& developer = said_by(review, "developerComment"); developer.is_object()) {
    const Timestamp replied = moment_at(developer, "lastModified");
    out.reply = channel::ReviewPiece{name + "/reply", channel::dump(Json{{"reply", developer}, {"review", name}}),
                                     replied, replied, true};
  }
  // Votes change by themselves.
  user.erase("thumbsUpCount");
  user.erase("thumbsDownCount");
  Json kept = review;
  kept["comments"] = Json::array({Json{{"userComment", user}}});
  out.review = {name, channel::dump(Json{{"package", package}, {"review", kept}}), at, at, false};
  out.order = at;
  return out;
}

// "Crashes\tEvery time I open it": a title, where the user wrote one, is parted from the text by a tab.
void read_text(std::string words, model::Content& out) {
  words = std::string(text::trim(words));
  if (const auto tab = words.find('\t'); tab != words.npos && tab > 0) {
    out.subject = text::squeeze(std::string_view(words).substr(0, tab));
    words = std::string(text::trim(std::string_view(words).substr(tab + 1)));
  }
  out.text = std::move(words);
  out.reply_text = out.text;
}

void note(model::Content& out, std::string_view label, const std::string& value) {
  if (!value.empty()) out.notes.push_back(std::string(label) + ": " + text::excerpt(text::squeeze(value), 100));
}

void note_device(const Json& user, model::Content& out) {
  std::string device = text_at(user, "deviceMetadata.productName");
  if (device.empty()) device = text_at(user, "device");
  note(out, "device", device);
  note(out, "Android SDK", text_at(user, "androidOsVersion"));
  std::string version = text_at(user, "appVersionName");
  if (const std::string code = text_at(user, "appVersionCode"); !code.empty())
    version += version.empty() ? code : " (" + code + ")";
  note(out, "app version", version);
}

model::Content content_of_review(const Json& json) {
  const Json& review = json["review"];
  const Json& user = said_by(review, "userComment");
  const std::string package = text_at(json, "package");
  model::Content out;
  out.kind = model::MessageKind::review;
  out.message_id = package + "/" + text_at(review, "reviewId");
  out.author.name = text::squeeze(text_at(review, "authorName"));
  // Users have a name and no id; each has one review of an app, so its name tells them apart.
  if (!out.author.name.empty() && out.author.name != "A Google user") out.author.handle = out.message_id;
  const std::string original = text_at(user, "originalText");
  read_text(original.empty() ? text_at(user, "text") : original, out);
  if (!original.empty()) out.notes.push_back("Google's translation: " + text_at(user, "text"));
  const auto stars = channel::number_at(user, "starRating");
  if (stars && *stars >= 1 && *stars <= 5) out.rating = static_cast<double>(*stars);
  // "en", "pt_BR": of the device, as a rule also of the words.
  const std::string language = text_at(user, "reviewerLanguage");
  out.language = text::ascii_lower(language.substr(0, language.find_first_of("_-")));
  if (out.language.size() > 3) out.language.clear();
  out.date = moment_at(user, "lastModified");
  out.permalink = "https://play.google.com/store/apps/details?id=" + channel::percent_encode(package) +
                  "&reviewId=" + channel::percent_encode(text_at(review, "reviewId"));
  out.location = package;
  note_device(user, out);
  out.version = channel::version_of(*out.date);
  return out;
}

model::Content content_of_reply(const Json& reply, const std::string& review) {
  model::Content out;
  out.kind = model::MessageKind::comment;
  out.message_id = review + "/reply";
  out.in_reply_to = {review};
  out.date = moment_at(reply, "lastModified");
  out.text = std::string(text::trim(text_at(reply, "text")));
  out.reply_text = out.text;
  out.moderation = model::Moderation::published;
  if (const auto name = name_of(review)) out.location = name->package;
  out.version = channel::version_of(*out.date);
  return out;
}

}  // namespace

Result<channel::ReviewPage> read_reviews(std::string_view body, std::string_view package) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of reviews is no object");
  channel::ReviewPage out;
  for (const Json& review : channel::list_at(json, "reviews")) {
    if (auto pieces = pieces_of(review, package)) {
      out.reviews.push_back(*std::move(pieces));
    } else {
      out.notes.emplace_back("a review without words of a user was left out");
    }
  }
  out.next = text_at(json, "tokenPagination.nextPageToken");
  return out;
}

Result<channel::ReviewPieces> read_review(std::string_view body, std::string_view package) {
  TRY(const Json json, channel::parse_json(body));
  if (auto pieces = pieces_of(json, package)) return *std::move(pieces);
  return fail(Kind::corrupt, "the answer is no review");
}

Result<model::Content> parse_item(const model::Item& item) {
  if (auto gone = channel::read_tombstone(item.raw)) return *std::move(gone);
  TRY(const Json json, channel::parse_json(item.raw));
  model::Content out;
  if (json.contains("reply")) {
    out = content_of_reply(json["reply"], text_at(json, "review"));
    out.author.name = item.place;
  } else if (json.contains("review") && json["review"].is_object()) {
    out = content_of_review(json);
  } else {
    return fail(Kind::invalid, "neither a review nor a reply");
  }
  if (!name_of(out.message_id)) return fail(Kind::invalid, "the review has no proper name");
  if (!item.place.empty()) out.location = item.place;
  out.visibility = model::Visibility::public_;
  out.auth.from_verified = true;
  out.from = {out.author};
  return out;
}

std::string reply_body(std::string_view text) { return channel::dump(Json{{"replyText", text}}); }

std::optional<std::string> reply_in(std::string_view review_body) {
  const auto json = channel::parse_json(review_body);
  if (!json) return {};
  std::string words = text_at(said_by(*json, "developerComment"), "text");
  if (words.empty()) return {};
  return words;
}

std::optional<ReviewName> name_of(std::string_view external_id) {
  const std::string name = channel::review_of(external_id);
  const auto slash = name.find('/');
  if (slash == name.npos || name.find('/', slash + 1) != name.npos) return {};
  ReviewName out{name.substr(0, slash), name.substr(slash + 1)};
  if (!is_package(out.package) || out.review.empty()) return {};
  return out;
}

bool is_package(std::string_view name) {
  const auto fits = [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '_' || c == '.'; };
  return !name.empty() && name.size() < 200 && std::all_of(name.begin(), name.end(), fits) && name.front() != '.' &&
         name.find('.') != name.npos && name.find("..") == name.npos && name.back() != '.';
}

std::optional<Error> read_refusal(int status, std::string_view body) {
  if (status != 401 && status != 403) return {};
  const auto json = channel::parse_json(body);
  if (!json) return {};
  const std::string message = text::excerpt(text_at(*json, "error.message"), 300);
  if (message.find("has not been used in project") != message.npos)
    return fail(Kind::rejected, "Google: the API is switched off in the project: " + message,
                "Enable the Google Play Android Developer API in the Google Cloud console.");
  if (status == 401 && message.find("does not have sufficient permissions") == message.npos) return {};
  return fail(
      Kind::rejected, "Google: " + (message.empty() ? "refused" : message),
      "Invite the service account in the Play Console (Users and permissions) with \"View app information\" and "
      "\"Reply to reviews\" for this app; it takes up to a day until it counts.");
}

}  // namespace amends::connectors::google_play
