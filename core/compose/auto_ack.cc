#include "core/compose/auto_ack.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/crypto/token.h"

namespace amends::compose {
namespace {

constexpr std::string_view kRoles[] = {
    "abuse",         "admin",        "administrator", "autoreply",     "auto-reply", "bounce",     "bounces",
    "daemon",        "donotreply",   "do-not-reply",  "hostmaster",    "list",       "listserv",   "mailer",
    "mailer-daemon", "mailerdaemon", "majordomo",     "news",          "newsletter", "nobody",     "no-reply",
    "no_reply",      "noreply",      "notification",  "notifications", "notify",     "postmaster", "root",
    "system",        "usenet",       "uucp",          "webmaster",     "www-data",   "alerts",     "alert",
    "automailer",    "mailman",
};

}  // namespace

bool is_role_address(std::string_view address) {
  const std::string folded = text::ascii_lower(text::trim(address));
  const auto at = folded.rfind('@');
  if (at == std::string::npos || at == 0) return true;
  const std::string_view local = std::string_view(folded).substr(0, at);
  if (local.substr(0, 6) == "owner-" || local.find("-request") != std::string_view::npos ||
      local.find("-owner") != std::string_view::npos || local.find("-bounces") != std::string_view::npos ||
      local.find("noreply") != std::string_view::npos || local.find("no-reply") != std::string_view::npos ||
      local.find("donotreply") != std::string_view::npos) {
    return true;
  }
  const auto name = local.substr(0, local.find_first_of("+="));
  return std::find(std::begin(kRoles), std::end(kRoles), name) != std::end(kRoles);
}

std::optional<std::string_view> ack_refusal(const model::Content& message, const AckFacts& facts, Timestamp now) {
  if (!facts.enabled) return "switched off";
  if (!facts.starts_thread) return "it answers something";
  if (message.kind != model::MessageKind::mail) return "no mail";
  if (message.visibility == model::Visibility::public_) return "public";
  if (message.deleted) return "taken back";
  if (message.bounce || message.origin == model::Origin::bounce) return "a delivery report";
  if (message.origin == model::Origin::auto_reply || message.auto_submitted) return "sent by a machine";
  if (message.origin == model::Origin::list || !message.list_id.empty()) return "from a mailing list";
  if (message.author.handle.empty()) return "no sender";
  if (message.from.size() > 1) return "several senders";
  if (is_role_address(message.author.handle)) return "a role account";
  const auto bare = crypto::without_reply_token(message.author.handle);
  if (std::find(facts.own.begin(), facts.own.end(), bare) != facts.own.end()) return "our own address";
  const auto author = text::ascii_lower(message.author.handle);
  for (const auto& party : message.reply_to) {
    if (text::ascii_lower(party.handle) != author) return "answers are wanted elsewhere";
  }
  const auto to_us = [&](const std::vector<model::Party>& parties) {
    return std::any_of(parties.begin(), parties.end(), [&](const model::Party& p) {
      return std::find(facts.own.begin(), facts.own.end(), crypto::without_reply_token(p.handle)) != facts.own.end();
    });
  };
  if (!to_us(message.to) && !to_us(message.cc)) return "not addressed to us by name";
  if (message.auth.dmarc != model::AuthResult::pass) return "sender not verified";
  if (facts.last_to_sender && now - *facts.last_to_sender < kAckPause) return "acknowledged within a day";
  if (facts.in_last_hour >= kAcksAnHour) return "over the hour's limit";
  return {};
}

}  // namespace amends::compose
