#include "core/channel/review_book.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::channel {
namespace {

constexpr std::string_view kReply = "/reply";
// One reading asks for at most so many by name; the others are still missing the next time.
constexpr std::size_t kMostAskedFor = 50;

bool is_reply(std::string_view id) {
  return id.size() > kReply.size() && id.substr(id.size() - kReply.size()) == kReply;
}

std::int64_t millis(std::chrono::seconds s) { return std::chrono::milliseconds(s).count(); }

void deliver(const std::vector<ReviewPiece>& pieces, const ReviewPlace& place, Page& out) {
  for (const ReviewPiece& piece : pieces) out.items.push_back(item_of(piece, place.title));
}

// Who is missing in the list may only have slipped between two pages: asked for by name, it can't.
Result<Done> ask_for_missing(const ReviewPlace& place, Progress& progress, const ReviewSite& site, Page& out) {
  if (!site.get) return Done{};
  std::vector<std::string> missing = progress.missing();
  missing.resize(std::min(missing.size(), kMostAskedFor));
  for (const std::string& id : missing) {
    const auto pieces = site.get(id);
    if (pieces) {
      deliver(progress.news(*pieces), place, out);
    } else if (pieces.error().kind == Kind::not_found) {
      deliver(progress.gone(id), place, out);
    } else {
      return Error(pieces.error());
    }
  }
  return Done{};
}

// True: the place wants another page.
Result<bool> read_page(const ReviewPlace& place, Progress& progress, const ReviewSite& site, bool others, Timestamp now,
                       Page& out) {
  progress.plan(now, site);
  auto page = site.list(place, progress.reading->token);
  if (!page && page.error().kind == Kind::invalid && !progress.reading->token.empty()) {
    // Tokens grow old. From the top again; who was seen stays seen.
    progress.reading->token.clear();
    page = site.list(place, "");
  }
  if (!page) {
    const Kind kind = page.error().kind;
    if (!others || (kind != Kind::rejected && kind != Kind::not_found && kind != Kind::invalid))
      return Error(page.error());
    out.notes.push_back(place.title + ": " + page.error().what);
    progress.reading.reset();
    return false;
  }
  for (const auto& review : page->reviews) deliver(progress.news(review), place, out);
  out.notes.insert(out.notes.end(), page->notes.begin(), page->notes.end());
  if (progress.turn(*page)) return true;
  TRY_DO(ask_for_missing(place, progress, site, out));
  return progress.end(now, site);
}

}  // namespace

ReviewPiece tombstone(std::string_view external_id, Timestamp last) {
  const Json json = {{"deleted", external_id}, {"version", version_of(last, 9)}};
  return {std::string(external_id), dump(json), last, last, is_reply(external_id)};
}

std::optional<model::Content> read_tombstone(std::string_view raw) {
  const auto json = parse_json(raw);
  if (!json) return {};
  model::Content out;
  out.message_id = text_at(*json, "deleted");
  if (out.message_id.empty()) return {};
  out.kind = is_reply(out.message_id) ? model::MessageKind::comment : model::MessageKind::review;
  if (is_reply(out.message_id)) out.in_reply_to = {review_of(out.message_id)};
  out.visibility = model::Visibility::public_;
  out.auth.from_verified = true;
  out.from = {out.author};
  out.version = text_at(*json, "version");
  out.deleted = true;
  return out;
}

std::string version_of(Timestamp at, int state) { return std::to_string(at.ms * 10 + state); }

std::string review_of(std::string_view external_id) {
  std::string_view id = external_id.substr(0, external_id.find(';'));
  if (is_reply(id)) id.remove_suffix(kReply.size());
  return std::string(id);
}

model::Item item_of(const ReviewPiece& piece, std::string_view place) {
  return {piece.external_id, piece.raw, std::string(place), piece.own, piece.at};
}

std::vector<ReviewPlace> places_of(const std::vector<std::string>& setting) {
  std::vector<ReviewPlace> out;
  for (const std::string_view one : setting) {
    const auto equals = one.find('=');
    const std::string name(text::trim(one.substr(0, equals)));
    const std::string title(equals == one.npos ? "" : text::squeeze(one.substr(equals + 1)));
    out.push_back({name, title.empty() ? name : title});
  }
  return out;
}

Result<Done> slot_is_ours(const std::optional<std::string>& there, const Post& post) {
  if (!there || !post.replaces.empty() || found_in_slot(there, post) == Found::yes) return Done{};
  return fail(Kind::conflict, "the review has a reply already, written elsewhere",
              "it comes with the next pull; send again to replace it");
}

Found found_in_slot(const std::optional<std::string>& there, const Post& post) {
  return there && text::trim(*there) == text::trim(post.text) ? Found::yes : Found::no;
}

void Progress::plan(Timestamp now, const ReviewSite& site) {
  if (reading) return;
  reading.emplace();
  const bool due = now - Timestamp{swept} >= site.sweep_every || now.ms < swept;
  reading->whole = newest == 0 || due;
  reading->floor = newest - millis(site.overlap);
  reading->top = newest;
  if (reading->whole) seen.begin();
}

std::vector<ReviewPiece> Progress::news(const ReviewPieces& review) {
  std::vector<ReviewPiece> out;
  const std::string& id = review.review.external_id;
  const bool known = seen.knows(id);
  if (seen.saw(id, review.review.raw, review.review.updated)) out.push_back(review.review);
  if (!known && seen.knows(id)) ++reviews;
  const std::string reply = id + std::string(kReply);
  if (review.reply) {
    if (seen.saw(reply, review.reply->raw, review.reply->updated)) out.push_back(*review.reply);
  } else if (const auto last = seen.updated(reply)) {
    out.push_back(tombstone(reply, *last));
    seen.forget(reply);
  }
  if (reading) reading->top = std::max(reading->top, review.order.ms);
  return out;
}

bool Progress::turn(const ReviewPage& page) {
  if (page.total) total = page.total;
  // A token that leads to itself would lead nowhere for ever.
  if (page.next.empty() || page.next == reading->token) return false;
  const bool below = !page.reviews.empty() && page.reviews.back().order.ms < reading->floor;
  if (below && !reading->whole) return false;
  reading->token = page.next;
  return true;
}

std::vector<std::string> Progress::missing() const {
  if (!reading || !reading->whole) return {};
  std::vector<std::string> out = seen.missing();
  std::erase_if(out, is_reply);
  return out;
}

std::vector<ReviewPiece> Progress::gone(std::string_view review) {
  std::vector<ReviewPiece> out;
  for (const std::string& id : {std::string(review), std::string(review) + std::string(kReply)}) {
    const auto last = seen.updated(id);
    if (!last) continue;
    out.push_back(tombstone(id, *last));
    seen.forget(id);
    if (!is_reply(id)) --reviews;
  }
  return out;
}

bool Progress::end(Timestamp now, const ReviewSite& site) {
  newest = std::max<std::int64_t>(reading->top, 1);
  const bool whole = reading->whole;
  reading.reset();
  if (site.shows.count() > 0) seen.forget_before({now.ms - millis(site.shows)});
  const std::int64_t now_gap = total.value_or(reviews) - reviews;
  if (whole) {
    swept = now.ms;
    gap = now_gap;
    return false;
  }
  if (!site.get || now_gap == gap || seen.size() >= Census::kMost) return false;
  swept = 0;
  return true;
}

ReviewCursor ReviewCursor::read(std::string_view text) {
  ReviewCursor out;
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return out;
  const auto number = [](const Json& from, std::string_view key) { return number_at(from, key).value_or(0); };
  out.turn = text_at(*json, "turn");
  const auto places = json->find("places");
  if (places == json->end() || !places->is_object()) return out;
  for (const auto& [name, row] : places->items()) {
    Progress one;
    one.newest = number(row, "newest");
    one.swept = number(row, "swept");
    one.gap = number(row, "gap");
    one.total = number_at(row, "total");
    one.reviews = number(row, "reviews");
    one.seen = Census::read(dump(at(row, "seen")));
    if (const Json& reading = at(row, "reading"); reading.is_object()) {
      one.reading = Reading{text_at(reading, "token"), flag_at(reading, "whole"), number(reading, "floor"),
                            number(reading, "top")};
    }
    out.places[name] = std::move(one);
  }
  return out;
}

std::string ReviewCursor::write() const {
  Json rows = Json::object();
  for (const auto& [name, one] : places) {
    Json row = {{"newest", one.newest}, {"swept", one.swept}, {"gap", one.gap}, {"reviews", one.reviews}};
    if (one.total) row["total"] = *one.total;
    row["seen"] = Json::parse(one.seen.write(), nullptr, false);
    if (one.reading) {
      row["reading"] = {{"token", one.reading->token},
                        {"whole", one.reading->whole},
                        {"floor", one.reading->floor},
                        {"top", one.reading->top}};
    }
    rows[name] = std::move(row);
  }
  return dump(Json{{"turn", turn}, {"places", std::move(rows)}});
}

Result<Page> pull_reviews(std::string_view text, const std::vector<ReviewPlace>& places, const ReviewSite& site,
                          Timestamp now) {
  ReviewCursor cursor = ReviewCursor::read(text);
  Page page;
  auto place = std::find_if(places.begin(), places.end(), [&](const ReviewPlace& p) { return p.name == cursor.turn; });
  if (place == places.end()) place = places.begin();
  if (place != places.end()) {
    TRY(const bool again, read_page(*place, cursor.places[place->name], site, places.size() > 1, now, page));
    if (!again) ++place;
    page.more = place != places.end();
    cursor.turn = page.more ? place->name : "";
  }
  page.cursor = cursor.write();
  return page;
}

}  // namespace amends::channel
