#include "connectors/web_form/form.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/hmac.h"

namespace amends::connectors::web_form {
namespace {

constexpr std::size_t kLongestField = 200;
constexpr std::size_t kLongestMail = 254;  // RFC 5321 section 4.5.3.1.3 less the brackets

int hex(char c) {
  if (text::is_digit(c)) return c - '0';
  const char lower = text::ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decoded(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out += static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else {
      out += s[i] == '+' ? ' ' : s[i];
    }
  }
  return text::repair_utf8(out);
}

std::string mac_of(const Secret& key, std::string_view head) {
  const Secret own = crypto::derive_key(key, "web_form.token");
  return text::to_base64url(crypto::bytes_of(crypto::hmac_sha256(own, head)).substr(0, 16));
}

bool is_mail(std::string_view mail) {
  const auto at = mail.find('@');
  if (at == 0 || at == mail.npos || mail.find('@', at + 1) != mail.npos || mail.size() > kLongestMail) return false;
  const std::string_view domain = mail.substr(at + 1);
  const bool dotted = domain.find('.') != domain.npos && domain.front() != '.' && domain.back() != '.';
  return dotted && mail.find_first_of(" \t\r\n<>,;:\"()[]\\") == mail.npos && text::printable(mail) == mail;
}

}  // namespace

std::string make_token(const Secret& key, Timestamp now, std::string_view nonce) {
  const std::string head = std::to_string(now.ms / 1000) + "." + std::string(nonce);
  return head + "." + mac_of(key, head);
}

Result<Token> read_token(const Secret& key, std::string_view token) {
  const Error refused = fail(Kind::unauthorized, "this form was not opened here");
  const auto parts = text::split(token, '.');
  if (key.empty() || parts.size() != 3 || parts[1].empty() || token.size() > 200) return refused;
  const std::string_view head = token.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!crypto::equal_in_constant_time(parts[2], mac_of(key, head))) return refused;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), seconds);
  if (error != std::errc() || end != parts[0].data() + parts[0].size()) return refused;
  return Token{{seconds * 1000}, std::string(parts[1])};
}

std::string field_of(std::string_view encoded, std::string_view name) {
  for (const std::string_view field : text::split(encoded, '&')) {
    const std::size_t equals = std::min(field.find('='), field.size());
    if (decoded(field.substr(0, equals)) == name) return decoded(field.substr(std::min(equals + 1, field.size())));
  }
  return "";
}

Result<Form> read_form(std::string_view body) {
  if (body.size() > kLongestBody) return fail(Kind::invalid, "this is more than the form takes");
  Form out;
  const auto line = [&](const char* name) { return text::squeeze(text::printable(field_of(body, name))); };
  out.name = line("name");
  out.mail = line("mail");
  out.rating = line("rating");
  out.order = line("order");
  out.trap = line("website");
  out.text = std::string(text::trim(text::printable(text::replace_all(field_of(body, "text"), "\r\n", "\n"))));
  out.consent = line("consent") == "yes";
  return out;
}

std::map<std::string, Wrong> look_over(const Form& form, bool needs_consent) {
  std::map<std::string, Wrong> out;
  if (form.text.empty()) out["text"] = Wrong::text_missing;
  if (form.text.size() > kLongestText) out["text"] = Wrong::text_long;
  if (!form.mail.empty() && !is_mail(form.mail)) out["mail"] = Wrong::mail_wrong;
  if (form.name.size() > kLongestField) out["name"] = Wrong::field_long;
  if (form.order.size() > kLongestField) out["order"] = Wrong::field_long;
  const bool stars = form.rating.size() == 1 && form.rating[0] >= '1' && form.rating[0] <= '5';
  if (!form.rating.empty() && !stars) out["rating"] = Wrong::field_long;
  if (needs_consent && !form.consent) out["consent"] = Wrong::consent_missing;
  return out;
}

model::Item item_of(const Form& form, const Token& token, std::string_view language) {
  channel::Json raw = {{"id", token.nonce},
                       {"at", to_rfc3339(token.made)},
                       {"text", form.text},
                       {"language", std::string(language)},
                       {"consent", form.consent}};
  if (!form.name.empty()) raw["name"] = form.name;
  if (!form.mail.empty()) raw["mail"] = form.mail;
  if (!form.order.empty()) raw["order"] = form.order;
  if (!form.rating.empty()) raw["rating"] = form.rating[0] - '0';
  model::Item out;
  out.external_id = "form/" + token.nonce;
  out.raw = channel::dump(raw);
  out.received_at = token.made;
  return out;
}

Result<model::Content> parse_item(std::string_view bytes) {
  TRY(const channel::Json raw, channel::parse_json(bytes));
  const std::string id = channel::text_at(raw, "id");
  if (id.empty()) return fail(Kind::corrupt, "nothing of the form");
  model::Content out;
  out.kind = model::MessageKind::form;
  out.visibility = model::Visibility::private_;
  out.message_id = "form/" + id;
  // Typed by whoever it was: it says where to answer, and proves nothing.
  out.author = {channel::text_at(raw, "name"), text::ascii_lower(channel::text_at(raw, "mail"))};
  out.from = {out.author};
  out.text = channel::text_at(raw, "text");
  out.reply_text = out.text;
  out.language = channel::text_at(raw, "language");
  out.date = channel::time_at(raw, "at");
  out.rating = channel::decimal_at(raw, "rating");
  if (const std::string order = channel::text_at(raw, "order"); !order.empty()) out.subject = "# " + order;
  if (out.author.handle.empty()) out.notes.emplace_back("no mail address was given: it can't be answered");
  return out;
}

}  // namespace amends::connectors::web_form
