#include "core/app/answer_parts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/compose/own_templates.h"

namespace amends::app {

namespace {

// Which message an answer answers when nobody says: the customer's last one, else the last one.
const timeline::Message* answered_message(const ThreadView& view, MessageId wanted) {
  const timeline::Message* last = nullptr;
  for (const timeline::Message& m : view.messages) {
    if (wanted ? m.id == wanted
               : last == nullptr || m.direction == model::Direction::in || last->direction == model::Direction::out) {
      last = &m;
    }
  }
  return last;
}

}  // namespace

Result<Answered> find_answered(Hub& hub, store::Reader& reader, BrandId brand, ThreadId thread, MessageId wanted) {
  Answered out;
  TRY(out.view, read_thread(reader, brand, thread));
  const timeline::Message* message = answered_message(out.view, wanted);
  if (message == nullptr) return fail(Kind::not_found, "the thread has no such message to answer");
  out.message = *message;
  TRY(out.content, read_content(hub, reader, out.message));
  out.channel = channel_of(hub, out.message);
  if (out.channel == nullptr) return fail(Kind::unsupported, "this program has no channel " + message->channel);
  return out;
}

const HubAccount* account_for(Hub& hub, const Brand& brand, const channel::Descriptor& channel,
                              const timeline::Message& message, const std::string& name) {
  const HubAccount* same_kind = nullptr;
  for (const HubAccount* account : hub.accounts()) {
    if (account->brand != brand.id || !account->connected || !account->channel->can.send) continue;
    if (!name.empty()) {
      if (account->name == name) return account;
    } else if (account->channel->name == channel.name) {
      if (account->id == message.account) return account;
      if (same_kind == nullptr) same_kind = account;
    }
  }
  return same_kind;
}

Result<compose::Rendered> render_step(const Answering& who, store::Reader& reader, const AnswerRequest& request,
                                      std::string_view channel, model::Visibility visibility,
                                      const model::Content& answered, const compose::Locale& locale) {
  const auto step = model::value_in(compose::kSteps, request.step);
  if (!step) {
    std::string all;
    for (const auto& word : compose::kSteps) all += " " + std::string(word.name);
    return fail(Kind::invalid, "there is no step \"" + request.step + "\"", "there are:" + all);
  }
  const compose::TemplateSet wording = compose::templates_of(reader, who.brand.id);
  TRY(const compose::Template* found,
      wording.find(*step, channel, visibility, answered.language, who.brand.config->language));
  if (const auto flaws = compose::flaws_of(*found); !flaws.empty()) {
    return fail(Kind::invalid, "the template " + found->id + " can't be used: " + flaws[0].part + ", " + flaws[0].what,
                "mend it, or remove it and the built-in one is used");
  }
  compose::Values values;
  for (const compose::Field& field : found->fields) {
    const auto given = request.values.find(field.name);
    if (given == request.values.end()) continue;
    auto value = compose::value_of(field.kind, given->second);
    if (!value) return std::move(value).error().within("the field \"" + field.name + "\"");
    values.emplace(field.name, *std::move(value));
  }
  compose::Rendered rendered = compose::render(*found, values, locale);
  if (rendered.complete()) return rendered;
  std::string gaps;
  for (const compose::Gap& gap : rendered.gaps) {
    gaps +=
        (gaps.empty() ? "" : "\n  ") + (gap.field.empty() ? gap.why : gap.field + " (" + gap.about + "): " + gap.why);
  }
  return fail(Kind::invalid, "the template " + found->id + " has gaps, nothing was sent", gaps);
}

namespace {

std::vector<identity::Identity> identities_of_answered(const Answering& who, store::Reader& reader,
                                                       const Answered& answered) {
  if (!answered.message.identity) return {};
  const CustomerId customer = identity::customer_of(reader, answered.message.identity);
  return identity::identities_of(reader, who.brand.id, customer);
}

std::string written(const identity::Identity& one) { return std::to_string(one.id.value) + " (" + one.handle + ")"; }

}  // namespace

Result<identity::Identity> recipient_of(const Answering& who, store::Reader& reader, const Answered& answered,
                                        const AnswerRequest& request, const HubAccount& account) {
  if (account.channel->visibility == model::Visibility::public_) {
    return fail(Kind::unsupported, "through account " + account.name + " nobody can be written to in private");
  }
  std::string choices;
  for (identity::Identity& one : identities_of_answered(who, reader, answered)) {
    if (one.kind != account.channel->handle_kind || one.nature == identity::Nature::robot) continue;
    if (one.id == request.recipient) return std::move(one);
    choices += (choices.empty() ? "" : ", ") + written(one);
  }
  if (choices.empty()) {
    return fail(Kind::invalid, "nothing of this customer is known that account " + account.name + " could write to",
                "Link the customer who wrote this with the one you know, first.");
  }
  return fail(Kind::invalid,
              request.recipient ? "the recipient is no identity of the customer who is answered"
                                : "an answer through another channel says to whom it goes",
              "Recipients there: " + choices);
}

std::vector<Elsewhere> reached_elsewhere(const Answering& who, store::Reader& reader, const Answered& answered) {
  std::vector<Elsewhere> out;
  for (const identity::Identity& one : identities_of_answered(who, reader, answered)) {
    if (one.nature == identity::Nature::robot) continue;
    for (const HubAccount* account : who.hub.accounts()) {
      const channel::Descriptor& channel = *account->channel;
      const bool reaches = account->brand == who.brand.id && account->connected && channel.can.send &&
                           channel.visibility == model::Visibility::private_ && channel.handle_kind == one.kind &&
                           channel.name != answered.channel->name;
      if (reaches) out.push_back({one, account});
    }
  }
  return out;
}

std::string other_ways(const Answering& who, store::Reader& reader, const Answered& answered) {
  std::string out;
  for (const Elsewhere& way : reached_elsewhere(who, reader, answered)) {
    out += (out.empty() ? "" : "; ") + way.identity.handle + " through account " + way.account->name + ", recipient " +
           std::to_string(way.identity.id.value);
  }
  return out.empty() ? "" : "The person can be reached in private: " + out + ".";
}

Timestamp leaves_at(const Answering& who, const AnswerRequest& request, Timestamp now) {
  if (request.not_before) return *request.not_before;
  return request.at_once ? now : now + who.hub.config().sending.undo;
}

std::string domain_of(const Brand& brand, const std::string& own_handle) {
  if (!brand.config->domains.empty()) return brand.config->domains.front();
  const auto at = own_handle.rfind('@');
  return at == std::string::npos || at + 1 == own_handle.size() ? "post.invalid" : own_handle.substr(at + 1);
}

}  // namespace amends::app
