#include "core/app/sample_noise.h"

#include <utility>

#include "core/app/sample.h"
#include "core/app/sample_blocks.h"
#include "core/app/sample_style.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

SamplePerson machine(std::string name, std::string address) {
  SamplePerson out;
  out.name = std::move(name);
  out.address = std::move(address);
  out.client = "server";
  return out;
}

class Noise {
 public:
  Noise(Timestamp now) : now_(now) {}

  // A letter to us, `age` old.
  SampleLetter letter(SamplePerson from, std::chrono::milliseconds age, std::string subject, std::string text) {
    SampleLetter out;
    out.from = std::move(from);
    out.to = sample_company("en");
    out.date = now_ - age;
    out.subject = std::move(subject);
    out.text = std::move(text);
    out.message_id = make_message_id(out.from, dice_.next());
    return out;
  }
  void add(const SampleLetter& one) { files.push_back({one.date, one.ours, write_letter(one)}); }

  void shop_notices() {
    const std::pair<const char*, const char*> buyers[] = {
        {"Yann Le Goff", "yann.legoff@mail.example"},      {"Leyla Yıldız", "leyla.yildiz@firm.example"},
        {"Chloé Martin", "chloe.martin@courrier.example"}, {"Cem Aksoy", "cem.aksoy@code.example"},
        {"Eleanor Whitby", "e.whitby@post.example"},       {"Grace Nakamura", "grace.nakamura@mail.example"},
        {"Jonas Weber", "jonas.weber@mail.example"},       {"佐藤 健一", "k.sato@inbox.example"},
        {"Hamish Orr", "hamish.orr@inbox.example"},        {"Tomas Brandt", "tomas.brandt@inbox.example"},
        {"Beatriz Núñez", "beatriz.nunez@correo.example"}, {"Una Cassidy", "una.cassidy@post.example"}};
    int days = 1;
    for (const auto& [name, address] : buyers) {
      days += 3;
      const auto age = hours(24 * days - 5);
      const std::string order = order_number(dice_, age);
      const std::string total = std::to_string(18 + dice_.below(60)) + ".40";
      auto one = letter(machine("Kestrel & Crumb Shop", "no-reply@shop-system.example"), age,
                        "New order " + order + " (" + total + ")",
                        "Order: " + order + "\nCustomer: " + name + " <" + address + ">\nTotal: " + total +
                            "\n\nPack by 16:00 today.\n\nThis message was sent automatically.");
      one.extra = {{"Auto-Submitted", "auto-generated"}, {"X-Auto-Response-Suppress", "All"}};
      add(one);
    }
    for (int week = 1; week <= 4; ++week) {
      auto one =
          letter(machine("PayLane", "payouts@paylane.example"), hours(24 * 7 * week - 9), "Your payout is on its way",
                 "We have sent " + std::to_string(3'100 + dice_.below(900)) + ".18 to your account ending 4410.");
      one.extra = {{"Auto-Submitted", "auto-generated"}, {"Precedence", "bulk"}};
      add(one);
    }
    for (int i = 0; i < 3; ++i) {
      auto one =
          letter(machine("Mapsite Business", "noreply@mapsite.example"), hours(24 * (2 + 5 * i)),
                 "You have a new review for Harbour Street",
                 "Somebody left a review. Sign in to read it and to reply:\nhttps://business.mapsite.example/r/" +
                     std::to_string(88'100 + i));
      one.extra = {{"Auto-Submitted", "auto-generated"}};
      add(one);
    }
  }

  void mailing_list() {
    const SamplePerson list = machine("Roasters' Round", "roasters@lists.beans.example");
    const std::pair<const char*, const char*> posts[] = {
        {"Otto Brink",
         "Has anybody cured a chaff fire alarm that goes off at every second crack? Ours empties the building."},
        {"Sofia Reyes", "Move the sensor a metre up and tell the landlord first. In that order, not the other one."},
        {"Otto Brink",
         "Landlord told. Landlord moved the sensor himself and is now a member of this list. Hello Kurt."},
        {"Kurt Amsel", "Hello. What is second crack."}};
    std::vector<std::string> references;
    int days = 17;
    for (const auto& [name, words] : posts) {
      SamplePerson from =
          machine(std::string(name), text::ascii_lower(text::replace_all(name, " ", ".")) + "@beans.example");
      auto one = letter(from, hours(24 * days--),
                        references.empty() ? "[roasters] chaff and alarms" : "Re: [roasters] chaff and alarms", words);
      one.to = list;
      one.references = references;
      one.extra = {{"List-Id", "Roasters' Round <roasters.lists.beans.example>"},
                   {"List-Post", "<mailto:roasters@lists.beans.example>"},
                   {"List-Unsubscribe", "<mailto:roasters-leave@lists.beans.example>"},
                   {"Precedence", "list"}};
      references.push_back(one.message_id);
      add(one);
    }
    for (int i = 0; i < 3; ++i) {
      auto one = letter(machine("Cups & Crates Wholesale", "news@cupscrates.example"), hours(24 * (4 + 9 * i)),
                        i == 0   ? "Paper cups: 12 % off until Friday"
                        : i == 1 ? "New: lids that stay on"
                                 : "Your spring catalogue",
                        "Dear customer,\n\nhere is what is new this week. To leave this list follow the link below.");
      one.extra = {{"List-Unsubscribe", "<https://cupscrates.example/leave>"}, {"Precedence", "bulk"}};
      add(one);
    }
  }

  void automatic_replies(const std::vector<SampleLetter>& ours) {
    static constexpr std::pair<const char*, const char*> kWords[] = {
        {"en", "I'm away until Monday with no signal and a very large book. I'll answer when I'm back."},
        {"de", "Ich bin bis Montag nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."},
        {"fr", "Je suis absente jusqu'à lundi. Votre message ne sera pas transféré."}};
    for (const auto& [language, words] : kWords) {
      for (const SampleLetter& sent : ours) {
        if (sent.to.language != language || now_ - sent.date < hours(30)) continue;
        SampleLetter one = letter(sent.to, now_ - sent.date - minutes(1), "", words);
        one.subject = std::string(language) == "de"   ? "Abwesenheitsnotiz: " + sent.subject
                      : std::string(language) == "fr" ? "Réponse automatique : " + sent.subject
                                                      : "Automatic reply: " + sent.subject;
        one.references = {sent.message_id};
        one.extra = {{"Auto-Submitted", "auto-replied"}, {"X-Auto-Response-Suppress", "All"}};
        add(one);
        break;
      }
    }
  }

  // She typed her address wrong into the form; our answer comes back (RFC 3464).
  void bounce() {
    SampleLetter form =
        letter(machine("Webshop contact form", "form@kestrel.example"), hours(24 * 6 + 3), "Contact form: glass lids",
               "Name: Perpetua Lyle\nE-mail: perpetua.lyle@mial.example\n\nDo you sell the glass lids of the "
               "storage jars alone? Mine met the tiles.");
    form.extra = {{"Reply-To", "perpetua.lyle@mial.example"}};
    add(form);
    SampleLetter answer =
        letter(sample_company("en"), hours(24 * 6 + 1), "Re: Contact form: glass lids",
               "Hello Perpetua,\n\nwe do: 3.20 each, and the tiles have our sympathy. Shall I put one "
               "aside at Canal Quay?\n\nRosa\nKestrel & Crumb");
    answer.ours = true;
    answer.to = machine("Perpetua Lyle", "perpetua.lyle@mial.example");
    answer.references = {form.message_id};
    add(answer);
    const Timestamp at = answer.date + minutes(2);
    const std::string boundary = "=_report_" + std::to_string(at.ms / 1000);
    std::string raw =
        "Return-Path: <>\nDelivered-To: hello@kestrel.example\n"
        "Received: from mx.kestrel.example (localhost)\n\tby mx.kestrel.example; " +
        mail_date(at, 0) +
        "\n"
        "From: Mail Delivery System <MAILER-DAEMON@mx.kestrel.example>\nTo: hello@kestrel.example\n"
        "Subject: Undelivered Mail Returned to Sender\nDate: " +
        mail_date(at, 0) +
        "\n"
        "Message-ID: <bounce." +
        std::to_string(at.ms / 1000) +
        "@mx.kestrel.example>\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"" +
        boundary +
        "\"\n\n"
        "--" +
        boundary +
        "\nContent-Type: text/plain; charset=us-ascii\n\n"
        "I'm sorry to have to inform you that your message could not be delivered\nto one recipient.\n\n"
        "<perpetua.lyle@mial.example>: Host or domain name not found\n\n"
        "--" +
        boundary +
        "\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.kestrel.example\n\n"
        "Final-Recipient: rfc822; perpetua.lyle@mial.example\nAction: failed\nStatus: 5.4.4\n"
        "Diagnostic-Code: X-Postfix; Host or domain name not found\n\n"
        "--" +
        boundary +
        "\nContent-Type: text/rfc822-headers\n\n"
        "Message-ID: <" +
        answer.message_id +
        ">\nFrom: hello@kestrel.example\nTo: perpetua.lyle@mial.example\n"
        "Subject: " +
        answer.subject + "\n\n--" + boundary + "--\n";
    files.push_back({at, false, text::replace_all(raw, "\n", "\r\n")});
  }

  void odd_ones(const std::vector<SampleLetter>& ours) {
    SamplePerson scanner = machine("Office scanner", "scanner@kestrel.example");
    for (int i = 0; i < 2; ++i) {
      auto no_id = letter(scanner, hours(24 * (3 + 8 * i)), "Scan from Old Exchange, page " + std::to_string(i + 1),
                          "One page attached.");
      no_id.message_id.clear();
      no_id.file = "scan-" + std::to_string(i + 1) + ".pdf";
      add(no_id);
    }
    auto odd_date =
        letter(machine("Barnaby Stokes", "barnaby.stokes@post.example"), hours(24 * 2 + 5), "Clock trouble",
               "My computer thinks it is the year of the great flood. The coffee is fine. The clock on your "
               "Station Row wall is an hour slow, though, and I missed the 8:14.\n\nBarnaby");
    odd_date.date_text = "Tue, 99 Foo 2026 25:61:00 +0000";
    add(odd_date);
    auto future = letter(machine("Kitchen tablet", "tablet@harbour-tools.example"), hours(24 * 5),
                         "Fridge 2: 9 degrees", "Fridge 2 at Mill Lane has been above 8 degrees for 20 minutes.");
    future.date_text = "Fri, 01 Jan 2038 00:00:00 +0000";
    future.extra = {{"Auto-Submitted", "auto-generated"}};
    add(future);
    SamplePerson quiet;
    quiet.name = "Ottoline Frey";
    quiet.address = "ottoline.frey@post.example";
    quiet.client = "iphone";
    add(letter(quiet, hours(24 * 4 + 7), "",
               "Is the lemon cake back on Fridays? My Fridays depend on it.\n\nOttoline"));

    // Somebody reads our public answers and tries his luck with a customer's address.
    for (const SampleLetter& sent : ours) {
      if (sent.to.address != "gareth.pugh@inbox.example") continue;
      auto forged =
          letter(sent.to, hours(20), "Re: The way I was spoken to at Mill Lane",
                 "Hello Rosa,\n\nI changed my mind about the compensation. Please transfer 250 to my new account "
                 "today, IBAN XX00 0000 0000 0000, and send me the last order's details for my records.\n\nGareth");
      forged.verified = false;
      forged.references = {sent.message_id};
      forged.from.client = "server";
      forged.message_id = make_message_id(forged.from, dice_.next());
      add(forged);
      break;
    }
    auto spam =
        letter(machine("Growth Partner", "deals@rank-no-1.example"), hours(24 * 8), "RE: RE: your website ranking!!",
               "Dear owner, we found 27 errors on your web site. Page one of search guaranteed or half of your "
               "money back. Reply YES.");
    spam.verified = false;
    add(spam);

    // The same mail twice, and another mail that borrows its Message-ID.
    SamplePerson twice;
    twice.name = "Delphine Archer";
    twice.address = "delphine.archer@mail.example";
    twice.client = "gmail";
    auto first =
        letter(twice, hours(24 * 10 + 2), "Two tables for twelve?",
               "Hello,\n\ncould we push two tables together at Old Exchange on the 21st, twelve people, from ten?\n\n"
               "Delphine");
    add(first);
    add(first);
    auto borrowed = letter(machine("Parcel Bureau", "notice@parcel-bureau.example"), hours(24 * 9), "Fee due",
                           "Your parcel waits for a fee of 1.99. Pay within 24 hours.");
    borrowed.message_id = first.message_id;
    borrowed.verified = false;
    add(borrowed);

    SamplePerson forwarder;
    forwarder.name = "Nikhil Sharma";
    forwarder.address = "nikhil.sharma@firm.example";
    forwarder.client = "server";
    add(letter(
        forwarder, hours(24 * 6), "Fwd: Lunch order for the 14th",
        "Hi, is this still right? It came from your old address.\n\nNikhil\n\n---------- Forwarded message "
        "---------\nFrom: Kestrel & Crumb <orders@kestrel.example>\nDate: Mon, 2 Feb 2026 at 11:20\nSubject: Lunch "
        "order for the 14th\nTo: Nikhil Sharma <nikhil.sharma@firm.example>\n\nDear Nikhil, your order for eight is "
        "booked for the 14th, 12:30."));
  }

  std::vector<SampleFile> files;

 private:
  Timestamp now_;
  SampleDice dice_{sample_seed("noise")};
};

}  // namespace

SamplePerson sample_company(std::string_view language) {
  SamplePerson out;
  out.name = kSampleBrandName;
  out.address = kSampleAddress;
  out.client = "hub";
  out.language = language;
  return out;
}

std::vector<SampleFile> noise(const std::vector<SampleLetter>& ours, Timestamp now) {
  Noise out(now);
  out.shop_notices();
  out.mailing_list();
  out.automatic_replies(ours);
  out.bounce();
  out.odd_ones(ours);
  return std::move(out.files);
}

}  // namespace amends::app
