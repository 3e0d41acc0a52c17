// Plugins that keep to nothing: each is a few lines of Python, and none may harm more than its own account.
#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "core/channel/plugin_channel.h"
#include "core/channel/plugin_process.h"
#include "core/channel/post.h"
#include "core/channel/registry.h"
#include "tests/support/channel_world.h"

namespace amends {
namespace {

// What every script begins with: a greeting that is all right.
constexpr const char* kGreets = R"(#!/usr/bin/python3
import json, os, socket, sys
def say(x): print(json.dumps(x), flush=True)
NAME = os.path.basename(__file__)[:-3]
HELLO = {"protocol": 1, "name": NAME, "title": NAME, "can": {"pull": True, "send": True, "check": True}, "send_class": "blind"}
def ask():
    line = sys.stdin.readline()
    if not line: sys.exit()
    return json.loads(line)
def greet():
    for call in ("hello", "open"):
        say({"id": ask()["id"], "result": HELLO if call == "hello" else {}})
)";

class HostilePlugin : public testing::Test {
 protected:
  // `script` goes on where the greeting and the opening are through, when `greets`.
  std::unique_ptr<channel::Connector> plugin(const std::string& name, const std::string& script) {
    auto added = add(name,
                     "if True:\n  frame = ask()\n  say({'id': frame['id'], 'result': HELLO})\n  frame = ask()\n"
                     "  say({'id': frame['id'], 'result': {}})\n" +
                         script);
    if (!added) {
      ADD_FAILURE() << added.error().what;
      return nullptr;
    }
    auto account = world_.open(**added, {});
    EXPECT_TRUE(account);
    return account ? *std::move(account) : nullptr;
  }
  Result<const channel::Descriptor*> add(const std::string& name, const std::string& body) {
    const std::string path = (folder_.path() / (name + ".py")).string();
    {
      std::ofstream out(path);
      out << kGreets << body;
    }
    std::filesystem::permissions(path, std::filesystem::perms::owner_all | std::filesystem::perms::others_read |
                                           std::filesystem::perms::others_exec);
    return channel::add_plugin(path, AMENDS_PLUGIN_HOST);
  }

  test::TempFolder folder_;
  test::ChannelWorld world_;
};

TEST_F(HostilePlugin, AnotherProtocolOrNoSenseIsRefusedByItsGreeting) {
  const auto other = add("other_protocol", "say({'id': ask()['id'], 'result': dict(HELLO, protocol=99)})\n");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, Kind::invalid);
  EXPECT_FALSE(add("nonsense", "print('good morning', flush=True)\n"));
  EXPECT_FALSE(add("no_words", "sys.exit(3)\n"));
  const auto taken = add("email", "say({'id': ask()['id'], 'result': HELLO})\n");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, Kind::conflict);
}

TEST_F(HostilePlugin, NoiseAHugeLineAndHalfAFrameEndTheCallAndNothingElse) {
  const auto noisy = plugin("noisy", "ask()\nfor _ in range(10000): print('noise', flush=True)\n");
  const auto huge = plugin("huge", "ask()\nsys.stdout.write('x' * (20 << 20)); sys.stdout.flush()\n");
  const auto half = plugin("half", "ask()\nsys.stdout.write('{\"id\": 3, \"res'); sys.stdout.flush(); sys.exit()\n");
  for (const auto& account : {noisy.get(), huge.get(), half.get()}) {
    ASSERT_NE(account, nullptr);
    const auto page = account->pull("");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, Kind::unavailable);
    // Not started over and over: it rests first.
    const auto again = account->pull("");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, Kind::unavailable);
  }
}

TEST_F(HostilePlugin, StartsAfreshAfterItsRest) {
  const auto account = plugin("dies_once",
                              "frame = ask()\nif frame['cursor'] == 'die': sys.exit()\n"
                              "say({'id': frame['id'], 'result': {'items': [], 'cursor': 'c'}})\n");
  ASSERT_TRUE(account);
  ASSERT_FALSE(account->pull("die"));
  world_.clock.advance(std::chrono::minutes(1));
  const auto page = account->pull("");
  ASSERT_TRUE(page) << page.error().what;
  EXPECT_EQ(page->cursor, "c");
}

TEST_F(HostilePlugin, PagesAreBoundedAndItemsChecked) {
  const char* const items[] = {"[{'id': str(i), 'kind': 'review'} for i in range(1001)]",
                               "[{'kind': 'review'}]",
                               "[{'id': 'a', 'kind': 'gossip'}]",
                               "[{'id': 'x' * 600, 'kind': 'review'}]",
                               "[{'id': 'a\\nb', 'kind': 'review'}]",
                               "[{'id': 'a', 'kind': 'review', 'at': '99999-01-01'}]"};
  int n = 0;
  for (const char* list : items) {
    const auto account =
        plugin("items_" + std::to_string(++n),
               std::string("frame = ask()\nsay({'id': frame['id'], 'result': {'cursor': '', 'items': ") + list +
                   "}})\nask()\n");
    ASSERT_TRUE(account);
    const auto page = account->pull("");
    EXPECT_FALSE(page) << list;
  }
}

TEST_F(HostilePlugin, DyingBetweenSendAndAnswerIsInDoubt) {
  const auto account = plugin("dies_sending", "ask()\nsys.exit()\n");
  ASSERT_TRUE(account);
  channel::Post post;
  post.text = "Thank you";
  channel::Outbound outbound;
  outbound.key = "k";
  outbound.payload = channel::write_post(post);
  bool passed = false;
  outbound.point_of_no_return = [&]() -> Result<Done> {
    passed = true;
    return Done{};
  };
  outbound.recipients = {"maya"};
  const auto receipt = account->send(outbound);
  EXPECT_TRUE(passed);
  ASSERT_TRUE(receipt);
  ASSERT_EQ(receipt->recipients.size(), 1u);
  EXPECT_EQ(receipt->recipients[0].state, model::RecipientState::in_doubt);
}

TEST_F(HostilePlugin, AnswersNobodyAskedForAreLeftAlone) {
  const auto account = plugin("acks_twice",
                              "frame = ask()\nfor n in (frame['id'] - 1, 777, frame['id'], frame['id']):\n"
                              "  say({'id': n, 'result': {'items': [], 'cursor': str(n)}})\n"
                              "frame = ask()\nsay({'id': frame['id'], 'result': {'facts': ['well']}})\nask()\n");
  ASSERT_TRUE(account);
  ASSERT_TRUE(account->pull(""));
  const auto health = account->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_EQ(health->facts, std::vector<std::string>{"well"});
}

TEST_F(HostilePlugin, SeesNoFilesOfOthersNoNetworkAndNoEnvironment) {
  // Somebody listens, so that only the confinement can be what turns it away.
  const net::Fd listening(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listening.get(), 5), 0);
  ASSERT_EQ(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto account = plugin("curious", "PORT = " + std::to_string(ntohs(address.sin_port)) + R"(
def tried(what):
    try:
        what()
        return 'yes'
    except OSError as e:
        return 'no'
def dial():
    s = socket.socket(); s.settimeout(2); s.connect(('127.0.0.1', PORT))
def write(): open('/usr/left_here', 'w')
frame = ask()
say({'id': frame['id'], 'result': {'facts': ['dial ' + tried(dial), 'shadow ' + tried(lambda: open('/etc/shadow').read()),
     'write ' + tried(write), 'home ' + str(len([k for k in os.environ if k not in ('PATH', 'LANG', 'LC_CTYPE', 'PWD')]))]}})
)");
  ASSERT_TRUE(account);
  const auto health = account->check();
  ASSERT_TRUE(health) << health.error().what;
  if (channel::confinement() == channel::Confinement::bubblewrap) {
    EXPECT_EQ(health->facts, (std::vector<std::string>{"dial no", "shadow no", "write no", "home 0"}));
  } else {
    EXPECT_EQ(health->facts.front(), "dial no");
  }
}

TEST_F(HostilePlugin, ReachesOnlyTheHostsItNamed) {
  const auto account = plugin("roaming", R"(
frame = ask()
answers = []
for url in ('http://127.0.0.1:1/', 'http://169.254.169.254/', 'file:///etc/shadow', 'gopher://x'):
    say({'http': len(answers) + 1, 'url': url})
    answers.append('refused' if 'error' in ask() else 'let through')
say({'id': frame['id'], 'result': {'facts': answers}})
)");
  ASSERT_TRUE(account);
  const auto health = account->check();
  ASSERT_TRUE(health) << health.error().what;
  EXPECT_EQ(health->facts, std::vector<std::string>(4, "refused"));
}

TEST_F(HostilePlugin, AHangingOneIsEndedByInterrupt) {
  const auto account = plugin("hangs", "ask()\nimport time\ntime.sleep(1000)\n");
  ASSERT_TRUE(account);
  std::jthread stops([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    account->interrupt();
  });
  const auto page = account->pull("");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unavailable);
}

}  // namespace
}  // namespace amends
