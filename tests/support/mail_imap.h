// A small IMAP server over folders in memory that a test can bend: any command can be answered otherwise.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/mail_peer.h"

namespace amends::test {

struct FakeMail {
  std::uint64_t uid = 0;
  std::string raw;
};
struct FakeFolder {
  std::uint64_t uid_validity = 17;
  std::uint64_t uid_next = 1;
  std::vector<FakeMail> mails;
  std::string flags;  // "\\Sent"
};

struct ImapScript {
  std::string capabilities =
      "IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 SASL-IR IDLE UIDPLUS NAMESPACE ESEARCH LITERAL+";
  std::string greeting = "* OK ready";
  SSL_CTX* tls = nullptr;
  bool tls_from_the_start = false;
  std::function<void(Peer&, int number)> begin;  // sets cuts
  // True: the test answered this command itself. `line` is without the tag. REQUIRES: locked() for folders.
  std::function<bool(Peer& peer, const std::string& tag, const std::string& line)> answer;
};

class FakeImap {
 public:
  explicit FakeImap(ImapScript script)
      : script_(std::move(script)), server_([this](Peer& peer, int number) { serve(peer, number); }) {}

  std::uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }

  void add(const std::string& folder, const std::string& raw) {
    with(folder, [&](FakeFolder& f) { f.mails.push_back({f.uid_next++, raw}); });
  }
  void with(const std::string& folder, const std::function<void(FakeFolder&)>& change) {
    {
      const std::lock_guard lock(mutex_);
      change(folders_[folder]);
      ++changes_;
    }
    changed_.notify_all();
  }
  void drop(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    folders_.erase(folder);
  }
  FakeFolder folder(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto it = folders_.find(name);
    return it == folders_.end() ? FakeFolder{} : it->second;
  }
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::size_t heard(const std::string& part) const {
    const auto all = heard();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const std::string& l) { return l.find(part) != l.npos; }));
  }

 private:
  static std::string unquoted(std::string_view word) {
    if (word.size() >= 2 && word.front() == '"') word = word.substr(1, word.size() - 2);
    return std::string(word);
  }
  static std::string first_word(std::string& rest) {
    const std::size_t end =
        !rest.empty() && rest.front() == '"' ? rest.find('"', 1) + 1 : std::min(rest.find(' '), rest.size());
    std::string word = rest.substr(0, end);
    rest.erase(0, std::min(end + 1, rest.size()));
    return unquoted(word);
  }
  static bool in_set(const std::string& set, std::uint64_t uid, std::uint64_t last) {
    std::size_t at = 0;
    while (at <= set.size()) {
      const std::size_t comma = std::min(set.find(',', at), set.size());
      const std::string range = set.substr(at, comma - at);
      const std::size_t colon = range.find(':');
      const auto number = [&](const std::string& s) { return s == "*" ? last : std::stoull(s); };
      const auto from = number(range.substr(0, colon));
      const auto to = colon == range.npos ? from : number(range.substr(colon + 1));
      if (uid >= std::min(from, to) && uid <= std::max(from, to)) return true;
      at = comma + 1;
    }
    return false;
  }

  void serve(Peer& peer, int number) {
    if (script_.begin) script_.begin(peer, number);
    if (script_.tls_from_the_start) peer.start_tls(script_.tls);
    peer.say(script_.greeting);
    std::string open;
    for (;;) {
      std::string line = peer.line();
      const std::string tag = line.substr(0, line.find(' '));
      std::string rest = line.substr(std::min(line.size(), tag.size() + 1));
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(rest);
      }
      if (script_.answer && script_.answer(peer, tag, rest)) continue;
      const std::string verb = first_word(rest);
      if (verb == "CAPABILITY") {
        std::string all = script_.capabilities;
        if (script_.tls != nullptr && !peer.encrypted()) all += " STARTTLS";
        peer.say("* CAPABILITY " + all);
      } else if (verb == "STARTTLS") {
        peer.say(tag + " OK go");
        peer.start_tls(script_.tls);
        continue;
      } else if (verb == "LIST") {
        list(peer);
      } else if (verb == "NAMESPACE") {
        peer.say("* NAMESPACE ((\"\" \"/\")) NIL NIL");
      } else if (verb == "EXAMINE") {
        open = first_word(rest);
        if (!examine(peer, tag, open)) continue;
      } else if (verb == "STATUS") {
        const FakeFolder f = folder(first_word(rest));
        peer.say("* STATUS x (MESSAGES " + std::to_string(f.mails.size()) + ")");
      } else if (verb == "UID") {
        const std::string what = first_word(rest);
        if (what == "SEARCH") search(peer, tag, open, rest);
        if (what == "FETCH") fetch(peer, open, rest);
      } else if (verb == "APPEND") {
        append(peer, tag, rest);
        continue;
      } else if (verb == "IDLE") {
        idle(peer, open);
      } else if (verb == "LOGOUT") {
        peer.say("* BYE bye");
        return;
      }
      peer.say(tag + " OK done");
    }
  }
  void list(Peer& peer) {
    std::map<std::string, FakeFolder> all;
    {
      const std::lock_guard lock(mutex_);
      all = folders_;
    }
    for (const auto& [name, f] : all) peer.say("* LIST (" + f.flags + ") \"/\" \"" + name + "\"");
  }
  bool examine(Peer& peer, const std::string& tag, const std::string& name) {
    bool there = false;
    FakeFolder f;
    {
      const std::lock_guard lock(mutex_);
      const auto it = folders_.find(name);
      there = it != folders_.end();
      if (there) f = it->second;
    }
    if (!there) {
      peer.say(tag + " NO [NONEXISTENT] no such folder");
      return false;
    }
    peer.say("* " + std::to_string(f.mails.size()) + " EXISTS");
    peer.say("* OK [UIDVALIDITY " + std::to_string(f.uid_validity) + "] good");
    peer.say("* OK [UIDNEXT " + std::to_string(f.uid_next) + "] next");
    return true;
  }
  void search(Peer& peer, const std::string& tag, const std::string& open, const std::string& rest) {
    const FakeFolder f = folder(open);
    std::string found;
    std::string id;
    if (const std::size_t at = rest.find("Message-ID \""); at != rest.npos)
      id = rest.substr(at + 12, rest.rfind('"') - at - 12);
    const std::string set = id.empty() ? rest.substr(rest.rfind(' ') + 1) : "";
    const std::uint64_t last = f.mails.empty() ? 0 : f.mails.back().uid;
    for (const auto& mail : f.mails) {
      if (id.empty() ? in_set(set, mail.uid, last) : mail.raw.find(id) != mail.raw.npos) {
        found += (found.empty() ? "" : ",") + std::to_string(mail.uid);
      }
    }
    if (rest.find("RETURN") != rest.npos) {
      peer.say("* ESEARCH (TAG \"" + tag + "\") UID" + (found.empty() ? "" : " ALL " + found));
    } else {
      std::replace(found.begin(), found.end(), ',', ' ');
      peer.say("* SEARCH" + (found.empty() ? "" : " " + found));
    }
  }
  void fetch(Peer& peer, const std::string& open, std::string rest) {
    const FakeFolder f = folder(open);
    const std::string set = first_word(rest);
    const std::uint64_t last = f.mails.empty() ? 0 : f.mails.back().uid;
    std::size_t sequence = 0;
    for (const auto& mail : f.mails) {
      ++sequence;
      if (!in_set(set, mail.uid, last)) continue;
      std::string out = "* " + std::to_string(sequence) + " FETCH (UID " + std::to_string(mail.uid);
      if (rest.find("RFC822.SIZE") != rest.npos) out += " RFC822.SIZE " + std::to_string(mail.raw.size());
      if (rest.find("INTERNALDATE") != rest.npos) out += " INTERNALDATE \"21-Nov-2026 09:30:00 +0000\"";
      const std::size_t body = rest.find("BODY.PEEK[");
      if (body != rest.npos) {
        const std::string part = part_of(mail.raw, rest.substr(body + 10));
        const std::string section = rest.substr(body + 10, rest.find(']', body) - body - 10);
        out += " BODY[" + section + "] {" + std::to_string(part.size()) + "}\r\n" + part;
      }
      peer.say(out + ")");
    }
  }
  static std::string part_of(const std::string& raw, const std::string& section) {
    const std::string header = raw.substr(0, raw.find("\r\n\r\n") + 4);
    if (section.rfind("HEADER.FIELDS (MESSAGE-ID)", 0) == 0) {
      const std::size_t at = header.find("Message-ID:");
      return at == header.npos ? "\r\n" : header.substr(at, header.find("\r\n", at) + 2 - at) + "\r\n";
    }
    return section.rfind("HEADER", 0) == 0 ? header : raw;
  }
  void append(Peer& peer, const std::string& tag, std::string rest) {
    const std::string name = first_word(rest);
    const std::size_t open = rest.rfind('{');
    const bool wait = rest.find('+', open) == rest.npos;
    const std::size_t size = std::stoull(rest.substr(open + 1));
    if (wait) peer.say("+ go on");
    const std::string raw = peer.bytes(size);
    peer.line();
    add(name, raw);
    const FakeFolder f = folder(name);
    peer.say(tag + " OK [APPENDUID " + std::to_string(f.uid_validity) + " " + std::to_string(f.mails.back().uid) +
             "] done");
  }
  // Tells of changes until DONE.
  void idle(Peer& peer, const std::string& open) {
    int known = 0;
    {
      const std::lock_guard lock(mutex_);
      known = changes_;
    }
    peer.say("+ idling");
    while (!peer.hears_within(0)) {
      bool news = false;
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(10));
        news = changes_ != known;
        known = changes_;
      }
      if (news) peer.say("* " + std::to_string(folder(open).mails.size()) + " EXISTS");
    }
    peer.line();
  }

  ImapScript script_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int changes_ = 0;
  std::map<std::string, FakeFolder> folders_{{"INBOX", {}}};
  std::vector<std::string> heard_;
  LoopbackServer server_;  // last: its threads use the rest
};

}  // namespace amends::test
