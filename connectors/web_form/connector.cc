// The web form channel: a feedback form that Amends shows at the account's own address, for a link, a QR code or a
// frame in a page. What people write comes in as private forms; the answer goes by mail to the address they gave.
#include "core/channel/connector.h"

#include "connectors/web_form/form.h"
#include "connectors/web_form/page.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

namespace amends::connectors::web_form {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;

constexpr std::chrono::seconds kFastest{3};  // no person fills in a form faster
constexpr std::chrono::seconds kApart{30};   // between two forms from one address
constexpr std::uint64_t kBuckets = 4096;     // addresses share them: what is kept stays small
constexpr std::size_t kShortestKey = 16;
constexpr std::string_view kHtml = "text/html; charset=utf-8";

constexpr Setting kSettings[] = {
    {"key", SettingKind::secret, true, "Key",
     "at least 16 characters; proves that a form was opened here: openssl rand -hex 32"},
    {"title", SettingKind::text, false, "Name of the shop", "stands above the form"},
    {"color", SettingKind::text, false, "Colour", "of the brand, as #1a5fb4", "#1a5fb4"},
    {"language", SettingKind::choice, false, "Language", "auto: what the browser asks for", "auto", "auto|en|de|fr|es"},
    {"ask_rating", SettingKind::flag, false, "Ask for stars", "one to five, nobody has to", "true"},
    {"ask_order", SettingKind::flag, false, "Ask for an order number", "nobody has to give one", "true"},
    {"privacy_url", SettingKind::url, false, "Privacy policy",
     "with it the form asks for consent, and takes nothing without"},
};

constexpr std::string_view kSetup[] = {
    "Make a key, for example with openssl rand -hex 32",
    "Link to this account's webhook address, print it as a QR code, or show it in a frame of your page",
    "Answers go by mail: an account of the channel E-mail sends them",
};

class WebFormConnector final : public channel::Connector {
 public:
  WebFormConnector(const channel::Settings& settings, channel::Brakes& brakes, const Clock& clock)
      : key_(std::string(settings.get("key"))), language_(settings.get("language")), brakes_(brakes), clock_(clock) {
    look_.title = settings.get("title");
    look_.color = settings.get("color");
    look_.privacy = settings.get("privacy_url");
    look_.rating = settings.flag("ask_rating");
    look_.order = settings.flag("ask_order");
  }

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    const std::string asked = field_of(request.query, "lang");
    const Words& words = words_for(language_ == "auto" ? asked : language_, request.header("Accept-Language"));
    const Timestamp now = request.received_at;
    if (request.method == "GET" || request.method == "HEAD") return page(form_page(look_, words, token(now), {}, {}));
    if (request.method != "POST") return answer(405, "");

    // Who never opened the form is told nothing.
    TRY(const Token opened, read_token(key_, field_of(request.query, "t")));
    TRY(Form form, read_form(request.body));
    if (!look_.rating) form.rating.clear();
    if (!look_.order) form.order.clear();
    if (!form.trap.empty()) return page(thanks_page(look_, words));  // a program: it shall think that it worked
    const auto open_for = now - opened.made;
    if (open_for < kFastest || open_for > kTokenLives)
      return answer(422, form_page(look_, words, token(now), form, {}, words.stale));
    if (const auto wrong = look_over(form, !look_.privacy.empty()); !wrong.empty()) {
      // With the token of before: the time that mending takes counts.
      return answer(422, form_page(look_, words, field_of(request.query, "t"), form, wrong));
    }
    const std::string bucket = bucket_of(request.header("X-Amends-Peer"));
    if (!bucket.empty()) {
      if (!brakes_.may_go(bucket, clock_.now()))
        return answer(429, form_page(look_, words, token(now), form, {}, words.slow));
      brakes_.hold(bucket, clock_.now() + kApart);
    }
    auto out = page(thanks_page(look_, words));
    out.items.push_back(item_of(form, opened, words.language));
    return out;
  }

 private:
  std::string token(Timestamp now) const { return make_token(key_, now, crypto::random_token(10)); }

  // The web server writes this header itself, and drops one that came from outside. The address is not kept.
  std::string bucket_of(std::string_view peer) const {
    if (peer.empty()) return "";
    const auto digest = crypto::hmac_sha256(key_, peer);
    return "form " + std::to_string((digest[0] * 256u + digest[1]) % kBuckets);
  }

  static channel::WebhookReply answer(int status, std::string html) {
    channel::WebhookReply out;
    out.status = status;
    if (!html.empty()) out.content_type = kHtml;
    out.body = std::move(html);
    return out;
  }
  static channel::WebhookReply page(std::string html) { return answer(200, std::move(html)); }

  const Secret key_;
  const std::string language_;
  Look look_;
  channel::Brakes& brakes_;
  const Clock& clock_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

// A mail to who wrote, begun.
std::string reply_link(const model::Content& content) {
  const std::string& mail = content.author.handle;
  if (mail.find('@') == mail.npos) return "";
  const std::size_t at = mail.find('@');
  return "mailto:" + channel::percent_encode(mail.substr(0, at)) + "@" + channel::percent_encode(mail.substr(at + 1)) +
         (content.subject.empty() ? "" : "?subject=" + channel::percent_encode(content.subject));
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  if (settings.get("key").size() < kShortestKey) {
    return fail(Kind::invalid, "setting \"key\" takes at least 16 characters");
  }
  if (!settings.get("color").empty() && !is_color(settings.get("color"))) {
    return fail(Kind::invalid, "setting \"color\" takes # and six digits, such as #1a5fb4");
  }
  return std::unique_ptr<channel::Connector>(
      std::make_unique<WebFormConnector>(settings, environment.brakes, environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "web_form";
  d.title = "Feedback form";
  d.handle_kind = "email";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.webhook = true;
  d.reply = channel::ReplyGrade::prepared;
  d.display.display = channel::Display::never;
  d.display.source = "written in private to the shop, 2026-11-21";
  d.sign_in = channel::SignIn::none;
  d.send_class = channel::SendClass::none;
  d.visibility = model::Visibility::private_;
  d.parse = parse;
  d.reply_link = reply_link;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::web_form
