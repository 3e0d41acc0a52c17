#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "core/app/view.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/search/search.h"

namespace amends::cli {
namespace {

// --- timeline

struct TimelineOptions {
  std::string who;
  int limit = 50;
};

void print_entry(const timeline::Entry& entry) {
  if (entry.event) {
    std::printf(
        "%s\n",
        dim("   ·  " + cell(show_time(entry.at), 19) + entry.event->kind + " by " + entry.event->actor).c_str());
    return;
  }
  const timeline::Message& m = *entry.message;
  std::string marks;
  if (m.rating) marks += " " + std::to_string(static_cast<int>(*m.rating + 0.5)) + "★";
  if (m.visibility == model::Visibility::public_) marks += " public";
  if ((m.flags & timeline::kHasAttachments) != 0) marks += " 📎";
  if ((m.flags & timeline::kDeleted) != 0) marks += " deleted by its author";
  if ((m.flags & timeline::kSenderNotVerified) != 0) marks += " sender not verified";
  std::printf("   %s  %s%s %s%s\n", m.direction == model::Direction::out ? "→" : "←", cell(show_time(m.at), 19).c_str(),
              cell(m.channel, 9).c_str(), bold(text::printable(m.subject)).c_str(), dim(marks).c_str());
  std::printf("      %s\n", cell(m.preview, 110).c_str());
}

int show_timeline(Session& session, app::Hub& hub, const TimelineOptions& options) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  struct Shown {
    app::CustomerView customer;
    timeline::Page page;
  };
  const auto shown = hub.db().read([&](store::Reader& reader) -> Result<Shown> {
    Shown out;
    TRY(out.customer, app::find_customer(reader, brand->id, options.who));
    out.page = timeline::page(reader, out.customer.streams, {}, options.limit);
    return out;
  });
  if (!shown) return report(shown.error());
  if (session.json) {
    ordered_json entries = ordered_json::array();
    for (const timeline::Entry& entry : shown->page.entries) entries.push_back(json_of(entry));
    put({{"customer", json_of(shown->customer)},
         {"entries", std::move(entries)},
         {"more", shown->page.next.has_value()}});
    return kDone;
  }
  std::printf("%s  %s\n", bold(text::printable(shown->customer.name)).c_str(),
              dim("customer " + std::to_string(shown->customer.id.value)).c_str());
  for (const auto& one : shown->customer.identities) {
    std::printf("   %s %s%s\n", cell(one.kind, 8).c_str(), text::printable(one.handle).c_str(),
                one.verified ? dim("  verified").c_str() : "");
  }
  std::puts("");
  for (const timeline::Entry& entry : shown->page.entries) print_entry(entry);
  if (shown->page.next) std::printf("\n   … and older: --limit %d\n", options.limit * 4);
  return kDone;
}

// --- search

struct SearchOptions {
  std::string words, channel, direction, kind, from, until, customer;
  double rating_from = 0, rating_to = 0;
  bool by_relevance = false;
  int limit = 20;
  std::int64_t before = 0;
};

Result<search::Query> read_query(store::Reader& reader, const app::Brand& brand, const SearchOptions& o) {
  search::Query query;
  query.brand = brand.id;
  query.words = o.words;
  query.limit = o.limit;
  query.before = MessageId{o.before};
  query.order = o.by_relevance ? search::Order::relevance : search::Order::newest;
  query.filter.channel = o.channel;
  const auto choice = [](const auto& words, const std::string& name, const char* what, auto& into) -> Result<Done> {
    if (name.empty()) return Done{};
    into = model::value_in(words, name);
    if (into) return Done{};
    std::string all;
    for (const auto& word : words) all += " " + std::string(word.name);
    return fail(Kind::invalid, "\"" + name + "\" is no " + what, "there are:" + all);
  };
  TRY_DO(choice(model::kDirections, o.direction, "direction", query.filter.direction));
  TRY_DO(choice(model::kMessageKinds, o.kind, "kind", query.filter.kind));
  const auto time = [](const std::string& words, std::optional<Timestamp>& into) -> Result<Done> {
    if (words.empty()) return Done{};
    into = from_rfc3339(words.size() == 10 ? words + "T00:00:00Z" : words);
    return into ? Result<Done>(Done{}) : fail(Kind::invalid, "\"" + words + "\" is no date", "say 2026-11-21");
  };
  TRY_DO(time(o.from, query.filter.from));
  TRY_DO(time(o.until, query.filter.until));
  if (o.rating_from > 0) query.filter.rating_from = o.rating_from;
  if (o.rating_to > 0) query.filter.rating_to = o.rating_to;
  if (!o.customer.empty()) {
    TRY(const app::CustomerView customer, app::find_customer(reader, brand.id, o.customer));
    query.filter.identities = customer.streams.identities;
  }
  return query;
}

struct FoundHit {
  timeline::Message message;
  search::Snippet snippet;
  double score = 0;
};

std::string marked(const search::Snippet& snippet) {
  std::string out;
  std::size_t at = 0;
  for (const search::Mark& m : snippet.marks) {
    out += text::printable(snippet.text.substr(at, m.start - at));
    out += mark(text::printable(snippet.text.substr(m.start, m.end - m.start)));
    at = m.end;
  }
  return out + text::printable(snippet.text.substr(at));
}

ordered_json json_of_hit(const FoundHit& found) {
  ordered_json marks = ordered_json::array();
  for (const search::Mark& m : found.snippet.marks) marks.push_back({m.start, m.end});
  ordered_json hit = json_of(found.message);
  hit["snippet"] = {{"text", found.snippet.text}, {"marks", std::move(marks)}};
  hit["score"] = found.score;
  return hit;
}

int run_search(Session& session, app::Hub& hub, const SearchOptions& options) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  struct Answer {
    std::vector<FoundHit> found;
    MessageId next;
    bool complete = true;
  };
  const auto answer = hub.db().read([&](store::Reader& reader) -> Result<Answer> {
    TRY(const search::Query query, read_query(reader, *brand, options));
    TRY(const search::Page page, search::find(reader, query));
    Answer out;
    out.next = page.next;
    out.complete = page.complete;
    for (const search::Hit& hit : page.hits) {
      auto message = timeline::find(reader, hit.message);
      if (!message) continue;
      const auto content = app::read_content(hub, reader, *message);
      const std::string words = content ? content->subject + "\n" + content->text : message->preview;
      out.found.push_back({*std::move(message), search::highlight(words, page.terms), hit.score});
    }
    return out;
  });
  if (!answer) return report(answer.error());
  if (session.json) {
    ordered_json hits = ordered_json::array();
    for (const FoundHit& found : answer->found) hits.push_back(json_of_hit(found));
    put({{"hits", std::move(hits)},
         {"next", answer->next ? ordered_json(answer->next.value) : ordered_json(nullptr)},
         {"complete", answer->complete}});
    return kDone;
  }
  if (answer->found.empty()) {
    std::puts("Nothing found. All words must occur; \"a phrase\" in quotes, begin* with a star, -not with a minus.");
    return kDone;
  }
  for (const FoundHit& found : answer->found) {
    const timeline::Message& m = found.message;
    std::printf("%s  %s  %s  %s\n      %s\n", cell("#" + std::to_string(m.id.value), 7).c_str(),
                cell(show_time(m.at), 19).c_str(), cell(m.author, 22).c_str(), bold(text::printable(m.subject)).c_str(),
                marked(found.snippet).c_str());
  }
  if (answer->next) std::printf("\n… older ones: --before %lld\n", static_cast<long long>(answer->next.value));
  return kDone;
}

// --- one message

int show_message(Session& session, app::Hub& hub, std::int64_t id, bool raw) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto shown = hub.db().read([&](store::Reader& reader) -> Result<Done> {
    const auto message = timeline::find(reader, MessageId{id});
    if (!message || message->brand != brand->id) {
      return fail(Kind::not_found, "there is no message " + std::to_string(id));
    }
    if (raw) {
      TRY(const std::string bytes, hub.codec().get(reader, message->raw));
      std::cout << bytes << std::flush;
      return Done{};
    }
    TRY(const model::Content content, app::read_content(hub, reader, *message));
    if (session.json) {
      ordered_json one = json_of(*message);
      one["text"] = content.text;
      one["reply_text"] = content.reply_text;
      one["quoted_text"] = content.quoted_text;
      one["notes"] = content.notes;
      put(one);
    } else {
      std::printf("%s\n%s  %s\n\n%s\n", bold(text::printable(message->subject)).c_str(),
                  text::printable(message->author).c_str(), show_time(message->at).c_str(),
                  text::printable(content.text).c_str());
      for (const std::string& note : content.notes) std::printf("%s\n", dim("note: " + text::printable(note)).c_str());
    }
    return Done{};
  });
  return shown ? kDone : report(shown.error());
}

}  // namespace

void add_timeline(CLI::App& app, Session& session) {
  auto t = std::make_shared<TimelineOptions>();
  CLI::App* timeline_command =
      app.add_subcommand("timeline", "One customer's whole story over all channels, newest first");
  timeline_command->add_option("CUSTOMER", t->who, "Number, address, handle or whole name")->required();
  timeline_command->add_option("--limit", t->limit, "How many entries")->check(CLI::Range(1, 10'000));
  timeline_command->callback([&session, t] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return show_timeline(session, hub, *t); });
  });

  auto s = std::make_shared<SearchOptions>();
  CLI::App* search_command = app.add_subcommand("search", "Find messages by their words, newest first");
  search_command->add_option("WORDS", s->words, "All must occur; \"a phrase\", begin*, -not");
  search_command->add_flag("--relevance", s->by_relevance, "Best matches first, younger ones preferred");
  search_command->add_option("--channel", s->channel, "Only this channel");
  search_command->add_option("--direction", s->direction, "in or out");
  search_command->add_option("--kind", s->kind, "mail, review, mention, …");
  search_command->add_option("--from", s->from, "Not before this day");
  search_command->add_option("--until", s->until, "Before this day");
  search_command->add_option("--rating-from", s->rating_from, "At least so many stars");
  search_command->add_option("--rating-to", s->rating_to, "At most so many stars");
  search_command->add_option("--customer", s->customer, "Only this customer's");
  search_command->add_option("--limit", s->limit, "How many")->check(CLI::Range(1, 200));
  search_command->add_option("--before", s->before, "Go on after the page before");
  search_command->callback([&session, s] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return run_search(session, hub, *s); });
  });

  auto id = std::make_shared<std::int64_t>(0);
  auto raw = std::make_shared<bool>(false);
  CLI::App* message_command = app.add_subcommand("message", "One message, whole");
  message_command->add_option("ID", *id, "Its number")->required();
  message_command->add_flag("--raw", *raw, "The bytes as they came");
  message_command->callback([&session, id, raw] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return show_message(session, hub, *id, *raw); });
  });
}

}  // namespace amends::cli
