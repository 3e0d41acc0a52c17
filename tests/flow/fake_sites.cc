#include "tests/flow/fake_sites.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/channel/post.h"

namespace amends::test {

using nlohmann::json;

std::string Thing::json() const {
  nlohmann::json out = {{"id", id},           {"author", author},   {"name", name},         {"text", text},
                        {"answers", answers}, {"version", version}, {"location", location}, {"link", link},
                        {"own", own},         {"deleted", deleted}, {"at", at.ms},          {"moderation", moderation},
                        {"reason", reason},   {"website", website}, {"report", report},     {"key", key}};
  if (rating) out["rating"] = *rating;
  return out.dump();
}

namespace {

std::map<std::string, Site>& sites() {
  static std::map<std::string, Site> all;
  return all;
}

}  // namespace

Site& Site::of(const std::string& channel) { return sites()[channel]; }
void Site::reset() { sites().clear(); }

void Site::delivers(const Thing& thing) {
  const std::lock_guard lock(mutex_);
  feed_.push_back(thing);
}

std::map<std::string, Thing> Site::ours() const {
  const std::lock_guard lock(mutex_);
  return ours_;
}

void Site::shows_ours(const std::string& id, void (*change)(Thing&)) {
  const std::lock_guard lock(mutex_);
  Thing thing = ours_.at(id);
  if (change != nullptr) change(thing);
  feed_.push_back(thing);
}

int Site::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

class SiteConnector final : public channel::Connector {
 public:
  SiteConnector(const channel::Descriptor& descriptor, std::string own)
      : descriptor_(descriptor), own_(std::move(own)), site_(Site::of(std::string(descriptor.name))) {}

  // The cursor is how many deliveries were handed over.
  Result<channel::Page> pull(std::string_view cursor) override {
    const std::lock_guard lock(site_.mutex_);
    const std::size_t from = cursor.empty() ? 0 : std::stoul(std::string(cursor));
    channel::Page page;
    for (std::size_t i = from; i < site_.feed_.size(); ++i) {
      const Thing& thing = site_.feed_[i];
      page.items.push_back({thing.id, thing.json(), "place", thing.own, thing.at});
    }
    page.cursor = std::to_string(site_.feed_.size());
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    using enum Site::Mood;
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    if (site_.mood == is_down) return fail(Kind::unavailable, "no answer");
    if (site_.mood == refuses) return fail(Kind::not_found, "there is no such review");
    if (outbound.point_of_no_return) TRY_DO(outbound.point_of_no_return());
    const Thing ours = write(outbound.key, post);
    if (site_.meanwhile) site_.meanwhile(ours.id, outbound.key);
    channel::Receipt receipt;
    receipt.recipients = {{"", model::RecipientState::accepted, 200, "ok"}};
    if (!outbound.recipients.empty()) receipt.recipients.front().recipient = outbound.recipients.front();
    if (site_.mood == forgets) {
      receipt.recipients.front().state = model::RecipientState::in_doubt;
      return receipt;
    }
    if (site_.mood == says_little) return receipt;
    receipt.external_id = ours.id;
    receipt.permalink = ours.link;
    if (descriptor_.slots.moderated) receipt.moderation = model::Moderation::pending;
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound&, Timestamp) override { return channel::Found::unknown; }

 private:
  Thing write(const std::string& key, const channel::Post& post) {
    const std::lock_guard lock(site_.mutex_);
    ++site_.writes_;
    const bool keyed = descriptor_.send_class == channel::SendClass::keyed;
    if (const auto known = site_.by_key_.find(key); keyed && known != site_.by_key_.end()) {
      return site_.ours_.at(known->second);
    }
    Thing ours;
    ours.id = descriptor_.slots.per_item == 1 ? post.in_reply_to + "/reply" : "own-" + std::to_string(site_.writes_);
    ours.author = own_;
    ours.name = "Café Morgenrot";
    ours.text = post.text;
    ours.answers = post.in_reply_to;
    ours.own = true;
    ours.at = site_.now;
    ours.link = "https://" + std::string(descriptor_.name) + ".test/" + ours.id;
    if (descriptor_.slots.moderated) ours.moderation = "pending";
    ours.version = descriptor_.slots.overwrites ? std::to_string(site_.writes_) : "";
    site_.ours_[ours.id] = ours;
    site_.by_key_[key] = ours.id;
    return ours;
  }

  const channel::Descriptor& descriptor_;
  const std::string own_;
  Site& site_;
};

namespace {

template <const channel::Descriptor& kOf>
Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) {
  const json in = json::parse(item.raw, nullptr, false);
  if (!in.is_object()) return fail(Kind::corrupt, "no thing of this site");
  model::Content out;
  const std::string answers = in.value("answers", "");
  const bool review = in.contains("rating") || kOf.slots.per_item == 1 || kOf.reply == channel::ReplyGrade::prepared;
  out.kind = kOf.visibility == model::Visibility::private_ ? model::MessageKind::direct_message
             : review && answers.empty()                   ? model::MessageKind::review
             : review                                      ? model::MessageKind::comment
                                                           : model::MessageKind::mention;
  out.visibility = kOf.visibility;
  out.author = {in.value("name", ""), in.value("author", "")};
  out.message_id = "id:" + in.value("id", "");
  if (!answers.empty()) out.in_reply_to = out.references = {"id:" + answers};
  out.date = Timestamp{in.value("at", std::int64_t{0})};
  out.text = out.reply_text = in.value("deleted", false) ? "" : in.value("text", "");
  if (in.contains("rating")) out.rating = in["rating"].get<double>();
  out.location = in.value("location", "");
  out.permalink = in.value("link", "");
  out.author_url = in.value("website", "");
  out.version = in.value("version", "");
  out.deleted = in.value("deleted", false);
  out.moderation = model::value_in(model::kModerations, in.value("moderation", "")).value_or(model::Moderation::none);
  out.moderation_reason = in.value("reason", "");
  out.auth.from_verified = true;
  using State = model::DeliveryReport::State;
  if (const std::string told = in.value("report", ""); !told.empty()) {
    const State state = told == "failed" ? State::failed
                        : told == "read" ? State::read
                        : told == "sent" ? State::sent
                                         : State::delivered;
    out.report = {state, answers, in.value("key", ""), out.author.handle, "131026", "undeliverable"};
    out.origin = model::Origin::bounce;
  }
  return out;
}

// "Stars: 2 | Author: Ada L. | At: Mill Lane | Link: https://… | Cold coffee"
#define AMENDS_TEST_NOTICE(name)                                                                       \
  R"({"site": ")" name R"(", "senders": ["notify@)" name R"(.test"], "rows": [{"subject": ["{*}"],)"   \
  R"("body": [{"line": "Stars: {rating} | Author: {author} | At: {location} | Link: {*} | {text}"}],)" \
  R"("link": ["https://"]}]})"

template <const channel::Descriptor& kOf>
Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings, const channel::Environment&) {
  return std::unique_ptr<channel::Connector>(std::make_unique<SiteConnector>(kOf, std::string(settings.get("handle"))));
}

constexpr channel::Setting kSiteSettings[] = {{"handle", channel::SettingKind::text, true, "Handle", "Ours there"}};

template <const channel::Descriptor& kOf>
channel::Descriptor site(std::string_view name) {
  channel::Descriptor d;
  d.name = d.title = d.handle_kind = name;
  d.settings = kSiteSettings;
  d.can.pull = true;
  d.visibility = model::Visibility::public_;
  d.parse = parse<kOf>;
  d.open = open<kOf>;
  d.own_handles = [](const channel::Settings& settings) {
    return std::vector<std::string>{std::string(settings.get("handle"))};
  };
  return d;
}

}  // namespace

const channel::Descriptor kStars = [] {
  channel::Descriptor d = site<kStars>("stars");
  d.can.send = d.can.find = d.can.public_reply = true;
  d.reply = channel::ReplyGrade::api;
  d.slots = {1, true, true};
  d.limits.text = 120;
  d.send_class = channel::SendClass::lookable;
  d.notifications = AMENDS_TEST_NOTICE("stars");
  return d;
}();

constexpr channel::AttachmentRule kFiles[] = {{"pictures", "image/png image/jpeg", 2, 1000, 20},
                                              {"sounds", "audio/mpeg", 1, 1000}};

const channel::Descriptor kPosts = [] {
  channel::Descriptor d = site<kPosts>("posts");
  d.can.attachments = true;
  d.attachments = kFiles;
  d.can.send = d.can.public_reply = true;
  d.reply = channel::ReplyGrade::api;
  d.send_class = channel::SendClass::keyed;
  return d;
}();

const channel::Descriptor kChat = [] {
  channel::Descriptor d = site<kChat>("chat");
  d.can.send = true;
  d.visibility = model::Visibility::private_;
  d.reply = channel::ReplyGrade::api;
  d.send_class = channel::SendClass::blind;
  d.window = {std::chrono::hours(24), std::chrono::hours(24 * 7), false};
  return d;
}();

const channel::Descriptor kGuide = [] {
  channel::Descriptor d = site<kGuide>("guide");
  d.reply = channel::ReplyGrade::prepared;
  d.reply_link = [](const model::Content& content) { return "https://guide.test/answer?of=" + content.message_id; };
  d.notifications = AMENDS_TEST_NOTICE("guide");
  return d;
}();

}  // namespace amends::test
