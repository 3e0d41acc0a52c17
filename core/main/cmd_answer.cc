#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include <CLI/CLI.hpp>

#include "core/app/answers.h"
#include "core/app/by_hand.h"
#include "core/app/changes.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"

namespace amends::cli {
namespace {

// --- answer

struct AnswerOptions {
  std::int64_t thread = 0, to_message = 0, seen = 0;
  std::int64_t recipient = 0;
  std::string text, step, at, account, subject, site_template;
  std::vector<std::string> values, files, site_values;
  bool dry_run = false, now = false, no_quote = false, confirmed = false, in_public = false, in_private = false;
};

std::string type_of(const std::string& path) {
  struct Known {
    std::string_view ending, type;
  };
  static constexpr Known kKnown[] = {{".pdf", "application/pdf"}, {".png", "image/png"}, {".jpg", "image/jpeg"},
                                     {".jpeg", "image/jpeg"},     {".gif", "image/gif"}, {".webp", "image/webp"},
                                     {".txt", "text/plain"},      {".csv", "text/csv"},  {".zip", "application/zip"}};
  const std::string ending = text::ascii_lower(std::filesystem::path(path).extension().string());
  for (const Known& known : kKnown) {
    if (known.ending == ending) return std::string(known.type);
  }
  return "application/octet-stream";
}

// FILE or FILE=DESCRIPTION; a file may have the sign in its own name.
std::pair<std::string, std::string> path_and_description(const std::string& given) {
  std::error_code ignored;
  for (auto equals = given.size(); equals != std::string::npos; equals = given.rfind('=', equals - 1)) {
    const std::string path = given.substr(0, equals);
    if (std::filesystem::exists(path, ignored)) {
      return {path, equals == given.size() ? "" : std::string(text::trim(given.substr(equals + 1)))};
    }
    if (equals == 0) break;
  }
  const auto first = given.find('=');
  return {given.substr(0, first), ""};
}

Result<app::AnswerRequest> read_request(const Session& session, const AnswerOptions& o) {
  app::AnswerRequest request;
  request.thread = ThreadId{o.thread};
  request.answers = MessageId{o.to_message};
  request.seen_version = o.seen;
  request.step = o.step;
  request.account = o.account;
  request.recipient = IdentityId{o.recipient};
  request.subject = o.subject;
  request.site_template = o.site_template;
  request.site_values = o.site_values;
  request.confirmed = o.confirmed;
  if (o.in_public) request.visibility = model::Visibility::public_;
  if (o.in_private) request.visibility = model::Visibility::private_;
  request.quote = !o.no_quote;
  request.at_once = o.now;
  request.text = o.text;
  if (o.text == "-") request.text = {std::istreambuf_iterator<char>(std::cin), {}};
  if (request.text.empty() && o.step.empty() && o.site_template.empty() && o.files.empty()) {
    return fail(Kind::invalid, "there is nothing to say",
                "give --text (or --text - to read it from stdin), or --template");
  }
  for (const std::string& pair : o.values) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return fail(Kind::invalid, "--set \"" + pair + "\" is no value", "say --set name=Ada");
    request.values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  for (const std::string& given : o.files) {
    const auto [path, alt] = path_and_description(given);
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path)) return fail(Kind::invalid, path + " can't be read");
    request.files.push_back({std::filesystem::path(path).filename().string(),
                             type_of(path),
                             {std::istreambuf_iterator<char>(in), {}},
                             alt});
  }
  if (!o.at.empty()) {
    TRY(request.not_before, parse_when(o.at, session.clock.now()));
  }
  return request;
}

std::string people(const std::vector<model::Party>& parties) {
  std::string out;
  for (const model::Party& p : parties) {
    out += (out.empty() ? "" : ", ") + (p.name.empty() ? p.handle : p.name + " <" + p.handle + ">");
  }
  return text::printable(out);
}

ordered_json json_of_parties(const std::vector<model::Party>& parties) {
  ordered_json out = ordered_json::array();
  for (const model::Party& p : parties) out.push_back({{"name", p.name}, {"address", p.handle}});
  return out;
}

ordered_json json_of_answer(const app::Answer& a) {
  ordered_json findings = ordered_json::array();
  for (const app::AnswerFinding& f : a.findings) {
    findings.push_back({{"rule", f.rule},
                        {"weight", model::name_in(app::kWeights, f.weight)},
                        {"text", f.text},
                        {"hint", or_null(f.hint)},
                        {"excerpt", or_null(f.excerpt)}});
  }
  const auto number = [](std::int64_t n) { return n > 0 ? ordered_json(n) : ordered_json(nullptr); };
  ordered_json overwrites = nullptr;
  if (const auto& reply = a.slot.overwrites) {
    overwrites = {{"message", reply->message.value},
                  {"external_id", or_null(reply->external_id)},
                  {"text", reply->text},
                  {"at", to_rfc3339(reply->at)}};
  }
  return {{"update", number(a.update.value)},
          {"thread", a.thread.value},
          {"message_id", or_null(a.message_id)},
          {"to", json_of_parties(a.to)},
          {"cc", json_of_parties(a.cc)},
          {"subject", a.subject},
          {"text", a.text},
          {"leaves_at", to_rfc3339(a.leaves_at)},
          {"account", a.account},
          {"channel", a.channel},
          {"visibility", model::name_of(a.visibility)},
          {"grade", model::name_in(app::kReplyGrades, a.grade)},
          {"link", or_null(a.link)},
          {"length",
           {{"count", a.length.count},
            {"limit", number(a.length.limit)},
            {"unit", model::name_in(app::kLengthUnits, a.length.unit)}}},
          {"slot", {{"per_item", number(a.slot.per_item)}, {"taken", a.slot.taken}, {"overwrites", overwrites}}},
          {"window",
           {{"state", model::name_in(app::kWindowStates, a.window.state)},
            {"closes_at", a.window.closes_at ? ordered_json(to_rfc3339(*a.window.closes_at)) : ordered_json(nullptr)}}},
          {"findings", std::move(findings)}};
}

void show_answer(const app::Answer& a, Timestamp now) {
  const bool in_public = a.visibility == model::Visibility::public_;
  if (!a.to.empty()) std::printf("To: %s\n", people(a.to).c_str());
  if (!a.cc.empty()) std::printf("Cc: %s\n", people(a.cc).c_str());
  if (!a.subject.empty()) std::printf("Subject: %s\n", text::printable(a.subject).c_str());
  std::printf("Through: %s (%s), %s\n", a.account.c_str(), a.channel.c_str(),
              in_public ? "in public: everybody can read it" : "in private");
  if (a.length.limit > 0) {
    std::printf("Length: %lld of %lld %s\n", static_cast<long long>(a.length.count),
                static_cast<long long>(a.length.limit),
                std::string(model::name_in(app::kLengthUnits, a.length.unit)).c_str());
  }
  if (a.window.closes_at) std::printf("Can be answered until: %s\n", show_age(*a.window.closes_at, now).c_str());
  if (a.slot.overwrites) {
    std::printf("Takes the place of: %s\n", text::printable(text::excerpt(a.slot.overwrites->text, 200)).c_str());
  }
  std::printf("\n%s\n", text::printable(a.text).c_str());
  for (const app::AnswerFinding& f : a.findings) {
    if (f.rule == "overwrites") continue;
    std::printf("\n%s: %s%s%s\n", std::string(model::name_in(app::kWeights, f.weight)).c_str(),
                text::printable(f.text).c_str(),
                f.excerpt.empty() ? "" : (" (" + text::printable(f.excerpt) + ")").c_str(),
                f.hint.empty() ? "" : ("\n  " + text::printable(f.hint)).c_str());
  }
}

int answer(Session& session, app::Hub& hub, const AnswerOptions& options) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto request = read_request(session, options);
  if (!request) return report(request.error());
  app::Answers answers(hub, *brand, session.user.empty() ? "operator" : session.user);
  const auto done = options.dry_run ? answers.preview(*request) : answers.send(*request);
  if (!done) return report(done.error());
  if (session.json) {
    put(json_of_answer(*done));
    return kDone;
  }
  show_answer(*done, hub.clock().now());
  const auto update = static_cast<long long>(done->update.value);
  if (options.dry_run) {
    std::puts("\nA dry run: nothing was stored, nothing leaves.");
  } else if (done->grade == channel::ReplyGrade::prepared) {
    std::printf("\nNo program can post it there. Post it%s%s, then: amends outbox posted %lld\n",
                done->link.empty() ? "" : " at ", text::printable(done->link).c_str(), update);
  } else {
    std::printf("\nUpdate %lld leaves %s. Until then: amends outbox cancel %lld\n", update,
                done->leaves_at <= hub.clock().now() ? "with the next `amends send`"
                                                     : show_age(done->leaves_at, hub.clock().now()).c_str(),
                update);
  }
  return kDone;
}

// --- outbox

ordered_json json_of_update(const outbox::Tracked& u) {
  ordered_json recipients = ordered_json::array();
  for (const outbox::Recipient& r : u.recipients) {
    recipients.push_back(
        {{"address", r.address}, {"state", model::name_of(r.state)}, {"code", r.code}, {"text", or_null(r.text)}});
  }
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? ordered_json(to_rfc3339(*at)) : ordered_json(nullptr);
  };
  return {{"id", u.id.value},
          {"thread", u.thread.value},
          {"state", model::name_of(u.state)},
          {"reason", or_null(u.reason)},
          {"message_id", u.mail_id},
          {"recipients", std::move(recipients)},
          {"attempts", u.attempts},
          {"due", time(u.due)},
          {"sent_at", time(u.sent_at)},
          {"answered_at", time(u.answered_at)},
          {"answered_by", u.answered_by ? ordered_json(u.answered_by.value) : ordered_json(nullptr)},
          {"visibility", model::name_of(u.post.visibility)},
          {"by_hand", u.post.by_hand},
          {"link", or_null(u.post.link)},
          {"external_id", or_null(u.external_id)},
          {"permalink", or_null(u.post.permalink)},
          {"moderation", model::name_of(u.post.moderation)},
          {"moderation_reason", or_null(u.post.moderation_reason)},
          {"seen_there", u.echoed}};
}

std::vector<outbox::Tracked> all_updates(store::Reader& reader, BrandId brand, int limit) {
  std::vector<outbox::Tracked> out;
  for (auto q = reader.query("SELECT id FROM outbox_update WHERE brand_id = ? AND purpose = 0 AND mail_id IS NOT NULL "
                             "ORDER BY id DESC LIMIT ?",
                             brand, limit);
       q.next();) {
    if (auto update = outbox::find(reader, brand, q.row().id<UpdateId>(0))) out.push_back(*std::move(update));
  }
  return out;
}

int list_outbox(Session& session, app::Hub& hub, int limit) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto updates = hub.db().read([&](store::Reader& reader) -> Result<std::vector<outbox::Tracked>> {
    return all_updates(reader, brand->id, limit);
  });
  if (!updates) return report(updates.error());
  if (session.json) {
    ordered_json all = ordered_json::array();
    for (const outbox::Tracked& u : *updates) all.push_back(json_of_update(u));
    put({{"updates", std::move(all)}});
    return kDone;
  }
  if (updates->empty()) std::puts("Nothing was sent yet. `amends answer THREAD --text …` answers a thread.");
  for (const outbox::Tracked& u : *updates) {
    std::string line = cell(std::to_string(u.id.value), 6) + cell(model::name_of(u.state), 11);
    for (const outbox::Recipient& r : u.recipients)
      line += " " + r.address + " (" + std::string(model::name_of(r.state)) + ")";
    if (u.answered_at) line += "  answered " + show_age(*u.answered_at, hub.clock().now());
    if (!u.reason.empty()) line += "  " + u.reason;
    std::puts(text::printable(line).c_str());
    if (u.post.by_hand && u.state == model::UpdateState::held) {
      std::printf("      post it%s%s, then: outbox posted %lld\n", u.post.link.empty() ? "" : " at ",
                  text::printable(u.post.link).c_str(), static_cast<long long>(u.id.value));
    }
    if (u.post.moderation != model::Moderation::none) {
      std::printf("      the site: %s %s\n", std::string(model::name_of(u.post.moderation)).c_str(),
                  text::printable(u.post.moderation_reason).c_str());
    }
    if (u.state == model::UpdateState::uncertain) {
      std::printf("      it may have gone: outbox mark-sent %lld, or outbox send-again %lld, or outbox cancel %lld\n",
                  static_cast<long long>(u.id.value), static_cast<long long>(u.id.value),
                  static_cast<long long>(u.id.value));
    }
  }
  return kDone;
}

using Decide = Result<Done> (*)(store::Tx&, BrandId, UpdateId, std::string_view, Timestamp);

int decide(Session& session, app::Hub& hub, std::int64_t id, Decide decision) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto done = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    const std::string who = session.user.empty() ? "operator" : session.user;
    TRY_DO(decision(tx, brand->id, UpdateId{id}, who, hub.clock().now()));
    app::tell_update(tx, {brand->id, hub.clock().now(), who}, UpdateId{id});
    return Done{};
  });
  if (!done) return report(done.error());
  std::puts(session.json ? "{\"done\":true}" : "Done.");
  return kDone;
}

int posted(Session& session, app::Hub& hub, std::int64_t id, const std::string& link) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto done = hub.db().write([&](store::Tx& tx) {
    return app::mark_posted(hub, tx, brand->id, UpdateId{id}, link, session.user.empty() ? "operator" : session.user,
                            hub.clock().now());
  });
  if (!done) return report(done.error());
  std::puts(session.json ? "{\"done\":true}" : "Done.");
  return kDone;
}

}  // namespace

void add_answer(CLI::App& app, Session& session) {
  auto o = std::make_shared<AnswerOptions>();
  CLI::App* command = app.add_subcommand("answer", "Answer a thread in its own channel");
  command->add_option("THREAD", o->thread, "Number of the thread")->required();
  command->add_option("--text", o->text, "What to say; - reads it from stdin");
  command->add_option("--template", o->step,
                      "Wording by step: acknowledgement, apology, explanation, update, resolution, …");
  command->add_option("--set", o->values, "A field of the template (repeatable): --set first_name=Ada");
  command->add_option("--attach", o->files,
                      "A file (repeatable); --attach cup.png=\"A blue cup\" with what it shows, for who can't see it");
  command->add_option("--message", o->to_message, "Which message is answered (default: the customer's last)");
  command->add_option("--account", o->account, "Through which account (default: the one it came in by)");
  command->add_option("--recipient", o->recipient,
                      "With an account of another channel: which identity of the customer, in private");
  command->add_option("--subject", o->subject, "Of a mail to somebody of another channel");
  command->add_option("--site-template", o->site_template, "A template that the site approved");
  command->add_option("--site-value", o->site_values, "What goes into it, in order (repeatable)");
  command->add_flag("--public", o->in_public, "Refused unless everybody will read it");
  command->add_flag("--private", o->in_private, "Refused unless only they will read it");
  command->add_flag("--confirm", o->confirmed, "You have seen what wants confirming");
  command->add_option("--seen", o->seen, "The thread's version you read; refused when it has moved since");
  command->add_option("--at", o->at, "Send later: 2h, 1d, 2026-11-21T09:00:00Z");
  command->add_flag("--now", o->now, "Without the seconds in which it can be taken back");
  command->add_flag("--no-quote", o->no_quote, "Without the original below");
  command->add_flag("--dry-run", o->dry_run, "Show who would get what; nothing is stored");
  command->callback([&session, o] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return answer(session, hub, *o); });
  });

  auto id = std::make_shared<std::int64_t>(0);
  auto limit = std::make_shared<int>(50);
  CLI::App* box = app.add_subcommand("outbox", "Updates on their way and what became of them");
  box->add_option("--limit", *limit, "How many, newest first")->check(CLI::Range(1, 10'000));
  const auto on = [&](const char* name, const char* help, Decide decision) {
    CLI::App* sub = box->add_subcommand(name, help);
    sub->add_option("UPDATE", *id, "Its number")->required();
    sub->callback([&session, id, decision] {
      session.exit_code = with_hub(session, [&](app::Hub& hub) { return decide(session, hub, *id, decision); });
    });
  };
  on("cancel", "It will never go (undo, while it waits)", outbox::cancel);
  on("mark-sent", "An uncertain one went", outbox::mark_sent);
  on("send-again", "An uncertain or failed one goes again, under the same Message-ID", outbox::send_again);
  on("release", "A held one may go", outbox::release);
  auto link = std::make_shared<std::string>();
  CLI::App* hand = box->add_subcommand("posted", "You have posted by hand what was prepared for it");
  hand->add_option("UPDATE", *id, "Its number")->required();
  hand->add_option("--link", *link, "Where it stands, if you know");
  hand->callback([&session, id, link] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return posted(session, hub, *id, *link); });
  });
  box->callback([&session, box, limit] {
    if (box->get_subcommands().empty()) {
      session.exit_code = with_hub(session, [&](app::Hub& hub) { return list_outbox(session, hub, *limit); });
    }
  });
}

}  // namespace amends::cli
