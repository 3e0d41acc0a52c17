#include "core/main/json.h"

#include <cstdio>

namespace amends::cli {
namespace {

// The bits of message.flags by name, for machines.
struct FlagWord {
  std::int64_t bit;
  const char* name;
};
constexpr FlagWord kFlagWords[] = {
    {timeline::kHasAttachments, "has_attachments"},
    {timeline::kSenderVerified, "sender_verified"},
    {timeline::kSameIdOtherContent, "same_id_other_content"},
    {timeline::kEdited, "edited"},
    {timeline::kDeleted, "deleted"},
    {timeline::kAutoSubmitted, "auto_submitted"},
    {timeline::kOddities, "oddities"},
    {timeline::kSenderNotVerified, "sender_not_verified"},
    {timeline::kIsForward, "forward"},
    {timeline::kReplaced, "replaced"},
    {timeline::kFromNotice, "from_notice"},
};

ordered_json flags_of(std::int64_t flags) {
  ordered_json out = ordered_json::array();
  for (const FlagWord& word : kFlagWords) {
    if ((flags & word.bit) != 0) out.push_back(word.name);
  }
  return out;
}

}  // namespace

void put(const ordered_json& json) {
  std::puts(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

ordered_json json_of(const timeline::Message& m) {
  return {{"id", m.id.value},
          {"thread", m.thread.value},
          {"channel", m.channel},
          {"at", to_rfc3339(m.at)},
          {"direction", model::name_of(m.direction)},
          {"kind", model::name_of(m.kind)},
          {"origin", model::name_of(m.origin)},
          {"visibility", model::name_of(m.visibility)},
          {"author", m.author},
          {"subject", m.subject},
          {"preview", m.preview},
          {"message_id", or_null(m.message_id)},
          {"rating", or_null(m.rating)},
          {"location", or_null(m.location)},
          {"permalink", or_null(m.permalink)},
          {"language", or_null(m.language)},
          {"update", m.update ? ordered_json(m.update.value) : ordered_json(nullptr)},
          {"flags", flags_of(m.flags)}};
}

ordered_json json_of(const timeline::Event& e) {
  const ordered_json detail = ordered_json::parse(e.detail, nullptr, false);
  return {{"kind", e.kind},
          {"at", to_rfc3339(e.at)},
          {"actor", e.actor},
          {"thread", e.thread ? ordered_json(e.thread.value) : ordered_json(nullptr)},
          {"detail", detail.is_discarded() ? ordered_json(nullptr) : detail}};
}

ordered_json json_of(const timeline::Entry& entry) {
  if (entry.message) return {{"message", json_of(*entry.message)}};
  return {{"event", json_of(*entry.event)}};
}

ordered_json json_of(const inbox::Row& r) {
  return {{"thread", r.thread.value},
          {"status", inbox::name_of(r.status)},
          {"awaiting_answer", r.awaiting},
          {"unread", r.unread},
          {"owner", or_null(r.owner)},
          {"snooze_until", r.snooze_until ? ordered_json(to_rfc3339(*r.snooze_until)) : ordered_json(nullptr)},
          {"last_at", to_rfc3339(r.last_at)},
          {"last_message", r.last_message.value},
          {"channel", r.channel},
          {"kind", model::name_of(r.kind)},
          {"direction", model::name_of(r.direction)},
          {"visibility", model::name_of(r.visibility)},
          {"author", r.author},
          {"subject", r.subject},
          {"preview", r.preview},
          {"rating", or_null(r.rating)}};
}

ordered_json json_of(const app::CustomerView& c) {
  ordered_json identities = ordered_json::array();
  for (const auto& identity : c.identities) {
    identities.push_back({{"id", identity.id.value},
                          {"kind", identity.kind},
                          {"handle", identity.handle},
                          {"name", identity.name},
                          {"verified", identity.verified}});
  }
  return {{"id", c.id.value}, {"name", c.name}, {"identities", std::move(identities)}};
}

}  // namespace amends::cli
