#include <algorithm>

#include "core/app/answers.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/compose/templates.h"
#include "core/thread/threads.h"
#include "core/web/files.h"
#include "core/web/problem.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr auto kStepNames = kNamesOf<compose::kSteps>;
constexpr std::int64_t kFileMost = 20 * 1024 * 1024;
// Files of that size in all travel as base64 inside the JSON, a third more, beside a megabyte of words. Most mail
// servers take 25 MB or more for a whole message.
constexpr std::size_t kBodyMost = kFileMost / 3 * 4 + 1024 * 1024;

constexpr Field kFileFields[] = {
    line_field("name", "As the customer will see it").needed().up_to(200),
    line_field("type", "image/png; plain bytes when left out").up_to(100),
    bytes_field("data", kFileMost, "The file, base64").needed(),
    text_field("alt", "What it shows, where the channel has a place for it").from(0).up_to(10'000)};
constexpr Schema kOutgoingFile{"OutgoingFile", kFileFields};

constexpr Field kAnswerBodyFields[] = {
    text_field("text", "What you wrote; leave it out with a step").from(0).up_to(200'000),
    word_field("step", kStepNames, "Wording by template instead of text"),
    map_field("values", "The template's fields").up_to(2000),
    object_field("files", kOutgoingFile, "").many(50),
    id_field("message", "Which message is answered; the customer's last when left out"),
    flag_field("quote", "The original below the answer; true when left out"),
    integer_field("seen_version", 0, kLargestId, "The thread's version you read; refused when it has moved since"),
    time_field("not_before", "Send later"),
    flag_field("at_once", "Without the time to take it back"),
    line_field("account", "Through which account; the thread's own when left out").up_to(100),
    id_field("recipient", "Through an account of another channel: which identity of the customer, in private"),
    line_field("subject", "Of a mail to somebody of another channel").up_to(500),
    word_field("visibility", kVisibilityNames, "Who its author believes will read it; refused when it is otherwise"),
    line_field("site_template", "A template that the site approved, when free text may not go any more").up_to(200),
    text_field("site_values", "What goes into it").many(50).up_to(2000),
    flag_field("confirmed", "Its author has seen what wants confirming")};
constexpr Schema kAnswerBody{"NewAnswer", kAnswerBodyFields};

std::string type_of_file(std::string_view given) {
  const auto slash = given.find('/');
  const bool fits = slash != given.npos && slash > 0 && slash + 1 < given.size() &&
                    std::all_of(given.begin(), given.end(), [](char c) {
                      return text::is_alpha(c) || text::is_digit(c) || c == '/' || c == '-' || c == '+' || c == '.';
                    });
  return fits ? std::string(given) : "application/octet-stream";
}

Result<app::AnswerRequest> check_time(const Call& call, app::AnswerRequest request) {
  if (request.not_before && *request.not_before <= call.now)
    return fail(Kind::invalid, "The time to send is not in the future.", "Leave not_before out to send now.");
  return request;
}

Result<app::AnswerRequest> read_request(const Call& call) {
  const Arguments& body = call.body;
  app::AnswerRequest request;
  request.thread = call.id<ThreadId>("thread");
  request.answers = MessageId{body.integer("message")};
  request.text = std::string(body.text("text"));
  request.step = std::string(body.text("step"));
  for (auto& [name, value] : body.map("values")) request.values.emplace(name, value);
  for (const Arguments& file : body.objects("files")) {
    request.files.push_back({safe_file_name(file.text("name"), "file"), type_of_file(file.text("type")),
                             file.bytes("data"), std::string(file.text("alt"))});
  }
  request.quote = body.flag("quote", true);
  request.seen_version = body.integer("seen_version");
  request.not_before = body.time("not_before");
  request.at_once = body.flag("at_once");
  request.account = std::string(body.text("account"));
  request.recipient = IdentityId{body.integer("recipient")};
  request.subject = std::string(body.text("subject"));
  request.visibility = body.word("visibility", model::kVisibilities);
  request.site_template = std::string(body.text("site_template"));
  request.site_values = body.texts("site_values");
  request.confirmed = body.flag("confirmed");
  if (!request.site_template.empty() && request.step.empty()) return check_time(call, std::move(request));
  // On some channels a file is a message of its own.
  if (request.text.empty() && request.step.empty() && !request.files.empty())
    return check_time(call, std::move(request));
  if (request.text.empty() == request.step.empty()) {
    return fail(Kind::invalid, request.text.empty() ? "There is nothing to say." : "Both a text and a step were given.",
                "Give `text`, or `step` with its `values`.");
  }
  return check_time(call, std::move(request));
}

app::Answers answers_of(const Call& call) { return {call.services.hub, call.in_brand(), call.who.login}; }

Reply told(const app::Answer& answer, int status) {
  Json json;
  add(json, answer);
  return {.status = status, .body = json.take()};
}

Result<Reply> preview_answer(Call& call) {
  TRY(const app::AnswerRequest request, read_request(call));
  TRY(const app::Answer answer, answers_of(call).preview(request));
  return told(answer, 200);
}

// What came into the thread since its author saw it, so that it can be read where they write.
Result<Reply> moved_on(Call& call, const Error& error, std::int64_t seen) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(app::ThreadView view, app::read_thread(reader, call.brand_id(), call.id<ThreadId>("thread")));
    if (seen == 0 || seen == view.version) return Error(error);
    Problem problem = problem_of(error);
    Json more;
    more.open_list();
    std::sort(view.messages.begin(), view.messages.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    // Messages come one at a time and each moves the version; a merge moves it further than there are messages.
    const auto missed = static_cast<std::size_t>(std::max<std::int64_t>(view.version - seen, 1));
    const std::size_t from = view.messages.size() > missed ? view.messages.size() - missed : 0;
    for (std::size_t i = from; i < view.messages.size(); ++i) add(more, view.messages[i]);
    more.close_list();
    problem.more = "\"version\":" + std::to_string(view.version) + ",\"new_messages\":" + more.take();
    return reply_of(problem);
  });
}

// What there is to say of it, so that its author can read why where they write.
Result<Reply> refused(const Call& call, const Error& error, const app::AnswerRequest& request) {
  const auto preview = answers_of(call).preview(request);
  if (!preview || preview->findings.empty()) return Error(error);
  Problem problem = problem_of(error);
  Json findings;
  add_findings(findings, preview->findings);
  problem.more = "\"findings\":" + findings.take();
  return reply_of(problem);
}

Result<Reply> send_answer(Call& call) {
  TRY(const app::AnswerRequest request, read_request(call));
  auto answer = answers_of(call).send(request);
  if (!answer) {
    if (answer.error().kind == Kind::conflict && request.seen_version != 0) {
      auto moved = moved_on(call, answer.error(), request.seen_version);
      if (moved) return moved;
    }
    return refused(call, answer.error(), request);
  }
  call.services.options.wake_senders();
  return told(*answer, 201);
}

constexpr Field kWaysQuery[] = {id_field("message", "Which message is answered; the customer's last when left out")};
constexpr Field kWayFields[] = {
    object_field("answer", kAnswer, "Without words: channel, account, grade, limits, time").needed(),
    id_field("recipient", "To be named with the account; null for the thread's own way").or_null().needed(),
    text_field("why_not", "Why nothing can be answered there").or_null().needed()};
constexpr Schema kWay{"AnswerWay", kWayFields};
constexpr Field kWaysFields[] = {object_field("items", kWay, "The thread's own way first").many(1000)};
constexpr Schema kWays{"AnswerWays", kWaysFields};

Result<Reply> list_ways(Call& call) {
  TRY(const auto ways, answers_of(call).ways(call.id<ThreadId>("thread"), MessageId{call.query.integer("message")}));
  Json json;
  json.open().key("items").open_list();
  for (const app::AnswerWay& way : ways) {
    add(json.open().key("answer"), way.answer);
    json.put("recipient", way.recipient).put_text_or_null("why_not", way.why_not).close();
  }
  json.close_list().close();
  return ok(std::move(json));
}

#define AMENDS_THREAD AMENDS_BRAND "/threads/{thread}"
constexpr Route kAnswersRoutes[] = {
    get(AMENDS_THREAD "/answers/ways", "list_answer_ways", Permission::answer, list_ways,
        "How the thread can be answered, in its own channel and in private elsewhere")
        .with(kWaysQuery)
        .answers(kWays),
    post(AMENDS_THREAD "/answers/preview", "preview_answer", Permission::answer, preview_answer,
         "Who would get what; nothing is stored")
        .takes(kAnswerBody, kBodyMost)
        .answers(kAnswer)
        .marked(kNoKey),
    post(AMENDS_THREAD "/answers", "send_answer", Permission::answer, send_answer,
         "Answers in the thread's own channel; can be taken back until it leaves")
        .takes(kAnswerBody, kBodyMost)
        .answers(kAnswer, 201),
};

}  // namespace

std::span<const Route> answer_routes() { return kAnswersRoutes; }

}  // namespace amends::web
