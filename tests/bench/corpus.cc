// A Maildir of made-up mail, the same for the same number of messages: `bench_corpus FOLDER COUNT
// [MEDIAN]`; MEDIAN is the length of a text in bytes, 1300 unless told.
//
// Shaped after mail that support desks get: 53 % multipart/alternative, 33 % plain, 8 % HTML only, 6 % with an
// attachment; a dozen charset and transfer-encoding pairs; threads whose replies quote what they answer; customers with
// Zipf-distributed traffic, several addresses and case noise; 2 % delivered twice; 1.5 % malformed.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/text.h"

namespace {

using namespace amends;

// SplitMix64: the same sequence on every machine and library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return next() % n; }
  double real() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double p) { return real() < p; }
  double log_normal(double median, double sigma) {
    const double a = std::sqrt(-2 * std::log(1 - real())) * std::cos(2 * 3.141592653589793 * real());
    return median * std::exp(sigma * a);
  }
  template <class T>
  const T& pick(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::uint64_t state_;
};

// Draws a rank with probability ~ 1 / (rank + shift)^power.
class Zipf {
 public:
  Zipf(std::size_t count, double power, double shift) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
      sums_.push_back(sum += std::pow(static_cast<double>(i + 1) + shift, -power));
  }
  std::size_t draw(Dice& dice) const {
    const double at = dice.real() * sums_.back();
    return static_cast<std::size_t>(std::lower_bound(sums_.begin(), sums_.end(), at) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

const std::vector<std::string> kCommon = {
    "the",         "to",       "and",      "of",       "a",       "in",      "is",      "you",     "for",   "it",
    "I",           "my",       "your",     "we",       "that",    "this",    "with",    "have",    "on",    "be",
    "not",         "was",      "are",      "order",    "please",  "as",      "but",     "at",      "from",  "can",
    "our",         "will",     "me",       "has",      "been",    "if",      "no",      "or",      "they",  "an",
    "would",       "delivery", "when",     "by",       "refund",  "there",   "what",    "which",   "so",    "do",
    "all",         "one",      "thank",    "invoice",  "still",   "time",    "product", "service", "after", "out",
    "up",          "about",    "get",      "received", "because", "again",   "could",   "number",  "week",  "days",
    "problem",     "help",     "customer", "only",     "account", "payment", "hello",   "team",    "now",   "broken",
    "replacement", "address",  "today",    "support",  "waiting", "package", "sorry",   "first",   "money", "back"};
const std::vector<std::string> kGerman = {"die",    "Lieferung", "für",   "Rechnung", "größer",  "Straße",    "möchte",
                                          "zurück", "über",      "schön", "Grüße",    "nächste", "verspätet", "Kunde"};
const std::vector<std::string> kFrench = {"où",   "déjà", "commande", "livrée", "problème", "très",
                                          "reçu", "être", "français", "élève",  "garçon",   "août"};
const std::vector<std::string> kRussian = {"заказ",    "доставка", "возврат", "деньги",   "спасибо",
                                           "проблема", "товар",    "получил", "ожидание", "здравствуйте"};
const std::vector<std::string> kJapanese = {"注文",       "返金",   "配送",         "商品が", "届きません",
                                            "ありがとう", "東京都", "お願いします", "請求書", "問題"};
const std::vector<std::string> kGenericSubjects = {"Invoice",     "Question", "Order",      "Hello",  "Refund",
                                                   "Help needed", "Delivery", "Your order", "Problem"};

enum class Language { english, german, french, russian, japanese };

// A charset as the header names it, and how UTF-8 text becomes it.
struct Coding {
  const char* name;
  const char* transfer;
  Language language;
  double share;
};
const std::vector<Coding> kCodings = {
    {"utf-8", "quoted-printable", Language::english, 26},
    {"utf-8", "8bit", Language::german, 10},
    {"utf-8", "base64", Language::english, 10},
    {"us-ascii", "7bit", Language::english, 22},
    {"iso-8859-1", "quoted-printable", Language::german, 10},
    {"iso-8859-1", "8bit", Language::french, 5},
    {"windows-1252", "quoted-printable", Language::french, 7},
    {"windows-1252", "8bit", Language::english, 3},
    {"utf-8", "base64", Language::japanese, 2},
    {"utf-8", "base64", Language::russian, 2},
    {"windows-1251", "8bit", Language::russian, 1.5},
    {"x-unknown-9", "8bit", Language::english, 0.5},
    {"utf-8", "7bit", Language::english, 1},
};

std::string in_latin1(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = text::next_utf8(utf8, at);
    out += c < 256 ? static_cast<char>(c) : '?';
  }
  return out;
}

std::string in_windows1251(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = text::next_utf8(utf8, at);
    if (c < 128) {
      out += static_cast<char>(c);
    } else if (c >= 0x410 && c <= 0x44f) {
      out += static_cast<char>(c - 0x410 + 0xc0);
    } else {
      out += '?';
    }
  }
  return out;
}

std::string in_charset(const Coding& coding, const std::string& utf8) {
  const std::string_view name = coding.name;
  if (name == "iso-8859-1" || name == "windows-1252") return in_latin1(utf8);
  if (name == "windows-1251") return in_windows1251(utf8);
  return utf8;
}

std::string quoted_printable(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += c;
      column = 0;
      continue;
    }
    if (column > 72) {
      out += "=\n";
      column = 0;
    }
    if (u == '=' || u < 32 || u > 126) {
      out += {'=', kHex[u >> 4], kHex[u & 15]};
      column += 3;
    } else {
      out += c;
      ++column;
    }
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const std::string all = text::to_base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += 76) out.append(all, at, 76) += '\n';
  return out;
}

std::string transferred(const Coding& coding, const std::string& utf8) {
  const std::string bytes = in_charset(coding, utf8);
  const std::string_view how = coding.transfer;
  if (how == "quoted-printable") return quoted_printable(bytes);
  if (how == "base64") return base64_lines(bytes);
  return bytes;
}

struct Customer {
  std::string name;
  std::vector<std::string> addresses;
  Language language;
};

struct Thread {
  std::size_t customer;
  std::string subject;
  std::vector<std::string> ids;  // Message-IDs, oldest first
  std::string last_text;
  std::string last_from;
};

class Corpus {
 public:
  Corpus(std::filesystem::path folder, std::size_t count, double median)
      : folder_(std::move(folder)),
        count_(count),
        median_(median),
        dice_(1),
        word_rank_(60'000, 0.92, 2.0),
        customer_rank_(std::max<std::size_t>(count / 10, 10), 0.85, 0) {
    make_words();
    make_customers(std::max<std::size_t>(count / 10, 10));
    for (const auto& coding : kCodings) shares_.push_back((shares_.empty() ? 0 : shares_.back()) + coding.share);
  }

  void write() {
    for (const char* sub : {"cur", "new", "tmp"}) std::filesystem::create_directories(folder_ / sub);
    const std::int64_t start = 1'600'000'000'000;
    for (std::size_t i = 0; i < count_;) {
      now_ = {start + static_cast<std::int64_t>(i) * 60'000 + static_cast<std::int64_t>(dice_.below(60'000))};
      const std::string mail = dice_.chance(0.015) ? malformed(message()) : message();
      save(i++, mail);
      if (i < count_ && dice_.chance(0.02)) save(i++, mail);
    }
  }

 private:
  void make_words() {
    static constexpr const char* kOnset[] = {"b", "c", "d", "f",  "g",  "h",  "l",  "m",  "n",  "p",  "r",
                                             "s", "t", "v", "st", "tr", "pl", "gr", "ch", "sh", "br", "cl"};
    static constexpr const char* kVowel[] = {"a", "e", "i", "o", "u", "ai", "ea", "ou"};
    static constexpr const char* kEnd[] = {"", "", "n", "r", "s", "t", "l", "nd", "st", "ng", "m"};
    words_ = kCommon;
    while (words_.size() < 60'000) {
      std::string word;
      const std::size_t syllables = 1 + dice_.below(3) + (words_.size() > 5000 ? 1 : 0);
      for (std::size_t s = 0; s < syllables; ++s) {
        word += kOnset[dice_.below(std::size(kOnset))];
        word += kVowel[dice_.below(std::size(kVowel))];
      }
      words_.push_back(word + kEnd[dice_.below(std::size(kEnd))]);
    }
  }

  void make_customers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::string first = words_[200 + dice_.below(3000)];
      std::string last = words_[200 + dice_.below(20'000)];
      first[0] = static_cast<char>(first[0] - 32);
      last[0] = static_cast<char>(last[0] - 32);
      Customer customer{first + " " + last, {}, Language::english};
      const std::string user = text::ascii_lower(first + "." + last) + std::to_string(i);
      const std::size_t addresses = 1 + (dice_.chance(0.2) ? 1 : 0) + (dice_.chance(0.05) ? 1 : 0);
      for (std::size_t a = 0; a < addresses; ++a) {
        std::string address = user + (a == 1 ? "+shop" : "") + "@" + words_[100 + dice_.below(60)] + ".example";
        if (dice_.chance(0.05)) address[0] = static_cast<char>(address[0] - 32);
        customer.addresses.push_back(address);
      }
      customers_.push_back(customer);
    }
  }

  const std::string& word(Language language) {
    if (language != Language::english && dice_.chance(0.35)) {
      switch (language) {
        case Language::german: return dice_.pick(kGerman);
        case Language::french: return dice_.pick(kFrench);
        case Language::russian: return dice_.pick(kRussian);
        default: return dice_.pick(kJapanese);
      }
    }
    return words_[word_rank_.draw(dice_)];
  }

  std::string body(Language language) {
    std::string out;
    const auto length = static_cast<std::size_t>(std::clamp(dice_.log_normal(median_, 0.85), 60.0, 16'000.0));
    std::size_t column = 0, sentence = 0;
    while (out.size() < length) {
      std::string next = word(language);
      if (sentence == 0 && next[0] >= 'a' && next[0] <= 'z') next[0] = static_cast<char>(next[0] - 32);
      if (dice_.chance(0.004)) next = "A-" + std::to_string(10'000 + dice_.below(9'000'000));
      if (dice_.chance(0.002)) next = "https://shop.example/orders/" + std::to_string(dice_.below(1'000'000));
      out += next;
      column += next.size();
      if (++sentence > 6 + dice_.below(12)) {
        out += '.';
        sentence = 0;
        if (dice_.chance(0.2)) {
          out += "\n\n";
          column = 0;
          continue;
        }
      } else if (dice_.chance(0.06)) {
        out += ',';
      }
      if (column > 70) {
        out += '\n';
        column = 0;
      } else {
        out += ' ';
        ++column;
      }
    }
    return out + "\n";
  }

  static std::string quoted(const Thread& thread, Timestamp at) {
    std::string out = "\nOn " + to_rfc5322(at) + ", " + thread.last_from + " wrote:\n";
    std::size_t taken = 0;
    for (const auto line : text::lines(thread.last_text)) {
      if (taken += line.size(); taken > 3'000) break;
      out.append(line.empty() || line[0] == '>' ? ">" : "> ").append(line) += '\n';
    }
    return out;
  }

  static std::string html_of(const std::string& plain) {
    std::string out =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><style>p { margin: 0 0 12px; font-family: Arial, "
        "sans-serif; font-size: 14px; color: #222 }</style></head>\n<body><div dir=\"ltr\">\n";
    bool quote = false;
    for (const auto line : text::lines(plain)) {
      const bool is_quote = !line.empty() && line[0] == '>';
      if (is_quote != quote)
        out += is_quote ? "<blockquote class=\"quote\" style=\"margin:0 0 0 8px\">" : "</blockquote>";
      quote = is_quote;
      std::string_view rest = line;
      while (!rest.empty() && (rest[0] == '>' || rest[0] == ' ')) rest.remove_prefix(1);
      out.append("<p>").append(text::replace_all(rest, "&", "&amp;")) += "</p>\n";
    }
    return out + (quote ? "</blockquote>" : "") + "</div></body></html>\n";
  }

  static std::string encoded_word(const Coding& coding, const std::string& utf8) {
    if (std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<signed char>(c) >= 32; })) return utf8;
    const bool unknown = std::string_view(coding.name).starts_with("x-") || std::string_view(coding.name) == "us-ascii";
    return std::string("=?") + (unknown ? "utf-8" : coding.name) + "?B?" +
           text::to_base64(unknown ? utf8 : in_charset(coding, utf8)) + "?=";
  }

  const Coding& coding() {
    const double at = dice_.real() * shares_.back();
    return kCodings[static_cast<std::size_t>(std::lower_bound(shares_.begin(), shares_.end(), at) - shares_.begin())];
  }

  Thread& thread() {
    const std::size_t customer = customer_rank_.draw(dice_);
    if (!threads_.empty() && dice_.chance(0.69)) {
      // Answers go to recent threads; a few of them grow long.
      const std::size_t back = dice_.below(std::min<std::size_t>(threads_.size(), 400));
      Thread& found = threads_[threads_.size() - 1 - back];
      if (found.ids.size() < 90) return found;
    }
    std::string subject;
    if (dice_.chance(0.3)) {
      subject = dice_.pick(kGenericSubjects);
    } else {
      for (std::size_t i = 0, n = 3 + dice_.below(6); i < n; ++i)
        subject += (i ? " " : "") + words_[word_rank_.draw(dice_)];
    }
    threads_.push_back({customer, subject, {}, "", ""});
    return threads_.back();
  }

  std::string message() {
    Thread& t = thread();
    const Customer& customer = customers_[t.customer];
    const Coding& c = coding();
    const bool answer = !t.ids.empty();
    const bool ours = answer && dice_.chance(0.45);
    const std::string id = text::to_hex(std::to_string(dice_.next())) + "@" + (ours ? "shop.example" : "mail.example");
    const std::string their = customer.name + " <" + dice_.pick(customer.addresses) + ">";
    const std::string shop = "Example Shop <support@shop.example>";
    std::string subject = (answer ? "Re: " : "") + t.subject;
    if (c.language != Language::english && dice_.chance(0.4)) subject += " " + word(c.language);

    const std::string fresh = body(c.language) + "\n-- \n" +
                              (ours ? "Your team at Example Shop\nhttps://shop.example\n" : customer.name + "\n");
    const std::string plain = answer && dice_.chance(0.7) ? fresh + quoted(t, now_) : fresh;

    std::string head = "Return-Path: <bounce@" + std::string(ours ? "shop.example" : "mail.example") + ">\n";
    head += "Received: from mx" + std::to_string(dice_.below(9)) + ".mail.example (mx.mail.example [192.0.2." +
            std::to_string(dice_.below(250)) + "])\n\tby mail.shop.example with ESMTPS id " +
            std::to_string(dice_.next()) + "\n\tfor <support@shop.example>; " + to_rfc5322(now_) + "\n";
    if (dice_.chance(0.5)) {
      head +=
          "Authentication-Results: mail.shop.example;\n\tdkim=pass header.d=mail.example;\n\tspf=pass "
          "smtp.mailfrom=mail.example; dmarc=pass\n";
      head +=
          "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=s1;\n\th=from:to:subject:date; bh=" +
          text::to_base64(std::to_string(dice_.next()) + std::to_string(dice_.next())) + ";\n\tb=";
      for (int i = 0; i < 4; ++i)
        head += text::to_base64(std::to_string(dice_.next()) + std::to_string(dice_.next())) + "\n\t ";
      head += "==\n";
    }
    head += "Date: " + to_rfc5322(now_) + "\n";
    head += "From: " + (ours ? shop : encoded_word(c, their)) + "\nTo: " + (ours ? their : shop) + "\n";
    head += "Subject: " + encoded_word(c, subject) + "\nMessage-ID: <" + id + ">\n";
    if (answer) {
      const double how = dice_.real();
      if (how < 0.88) head += "In-Reply-To: <" + t.ids.back() + ">\n";
      if (how < 0.80 || (how >= 0.88 && how < 0.92)) {
        head += "References:";
        for (std::size_t i = t.ids.size() > 12 ? t.ids.size() - 12 : 0; i < t.ids.size(); ++i)
          head += "\n <" + t.ids[i] + ">";
        head += '\n';
      }
    }
    head += "MIME-Version: 1.0\nX-Mailer: Mailer 7." + std::to_string(dice_.below(40)) + "\n";

    t.ids.push_back(id);
    t.last_text = plain;
    t.last_from = ours ? "Example Shop" : customer.name;

    const std::string type = std::string("; charset=") + c.name + "\nContent-Transfer-Encoding: " + c.transfer + "\n\n";
    const double kind = dice_.real();
    std::string mail;
    if (kind < 0.33) {
      mail = head + "Content-Type: text/plain" + type + transferred(c, plain);
    } else if (kind < 0.41) {
      mail = head + "Content-Type: text/html" + type + transferred(c, html_of(plain));
    } else {
      const std::string inner = "=_in_" + std::to_string(dice_.next());
      std::string parts = "--" + inner + "\nContent-Type: text/plain" + type + transferred(c, plain) + "\n--" + inner +
                          "\nContent-Type: text/html" + type + transferred(c, html_of(plain)) + "\n--" + inner + "--\n";
      if (kind < 0.94) {
        mail = head + "Content-Type: multipart/alternative; boundary=\"" + inner + "\"\n\n" + parts;
      } else {
        const std::string outer = "=_out_" + std::to_string(dice_.next());
        std::string bytes(static_cast<std::size_t>(std::clamp(dice_.log_normal(6'000, 1.2), 500.0, 240'000.0)), '\0');
        for (char& b : bytes) b = static_cast<char>(dice_.next());
        mail = head + "Content-Type: multipart/mixed; boundary=\"" + outer + "\"\n\n--" + outer +
               "\nContent-Type: multipart/alternative; boundary=\"" + inner + "\"\n\n" + parts + "\n--" + outer +
               "\nContent-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n "
               "filename*=utf-8''bild%20gr%C3%B6%C3%9Fe%20" +
               std::to_string(dice_.below(1000)) + ".png\n\n" + base64_lines(bytes) + "\n--" + outer + "--\n";
      }
    }
    return dice_.chance(0.1) ? text::replace_all(mail, "\n", "\r\n") : mail;
  }

  std::string malformed(std::string mail) {
    const auto drop_header = [&](std::string_view name) {
      const auto at = mail.find(name);
      const auto end = mail.find('\n', at);
      if (at != std::string::npos && end != std::string::npos) mail.erase(at, end - at + 1);
    };
    switch (dice_.below(8)) {
      case 0: drop_header("Message-ID:"); break;
      case 1: mail = text::replace_all(mail, "Date: ", "Date: Yesterday "); break;
      case 2: mail.resize(mail.size() * 2 / 3); break;
      case 3: mail = text::replace_all(mail, "charset=utf-8", "charset=martian"); break;
      case 4: mail.insert(mail.find("Subject:") + 8, " \xe4\xf6\xfc"); break;
      case 5: drop_header("From:"); break;
      case 6: mail.insert(mail.size() / 2, std::string("\0\0!", 3)); break;
      default: mail.insert(mail.find("Date:"), "this line is no header\n"); break;
    }
    return mail;
  }

  void save(std::size_t number, const std::string& mail) {
    char name[64];
    std::snprintf(name, sizeof name, "%lld.M%07zu.bench:2,S", static_cast<long long>(now_.ms / 1000), number);
    std::ofstream(folder_ / "cur" / name, std::ios::binary) << mail;
  }

  const std::filesystem::path folder_;
  const std::size_t count_;
  const double median_;
  Dice dice_;
  const Zipf word_rank_;
  const Zipf customer_rank_;
  std::vector<std::string> words_;
  std::vector<Customer> customers_;
  std::vector<Thread> threads_;
  std::vector<double> shares_;
  Timestamp now_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "bench_corpus FOLDER COUNT [MEDIAN]\n");
    return 2;
  }
  Corpus(argv[1], std::strtoull(argv[2], nullptr, 10), argc > 3 ? std::strtod(argv[3], nullptr) : 1300).write();
}
