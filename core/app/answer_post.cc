// An answer on a channel that is no mail: a Post, public or private, sent by the program or prepared for a person.
#include "core/app/answer_parts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/attachments.h"
#include "core/channel/registry.h"
#include "core/compose/left_overs.h"
#include "core/crypto/token.h"
#include "core/identity/suggest.h"
#include "core/ingest/content_key.h"
#include "core/outbox/tracking.h"

namespace amends::app {
namespace {

using channel::ReplyGrade;
using model::Visibility;

// So many messages of a thread are read for what they say in public.
constexpr std::size_t kMostRead = 50;

struct Way {
  ReplyGrade grade = ReplyGrade::none;
  std::string external_id, place;  // of what is answered, as its channel calls it
  std::string link;
  std::string why;  // not by the program
};

std::string link_of(const channel::Descriptor& channel, const model::Content& content) {
  std::string out = channel.reply_link != nullptr ? channel.reply_link(content) : std::string();
  return out.empty() ? content.permalink : out;
}

// What is answered, as the site calls it; "" when only a mail has told of it.
void name_of_answered(Hub& hub, store::Reader& reader, const Answered& answered, Way& way) {
  const auto row = ingest::find_item(reader, answered.message.raw);
  if (!row) return;
  if (row->place == kOutboxPlace) {
    if (const auto update = outbox::find(reader, answered.message.brand, answered.message.update)) {
      way.external_id = update->external_id;
    }
    return;
  }
  const HubAccount* account = hub.find_account(row->account);
  if (account == nullptr || account->channel->name != answered.message.channel) return;
  way.external_id = row->external_id;
  way.place = row->place;
}

Way way_to(Hub& hub, store::Reader& reader, const Answered& answered, const HubAccount* account) {
  const channel::Descriptor& channel = *answered.channel;
  Way way;
  way.link = link_of(channel, answered.content);
  name_of_answered(hub, reader, answered, way);
  const bool in_public = answered.message.visibility == Visibility::public_;
  if (channel.reply == ReplyGrade::none || (in_public && !channel.can.public_reply && channel.can.send)) {
    way.why = "nothing can be answered on " + std::string(channel.title);
  } else if (channel.reply == ReplyGrade::prepared || !channel.can.send) {
    way.grade = ReplyGrade::prepared;
  } else if (account != nullptr && !way.external_id.empty()) {
    way.grade = ReplyGrade::api;
  } else {
    // The item is known by a mail alone, or its account is not connected: a person still can.
    way.grade = way.link.empty() ? ReplyGrade::none : ReplyGrade::prepared;
    way.why = account == nullptr ? "no account of " + std::string(channel.title) + " is connected"
                                 : "the site's own name of it is not known yet";
  }
  return way;
}

// Our public replies to what is answered that stand there or are on their way there, oldest first.
std::vector<OurReply> our_replies(Hub& hub, store::Reader& reader, const Answered& answered) {
  std::vector<OurReply> out;
  const auto updates = outbox::answers_to(reader, answered.message.brand, answered.message.id);
  for (const timeline::Message& m : answered.view.messages) {
    const auto update =
        std::find_if(updates.begin(), updates.end(), [&](const outbox::Tracked& u) { return u.message == m.id; });
    const bool ours = m.direction == model::Direction::out && m.visibility == Visibility::public_;
    const bool there =
        update != updates.end() || (!m.in_reply_to.empty() && m.in_reply_to == answered.message.message_id);
    if (!ours || !there || (m.flags & (timeline::kDeleted | timeline::kReplaced)) != 0) continue;
    if (m.moderation == model::Moderation::rejected) continue;
    OurReply reply{m.id, "", m.preview, m.at, false};
    if (const auto content = read_content(hub, reader, m)) reply.text = content->text;
    if (update != updates.end()) {
      using enum model::UpdateState;
      if (update->state == failed || update->state == cancelled ||
          update->post.moderation == model::Moderation::rejected) {
        continue;
      }
      reply.external_id = update->external_id;
      reply.on_its_way = update->state != sent;
    } else if (const auto row = ingest::find_item(reader, m.raw)) {
      reply.external_id = row->external_id;
    }
    out.push_back(std::move(reply));
  }
  return out;
}

std::optional<Timestamp> last_word(const ThreadView& view) {
  std::optional<Timestamp> out;
  for (const timeline::Message& m : view.messages) {
    if (m.direction == model::Direction::in && m.origin == model::Origin::personal)
      out = std::max(out, std::optional(m.at));
  }
  return out;
}

bool is_private_kind(std::string_view kind) {
  const auto channels = channel::channels();
  return std::any_of(channels.begin(), channels.end(), [&](const channel::Descriptor* c) {
    return c->handle_kind == kind && c->visibility == Visibility::private_;
  });
}

PrivateFacts private_facts(const Answering& who, store::Reader& reader, IdentityId identity) {
  PrivateFacts facts;
  if (!identity) return facts;
  const CustomerId customer = identity::customer_of(reader, identity);
  for (const identity::Identity& one : identity::identities_of(reader, who.brand.id, customer)) {
    if (is_private_kind(one.kind)) {
      (one.handle.find('@') != std::string::npos ? facts.addresses : facts.phones).push_back(one.handle);
    }
    // Wherever they wrote it: on many sites people write in public and in private under one handle.
    for (identity::KnownHint& hint : identity::hints_of(reader, one.id)) {
      if (hint.kind == identity::KeyKind::phone) facts.phones.push_back(std::move(hint.value));
      if (hint.kind == identity::KeyKind::order) facts.orders.push_back(std::move(hint.value));
    }
  }
  return facts;
}

std::string said_in_public(Hub& hub, store::Reader& reader, const Answered& answered) {
  std::string out = answered.message.visibility == Visibility::public_ ? answered.content.text : std::string();
  std::size_t read = 0;
  for (const timeline::Message& m : answered.view.messages) {
    if (m.visibility != Visibility::public_ || m.id == answered.message.id || ++read > kMostRead) continue;
    if (const auto content = read_content(hub, reader, m)) out += "\n" + content->text;
  }
  return out;
}

std::string plain(std::string_view text) {
  return std::string(text::trim_right(text::replace_all(text::repair_utf8(text), "\r\n", "\n")));
}

void check_files(const channel::Post& post, const channel::Descriptor& channel, std::vector<AnswerFinding>& findings) {
  if (const auto taken = channel::check_post_files(channel, post); !taken) {
    const Error& error = taken.error();
    findings.push_back({error.kind == Kind::unsupported ? "no_files" : "files_refused", Weight::stops, error.what + ".",
                        error.hint + ".", "", error.kind});
    return;
  }
  // Who can't see a picture is told what it shows, where the site has a place for that.
  for (const channel::PostFile& file : post.files) {
    const std::int64_t place = channel::description_limit(channel, file.content_type);
    const std::string name = "\"" + text::printable(file.filename) + "\"";
    if (place == 0 && !file.alt.empty()) {
      findings.push_back({"description_left_out", Weight::note,
                          std::string(channel.title) + " has no place for the description of " + name + ".",
                          "Say in the text what it shows.", "", Kind::unsupported});
    } else if (place > 0 && file.alt.empty()) {
      findings.push_back({"no_description", Weight::note, name + " has no description.",
                          "Say what it shows, in up to " + std::to_string(place) + " characters.", "", Kind::invalid});
    }
  }
}

}  // namespace

Result<PostAnswer> prepare_post(const Answering& who, store::Reader& reader, const Answered& answered,
                                const AnswerRequest& request, const HubAccount* account,
                                const identity::Identity* recipient) {
  const BrandConfig& brand = *who.brand.config;
  const model::Content& content = answered.content;
  const Timestamp now = who.hub.clock().now();
  PostAnswer out;
  Answer& shown = out.shown;
  auto& findings = shown.findings;
  channel::Post& post = out.post;

  Way way;
  if (recipient != nullptr) {
    out.channel = account->channel;
    way.grade = ReplyGrade::api;
    post.to = {recipient->name, recipient->handle};
    post.visibility = Visibility::private_;
    out.kind = model::MessageKind::direct_message;
  } else {
    out.channel = answered.channel;
    way = way_to(who.hub, reader, answered, account);
    if (way.grade == ReplyGrade::none) return fail(Kind::unsupported, way.why, other_ways(who, reader, answered));
    post.to = answered.message.direction == model::Direction::in ? content.author
              : content.to.empty()                               ? model::Party{}
                                                                 : content.to.front();
    post.visibility = answered.message.visibility;
    post.in_reply_to = way.external_id;
    post.answers_id = answered.message.message_id;
    post.root_id = answered.view.messages.empty() ? "" : answered.view.messages.front().message_id;
    post.place = way.place;
    out.kind = kind_of_answer(answered.message.kind);
    out.state.answers = answered.message.id;
  }
  const channel::Descriptor& channel = *out.channel;
  out.account = way.grade == ReplyGrade::api ? account : who.hub.find_account(answered.message.account);
  if (out.account == nullptr) return fail(Kind::unsupported, "the account of what is answered is gone");

  compose::Locale locale;
  locale.language = content.language.empty() ? brand.language : content.language;
  post.language = locale.language;
  post.text = plain(request.text);
  post.template_name = request.site_template;
  post.template_values = request.site_values;
  if (!request.step.empty()) {
    TRY(const compose::Rendered rendered,
        render_step(who, reader, request, channel.name, post.visibility, content, locale));
    post.text = plain(rendered.text);
  } else if (!post.template_name.empty() && post.text.empty()) {
    post.text = post.template_name + ": " + text::join(post.template_values, ", ");
  }
  for (const mime::OutgoingFile& file : request.files) {
    post.files.push_back({file.filename, file.content_type, file.alt, file.bytes});
  }

  const bool says_nothing = text::trim(post.text).empty();
  if (says_nothing && !channel::speaks_by_files(channel, post)) {
    findings.push_back({"empty", Weight::stops, "There is nothing to say.", "", "", Kind::invalid});
  }
  if ((answered.message.flags & timeline::kDeleted) != 0) {
    findings.push_back({"taken_back", Weight::stops, "Its author has taken back what this would answer.",
                        "Reach the person another way, or leave it.", "", Kind::conflict});
  }
  if (request.visibility && *request.visibility != post.visibility) {
    findings.push_back({"visibility", Weight::stops,
                        post.visibility == Visibility::public_
                            ? "Everybody would read this answer, and it was meant to be private."
                            : "Only one person would read this answer, and it was meant to be public.",
                        "", "", Kind::conflict});
  }
  if (const auto clean = compose::leaving_check(post.text); !clean) {
    findings.push_back({"left_overs", Weight::stops, clean.error().what, clean.error().hint, "", clean.error().kind});
  }
  const channel::Limits limits = channel::limits_beside(channel, channel::facts_of(post.files));
  if (post.template_name.empty()) app::check_length(post.text, limits, findings);
  check_files(post, channel, findings);
  shown.length = app::length_of(post.text, limits);
  if (post.visibility == Visibility::public_) {
    shown.slot = slot_for(channel.slots, our_replies(who.hub, reader, answered), findings);
    if (shown.slot.overwrites) {
      post.replaces = shown.slot.overwrites->external_id;
      out.state.replaces = shown.slot.overwrites->message;
    }
    check_public(post.text, said_in_public(who.hub, reader, answered),
                 private_facts(who, reader, answered.message.identity), brand.domains, findings);
  } else {
    const auto word =
        recipient != nullptr ? timeline::last_word_of(reader, recipient->id, channel.name) : last_word(answered.view);
    shown.window =
        check_window(channel.window, word,
                     {now, leaves_at(who, request, now), post.by_person, !post.template_name.empty()}, findings);
  }
  if (way.grade == ReplyGrade::prepared && !way.why.empty()) {
    findings.push_back(
        {"by_hand", Weight::note, "A person has to post it: " + way.why + ".", "", "", Kind::unsupported});
  }

  out.state.by_hand = way.grade == ReplyGrade::prepared;
  out.state.visibility = post.visibility;
  out.state.link = out.state.by_hand ? way.link : "";
  if (!says_nothing) {
    out.state.words = static_cast<std::int64_t>(crypto::siphash(who.hub.content_sip(), ingest::bare_words(post.text)));
  }
  if (!post.to.handle.empty() || !post.to.name.empty()) shown.to = {post.to};
  shown.text = post.text;
  shown.account = out.account->name;
  shown.channel = channel.name;
  shown.visibility = post.visibility;
  shown.grade = way.grade;
  shown.link = way.link;
  return out;
}

Result<ReadyAnswer> ready_post(const Answering& who, const PostAnswer& prepared, UpdateId id, Timestamp now) {
  Hub& hub = who.hub;
  const HubAccount& account = *prepared.account;
  const model::Party author = our_voice(account, who.brand.config->name);
  ReadyAnswer out;
  out.update.mail_id = crypto::mint_message_id(hub.keys(), who.brand.id, id, domain_of(who.brand, author.handle));
  out.update.payload = channel::write_post(prepared.post);
  out.update.in_reply_to = prepared.post.in_reply_to;
  out.update.post = prepared.state;
  if (prepared.post.visibility == Visibility::private_ && !prepared.post.to.handle.empty()) {
    out.update.recipients = {prepared.post.to.handle};
  }

  Understood& row = out.understood;
  row.item = {"update:" + std::to_string(id.value), out.update.payload, std::string(kOutboxPlace), true, now};
  row.digest = crypto::bytes_of(crypto::sha256(row.item.raw));
  row.content = content_of_own(prepared.post, author, prepared.kind, now, out.update.mail_id);
  row.content_key = ingest::content_key(hub.content_sip(), *row.content, row.digest);
  row.content_digest = ingest::content_digest(*row.content);

  out.shown = prepared.shown;
  out.shown.message_id = out.update.mail_id;
  return out;
}

}  // namespace amends::app
