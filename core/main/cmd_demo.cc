// `amends demo`: the main job on a made-up company, in the terminal. What it shows is what anybody's own data would
// show: the tour uses the same calls as every other command.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <CLI/CLI.hpp>

#include "core/app/answers.h"
#include "core/app/import.h"
#include "core/app/pull.h"
#include "core/app/sample.h"
#include "core/app/send.h"
#include "core/app/staff.h"
#include "core/app/view.h"
#include "core/app/watchdog.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/crypto/random.h"
#include "core/identity/suggest.h"
#include "core/main/cli.h"
#include "core/main/demo_post.h"
#include "core/main/serving.h"
#include "core/mime/mail.h"
#include "core/outbox/tracking.h"
#include "core/people/users.h"

namespace amends::cli {
namespace {

constexpr const char* kDemoLogin = "noor";

struct DemoOptions {
  bool with_mail_server = false;
  bool stay = false, leave = false;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void heading(const std::string& words) { std::printf("\n%s\n", bold(words).c_str()); }

// Where the demo's mail goes: its own post office, or the private mail server whose addresses tests/peers/mail exports.
struct Post {
  std::unique_ptr<DemoPost> own;
  std::map<std::string, std::string> settings;
};

Result<Post> open_post(bool with_mail_server) {
  Post post;
  post.settings = {{"address", std::string(app::kSampleAddress)},
                   {"allow_private_network", "true"},
                   {"trusted_authserv_ids", std::string(app::kSampleAuthservId)}};
  if (!with_mail_server) {
    TRY(post.own, DemoPost::open());
    post.settings.insert({{"imap_host", "127.0.0.1"},
                          {"imap_security", "insecure_none"},
                          {"smtp_host", "127.0.0.1"},
                          {"smtp_port", std::to_string(post.own->port())},
                          {"smtp_security", "insecure_none"},
                          {"username", "demo"},
                          {"password", "demo"},
                          {"plus_addressing", "true"},
                          {"sent_copy", "none"}});
    return post;
  }
  const std::string ca = environment("AMENDS_PEER_CA");
  if (ca.empty()) {
    return fail(Kind::invalid, "no private mail server is running",
                "start the demo by packaging/demo --with-mail-server: it installs and starts one");
  }
  post.settings["address"] = "support@shop.test";
  post.settings.insert({{"imap_host", environment("AMENDS_PEER_HOST")},
                        {"imap_port", environment("AMENDS_PEER_IMAPS")},
                        {"smtp_host", environment("AMENDS_PEER_HOST")},
                        {"smtp_port", environment("AMENDS_PEER_SUBMISSIONS")},
                        {"smtp_security", "tls"},
                        {"username", "support@shop.test"},
                        {"password", environment("AMENDS_PEER_PASSWORD")},
                        {"ca_file", ca}});
  return post;
}

Result<app::Config> demo_config(const Session& session, const Post& post) {
  app::Config config = app::default_config();
  config.data = session.data_folder.empty() ? config.data + "-demo" : session.data_folder;
  if (!session.config_file.empty()) {  // of a person's own configuration only where to listen is taken over
    TRY(const app::Config own, session.config());
    config.http = own.http;
  }
  app::BrandConfig brand;
  brand.key = app::kSampleBrand;
  brand.name = app::kSampleBrandName;
  brand.domains = {std::string(app::kSampleDomain)};
  brand.signature = "Noor, Kestrel & Crumb";
  config.brands = {brand};
  for (const channel::Descriptor* channel : channel::channels()) {
    if (!channel->can.send || !channel->can.mail) continue;
    app::AccountConfig account;
    account.brand = brand.key;
    account.name = "support";
    account.channel = channel;
    TRY(account.settings, channel::check_settings(*channel, post.settings));
    config.accounts.push_back(std::move(account));
    break;
  }
  log::set_level(log::Level::error);
  return config;
}

class Tour {
 public:
  Tour(Session& session, app::Hub& hub, app::Brand brand, const Post& post)
      : session_(session), hub_(hub), brand_(brand), post_(post), account_(hub.accounts().front()) {}

  Result<Done> run() {
    TRY_DO(fill());
    TRY_DO(what_came_in());
    TRY_DO(one_timeline());
    TRY_DO(answer_one());
    goodbye();
    return Done{};
  }

 private:
  // The sample, unless an earlier start brought it in.
  Result<Done> fill() {
    TRY(const std::int64_t there, hub_.db().read([](store::Reader& reader) -> Result<std::int64_t> {
      return reader.count("SELECT COUNT(*) FROM message");
    }));
    if (there > 0) {
      std::printf("The sample workspace is here from an earlier start: %lld messages.\n",
                  static_cast<long long>(there));
      return Done{};
    }
    const std::string folder = hub_.config().data + "/sample";
    TRY(const app::SampleWorkspace sample, app::write_sample(folder, hub_.clock().now()));
    std::printf(
        "Kestrel & Crumb, a made-up café chain with a webshop: %lld mails, %lld reviews, %lld mentions, in %s.\n",
        static_cast<long long>(sample.mails), static_cast<long long>(sample.reviews),
        static_cast<long long>(sample.mentions), folder.c_str());
    const app::Watchdog watchdog(hub_.guard(), hub_.clock());
    for (const std::string& path : {sample.mail, sample.reviews_file, sample.mentions_file}) {
      app::ImportRequest request;
      request.path = path;
      request.own_handles = {std::string(app::kSampleAddress)};
      request.open = true;
      Progress progress(session_, "Importing");
      TRY(const app::ImportReport report,
          app::import_path(hub_, brand_, request, [&](const channel::ImportProgress& at, const app::InReport& so_far) {
            progress.show(at.done, at.total, std::to_string(so_far.placed) + " messages");
          }));
      std::printf("  %-28s %4lld new messages, %lld copies, %lld in quarantine\n",
                  std::filesystem::path(path).filename().c_str(), static_cast<long long>(report.in.placed),
                  static_cast<long long>(report.in.copies), static_cast<long long>(report.in.quarantined));
    }
    return Done{};
  }

  Result<Done> what_came_in() {
    heading("What came in, and who waits for an answer");
    TRY(const inbox::Page page, hub_.db().read([&](store::Reader& reader) -> Result<inbox::Page> {
      return inbox::page(reader, brand_.id, inbox::View::waiting, "", "", {}, 8);
    }));
    for (const inbox::Row& row : page.rows) {
      const std::string stars = row.rating ? std::to_string(static_cast<int>(*row.rating + 0.5)) + "★" : "  ";
      std::printf("  %s %s %s %s %s\n", cell(std::to_string(row.thread.value), 5).c_str(),
                  cell(show_age(row.last_at, hub_.clock().now()), 13).c_str(), stars.c_str(),
                  cell(row.author, 20).c_str(), cell(row.subject.empty() ? row.preview : row.subject, 50).c_str());
    }
    return Done{};
  }

  Result<Done> one_timeline() {
    heading("One customer's timeline, over all channels");
    return hub_.db().read([&](store::Reader& reader) -> Result<Done> {
      const auto richest = app::richest_story(reader, brand_.id);
      if (!richest) return Done{};
      TRY(const app::CustomerView customer, app::read_customer(reader, brand_.id, *richest));
      std::printf("  %s", bold(text::printable(customer.name)).c_str());
      for (const auto& one : customer.identities) std::printf("  %s", dim(one.handle).c_str());
      std::puts("");
      for (const timeline::Entry& entry : timeline::page(reader, customer.streams, {}, 8).entries) {
        if (!entry.message) continue;
        const timeline::Message& m = *entry.message;
        std::printf("  %s %s %s %s\n", m.direction == model::Direction::out ? "→" : "←",
                    cell(show_time(m.at), 19).c_str(), cell(m.subject, 34).c_str(), cell(m.preview, 60).c_str());
      }
      return Done{};
    });
  }

  // The newest mail that waits, answered by a template, sent over SMTP, and the customer's reply tracked.
  Result<Done> answer_one() {
    heading("An answer, sent and tracked");
    TRY(const ThreadId thread, choose_thread());
    if (!thread) {
      std::puts("  Nobody waits for an answer by mail any more: every thread is answered.");
      return Done{};
    }
    app::Answers answers(hub_, brand_, "Noor");
    app::AnswerRequest request;
    request.thread = thread;
    request.at_once = true;
    request.text =
        "Thank you for telling us, and I am sorry. This should not have happened.\n\n"
        "I have looked at what went wrong and I am putting it right today. You will hear from me again tomorrow "
        "before noon, whatever I find.";
    TRY(const app::Answer answer, answers.send(request));
    std::printf("  To %s: \"%s\"\n", answer.to.front().handle.c_str(), text::printable(answer.subject).c_str());
    auto connector = account_->channel->open(*account_->settings, hub_.environment(*account_));
    if (!connector) return std::move(connector).error();
    const app::SendRound round = app::send_due(hub_, *account_, **connector, {});
    if (round.error) return Error(*round.error);
    TRY_DO(show_update(answer.update));
    if (!post_.own) {
      std::printf("  It lies in the mailbox of %s on the private server now.\n", answer.to.front().handle.c_str());
      return Done{};
    }
    TRY_DO(customer_replies(answer));
    return show_update(answer.update);
  }

  Result<ThreadId> choose_thread() {
    if (!post_.own) {
      TRY_DO(pull_from_server());
    }
    return hub_.db().read([&](store::Reader& reader) -> Result<ThreadId> {
      const auto page = inbox::page(reader, brand_.id, inbox::View::waiting, "", "", {}, 200);
      for (const inbox::Row& row : page.rows) {
        const auto message = timeline::find(reader, row.last_message);
        const bool answerable = message && message->channel == account_->channel->name &&
                                message->direction == model::Direction::in &&
                                message->origin == model::Origin::personal;
        // The words of the tour are English, and an apology for a first mail rather than for thanks.
        const bool fits = !post_.own ? message && message->account == account_->id
                                     : message && message->language == "en" && row.subject.rfind("Re:", 0) != 0;
        if (answerable && fits) return row.thread;
      }
      return ThreadId{};
    });
  }

  // A mail to ourselves over the real server: a customer of guest.test writes, we pull.
  Result<Done> pull_from_server() {
    std::printf("  pulling from the private mail server …\n");
    auto connector = account_->channel->open(*account_->settings, hub_.environment(*account_));
    if (!connector) return std::move(connector).error();
    channel::Outbound letter;
    letter.key = letter.message_id = "demo." + std::to_string(hub_.clock().now().ms) + "@guest.test";
    letter.sender = "support@shop.test";
    letter.recipients = {"support@shop.test"};
    letter.payload =
        "From: Alice Guest <alice@guest.test>\r\nTo: support@shop.test\r\nSubject: My order never came\r\nDate: " +
        to_rfc5322(hub_.clock().now()) + "\r\nMessage-ID: <" + letter.message_id +
        ">\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello, order KC-4711 was due on Monday. Where is it?\r\n"
        "Alice\r\n";
    TRY([[maybe_unused]] const channel::Receipt receipt, (*connector)->send(letter));
    app::Pipeline pipeline(hub_);
    for (int i = 0; i < 50; ++i) {
      const app::PullReport report = app::pull_account(hub_, *account_, **connector, {}, {});
      if (report.error) return Error(*report.error);
      TRY(const app::InReport placed, pipeline.place_waiting(1000));
      if (placed.placed > 0) {
        std::printf("  %lld new message from it.\n", static_cast<long long>(placed.placed));
        return Done{};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return fail(Kind::unavailable, "the mail did not arrive within ten seconds");
  }

  // What the customer's program makes of "reply": our letter's Message-ID in the right header.
  Result<Done> customer_replies(const app::Answer& answer) {
    const auto letters = post_.own->letters();
    if (letters.empty()) return fail(Kind::internal, "the post office has no letter");
    const model::Content ours = mime::parse(letters.back());
    const std::string& to = ours.reply_to.empty() ? ours.author.handle : ours.reply_to.front().handle;
    const std::string reply =
        "Authentication-Results: " + std::string(app::kSampleAuthservId) + "; dmarc=pass\r\nReceived: by " +
        std::string(app::kSampleAuthservId) + "; " + to_rfc5322(hub_.clock().now()) +
        "\r\nFrom: " + answer.to.front().handle + "\r\nTo: " + to + "\r\nSubject: " + "Re: your message" +
        "\r\nDate: " + to_rfc5322(hub_.clock().now()) + "\r\nMessage-ID: <reply." + ours.message_id +
        ">\r\nIn-Reply-To: <" + ours.message_id + ">\r\nReferences: <" + ours.message_id +
        ">\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Thank you for the quick answer, that is all I wanted.\r\n";
    const std::string path = hub_.config().data + "/sample/reply-" + std::to_string(answer.update.value) + ".eml";
    std::ofstream(path, std::ios::binary) << reply;
    app::ImportRequest request;
    request.path = path;
    request.open = true;
    TRY(const app::ImportReport report, app::import_path(hub_, brand_, request, {}));
    std::printf("  … the customer replies (%lld new message) …\n", static_cast<long long>(report.in.placed));
    return Done{};
  }

  Result<Done> show_update(UpdateId id) {
    return hub_.db().read([&](store::Reader& reader) -> Result<Done> {
      const auto update = outbox::find(reader, brand_.id, id);
      if (!update) return Done{};
      std::string line = "  update " + std::to_string(id.value) + ": " + std::string(model::name_of(update->state));
      for (const outbox::Recipient& r : update->recipients) {
        line += ", " + r.address + " " + std::string(model::name_of(r.state)) +
                (r.code != 0 ? " (" + std::to_string(r.code) + ")" : "");
      }
      if (update->answered_at) line += ", answered " + show_age(*update->answered_at, hub_.clock().now());
      if (!update->reason.empty()) line += ", " + update->reason;
      std::puts(text::printable(line).c_str());
      return Done{};
    });
  }

  void goodbye() const {
    const std::string& data = hub_.config().data;
    heading("Look around");
    std::printf(
        "  amends inbox --data %s\n  amends timeline CUSTOMER --data %s\n  amends search \"cold coffee\" --data %s\n"
        "  amends answer THREAD --text \"…\" --dry-run --data %s\n",
        data.c_str(), data.c_str(), data.c_str(), data.c_str());
  }

  Session& session_;
  app::Hub& hub_;
  const app::Brand brand_;
  const Post& post_;
  const app::HubAccount* account_;
};

// Somebody who may do everything, with a new password at each start.
Result<std::string> demo_login(app::Hub& hub) {
  app::Staff staff(hub);
  const people::Principal console = people::console("demo");
  const std::string password = crypto::random_token(10);
  TRY(const auto known, hub.db().read([](store::Reader& reader) -> Result<std::optional<people::User>> {
    return people::find_user(reader, kDemoLogin);
  }));
  if (known) {
    TRY_DO(staff.set_password(console, known->id, Secret(password)));
  } else {
    people::NewUser user;
    user.login = kDemoLogin;
    user.display_name = "Noor";
    user.admin = true;
    TRY([[maybe_unused]] const UserId id, staff.add_user(console, user, Secret(password)));
  }
  return password;
}

// The same workspace for programs and browsers, until somebody ends it.
int stay(Session& session, const app::Config& config, const Post& post) {
  block_ending_signals();
  auto hub = app::Hub::open(config, session.clock);
  if (!hub) return report(hub.error());
  const auto password = demo_login(**hub);
  if (!password) return report(password.error());
  Serving serving;
  serving.pull = !post.own;
  serving.greeting = "  sign in as " + std::string(kDemoLogin) + ", password " + *password +
                     "\n  the API by example: /api/v1/reference\n  Ctrl-C ends it; everything is kept.\n";
  serving.browse = true;
  heading("For programs and browsers");
  std::fflush(stdout);
  return serve(**hub, serving);
}

int demo(Session& session, const DemoOptions& options) {
  auto post = open_post(options.with_mail_server);
  if (!post) return report(post.error());
  auto config = demo_config(session, *post);
  if (!config) return report(config.error());
  {
    auto hub = app::Hub::open(*config, session.clock);
    if (!hub) return report(hub.error());
    const app::Brand brand = (*hub)->brands().front();
    const auto toured = Tour(session, **hub, brand, *post).run();
    if (!toured) return report(toured.error());
  }
  const bool stays = options.stay || (!options.leave && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1);
  if (stays) return stay(session, *config, *post);
  std::printf("\n  amends demo --stay goes on and answers at %s\n",
              local_address(config->http, config->http.port).c_str());
  return kDone;
}

}  // namespace

void add_demo(CLI::App& app, Session& session) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command = app.add_subcommand("demo", "A tour of the main job on a made-up company");
  command->add_flag("--with-mail-server", options->with_mail_server,
                    "Over the private mail server that packaging/demo --with-mail-server starts");
  command->add_flag("--stay", options->stay, "Serve the workspace after the tour, as it does on a terminal");
  command->add_flag("--leave", options->leave, "End after the tour")->excludes("--stay");
  command->footer("A second start is quick and keeps what you did. Delete the folder to begin anew.");
  command->callback([&session, options] { session.exit_code = demo(session, *options); });
}

}  // namespace amends::cli
