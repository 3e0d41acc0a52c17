// A small SMTP submission server that a test can bend, and that counts what it took.
#pragma once

#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/mail_peer.h"

namespace amends::test {

struct Delivery {
  std::string sender;
  std::vector<std::string> recipients;
  std::string data;  // dots taken off again, CRLF as it came
};

struct SmtpScript {
  std::vector<std::string> offers = {"AUTH PLAIN LOGIN XOAUTH2", "SIZE 10000000", "8BITMIME", "SMTPUTF8"};
  SSL_CTX* tls = nullptr;
  bool tls_from_the_start = false;
  std::string greeting = "220 mail.test ESMTP";
  std::string after_data = "250 2.0.0 Ok: queued as 4bXyZ";
  bool delivers_before_reply = true;  // else only when the reply went out whole
  // An answer instead of the usual one; "" ends the connection, nothing for the usual.
  std::function<std::optional<std::string>(const std::string& line)> answer;
  std::function<void(Peer&, int number)> begin;  // sets cuts
};

class FakeSmtp {
 public:
  explicit FakeSmtp(SmtpScript script)
      : script_(std::move(script)), server_([this](Peer& peer, int number) { serve(peer, number); }) {}

  std::uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }
  void stop() { server_.stop(); }
  std::vector<Delivery> deliveries() const {
    const std::lock_guard lock(mutex_);
    return deliveries_;
  }
  // Every command line, in order, over all connections.
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void serve(Peer& peer, int number) {
    if (script_.begin) script_.begin(peer, number);
    if (script_.tls_from_the_start) peer.start_tls(script_.tls);
    peer.say(script_.greeting);
    Delivery mail;
    for (;;) {
      const std::string line = peer.line();
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(line);
      }
      if (script_.answer) {
        if (const auto special = script_.answer(line)) {
          if (special->empty()) return;
          peer.say(*special);
          continue;
        }
      }
      if (line.rfind("EHLO", 0) == 0) {
        std::string reply = "250-mail.test";
        if (script_.tls != nullptr && !peer.encrypted()) reply += "\r\n250-STARTTLS";
        for (const auto& offer : script_.offers) reply += "\r\n250-" + offer;
        peer.say(reply + "\r\n250 ENHANCEDSTATUSCODES");
      } else if (line == "STARTTLS") {
        peer.say("220 go");
        peer.start_tls(script_.tls);
      } else if (line.rfind("AUTH LOGIN", 0) == 0) {
        peer.say("334 VXNlcm5hbWU6");
        peer.line();
        peer.say("334 UGFzc3dvcmQ6");
        peer.line();
        peer.say("235 in");
      } else if (line.rfind("AUTH", 0) == 0) {
        peer.say("235 in");
      } else if (line.rfind("MAIL FROM:<", 0) == 0) {
        mail = {};
        mail.sender = line.substr(11, line.find('>') - 11);
        peer.say("250 ok");
      } else if (line.rfind("RCPT TO:<", 0) == 0) {
        mail.recipients.push_back(line.substr(9, line.find('>') - 9));
        peer.say("250 ok");
      } else if (line == "DATA") {
        peer.say("354 go on");
        for (;;) {
          const std::string text = exact_line(peer);
          if (text == ".\r\n") break;
          mail.data += text.front() == '.' ? text.substr(1) : text;
        }
        if (script_.delivers_before_reply) deliver(mail);
        peer.say(script_.after_data);
        if (!script_.delivers_before_reply) deliver(mail);
      } else if (line == "QUIT") {
        peer.say("221 bye");
        return;
      } else {
        peer.say("500 what");
      }
    }
  }
  // As a strict server reads: only CRLF ends a line.
  static std::string exact_line(Peer& peer) {
    std::string out;
    while (out.size() < 2 || out.compare(out.size() - 2, 2, "\r\n") != 0) out += peer.bytes(1);
    return out;
  }
  void deliver(const Delivery& mail) {
    const std::lock_guard lock(mutex_);
    deliveries_.push_back(mail);
  }

  SmtpScript script_;
  mutable std::mutex mutex_;
  std::vector<Delivery> deliveries_;
  std::vector<std::string> heard_;
  LoopbackServer server_;  // last: its threads use the rest
};

}  // namespace amends::test
