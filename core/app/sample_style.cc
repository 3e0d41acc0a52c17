#include "core/app/sample_style.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace amends::app {
namespace {

struct Civil {
  int year, month, day, weekday, hour, minute, second;  // weekday: 0 is Sunday
};

Civil civil(Timestamp at, int zone_minutes) {
  using namespace std::chrono;
  const sys_time<milliseconds> local{milliseconds(at.ms) + minutes(zone_minutes)};
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(local - day));
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(std::chrono::weekday(day).c_encoding()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

struct Calendar {
  std::string_view language;
  std::array<std::string_view, 7> days;  // from Sunday
  std::array<std::string_view, 12> months;
};
constexpr Calendar kCalendars[] = {
    {"en",
     {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
     {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December"}},
    {"de",
     {"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
     {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
      "Dezember"}},
    {"fr",
     {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
      "décembre"}},
    {"es",
     {"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
     {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
      "diciembre"}},
    {"it",
     {"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
     {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
      "novembre", "dicembre"}},
    {"ja",
     {"日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"},
     {"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"}},
};

const Calendar& calendar(std::string_view language) {
  for (const Calendar& one : kCalendars) {
    if (one.language == language) return one;
  }
  return kCalendars[0];
}

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
std::string clock_of(const Civil& c) { return two(c.hour) + ":" + two(c.minute); }
std::string short_word(std::string_view word) {
  std::size_t end = 0;
  for (int i = 0; i < 3 && end < word.size(); ++i) text::next_utf8(word, end);
  return std::string(word.substr(0, end));
}

std::string plain_mailbox(const SamplePerson& person) { return person.name + " <" + person.address + ">"; }

std::string prefixed(std::string_view s, std::string_view prefix) {
  std::string out;
  for (const auto line : text::lines(s)) {
    out +=
        std::string(line.empty() || line.front() == '>' ? text::trim_right(prefix) : prefix) + std::string(line) + "\n";
  }
  return out;
}

// What the client writes above a quote: "On … wrote:", "Am … schrieb …:".
std::string attribution(const SampleLetter& letter) {
  const SampleLetter& old = *letter.answers;
  const Civil c = civil(old.date, letter.zone_minutes);
  const std::string& client = letter.from.client;
  const std::string& language = letter.from.language;
  const Calendar& names = calendar(language);
  const std::string day = std::to_string(c.day), year = std::to_string(c.year), time = clock_of(c);
  const std::string month(names.months[static_cast<std::size_t>(c.month - 1)]);
  const std::string weekday = short_word(names.days[static_cast<std::size_t>(c.weekday)]);
  const std::string who = plain_mailbox(old.from);
  if (client == "thunderbird") {
    if (language == "de") {
      return "Am " + two(c.day) + "." + two(c.month) + "." + year.substr(2) + " um " + time + " schrieb " +
             old.from.name + ":";
    }
    if (language == "fr") {
      return "Le " + two(c.day) + "/" + two(c.month) + "/" + year + " à " + time + ", " + old.from.name + " a écrit :";
    }
    if (language == "it") {
      return "Il " + two(c.day) + "/" + two(c.month) + "/" + year + " " + time + ", " + old.from.name + " ha scritto:";
    }
    return "On " + two(c.day) + "/" + two(c.month) + "/" + year + " " + time + ", " + old.from.name + " wrote:";
  }
  if (client == "k9") {
    if (language == "de") {
      return "Am " + day + ". " + month + " " + year + " " + time + ":" + two(c.second) + " MEZ schrieb " + who + ":";
    }
    if (language == "fr")
      return "Le " + day + " " + month + " " + year + " " + time + " GMT+01:00, " + who + " a écrit :";
    return "On " + day + " " + month + " " + year + " " + time + ":" + two(c.second) + " GMT, " + who + " wrote:";
  }
  if (language == "de")
    return "Am " + weekday + "., " + day + ". " + month + " " + year + " um " + time + " Uhr schrieb " + who + ":";
  if (language == "fr")
    return "Le " + weekday + ". " + day + " " + month + " " + year + " à " + time + ", " + who + " a écrit :";
  if (language == "es")
    return "El " + weekday + ", " + day + " " + short_word(month) + " " + year + " a las " + time + ", " + who +
           " escribió:";
  if (language == "it")
    return "Il giorno " + weekday + " " + day + " " + short_word(month) + " " + year + " alle ore " + time + " " + who +
           " ha scritto:";
  if (language == "ja")
    return year + "年" + std::to_string(c.month) + "月" + day + "日(" + short_word(weekday).substr(0, 3) + ") " + time +
           " " + who + ":";
  if (client == "yahoo") {
    return "    On " + std::string(names.days[static_cast<std::size_t>(c.weekday)]) + ", " + day + " " + month + " " +
           year + " at " + time + ":" + two(c.second) + " GMT, " + who + " wrote:";
  }
  if (client == "iphone" || client == "apple")
    return "On " + day + " " + short_word(month) + " " + year + ", at " + time + ", " + who + " wrote:";
  return "On " + weekday + ", " + day + " " + short_word(month) + " " + year + " at " + time + ", " + who + " wrote:";
}

struct HeaderWords {
  std::string_view language, from, sent, to, subject;
};
constexpr HeaderWords kHeaderWords[] = {{"en", "From:", "Sent:", "To:", "Subject:"},
                                        {"de", "Von:", "Gesendet:", "An:", "Betreff:"},
                                        {"fr", "De :", "Envoyé :", "À :", "Objet :"},
                                        {"es", "De:", "Enviado:", "Para:", "Asunto:"},
                                        {"it", "Da:", "Inviato:", "A:", "Oggetto:"}};

// Outlook's and GMX's way: the old header fields, then the old text as it was.
std::vector<std::pair<std::string, std::string>> header_block(const SampleLetter& letter) {
  const SampleLetter& old = *letter.answers;
  const auto* words = std::find_if(std::begin(kHeaderWords), std::end(kHeaderWords),
                                   [&](const HeaderWords& w) { return w.language == letter.from.language; });
  if (words == std::end(kHeaderWords)) words = kHeaderWords;
  const Civil c = civil(old.date, letter.zone_minutes);
  const Calendar& names = calendar(letter.from.language);
  const bool german = letter.from.language == "de";
  const std::string sent = std::string(names.days[static_cast<std::size_t>(c.weekday)]) + ", " + std::to_string(c.day) +
                           (german ? ". " : " ") + std::string(names.months[static_cast<std::size_t>(c.month - 1)]) +
                           " " + std::to_string(c.year) + " " + clock_of(c);
  return {{std::string(words->from), plain_mailbox(old.from)},
          {std::string(words->sent), sent},
          {std::string(words->to), plain_mailbox(old.to)},
          {std::string(words->subject), old.subject}};
}

std::string_view phone_signature(std::string_view language) {
  if (language == "de") return "Von meinem iPhone gesendet";
  if (language == "fr") return "Envoyé de mon iPhone";
  if (language == "es") return "Enviado desde mi iPhone";
  if (language == "it") return "Inviato da iPhone";
  if (language == "ja") return "iPhoneから送信";
  return "Sent from my iPhone";
}

// What the old mail said, with what it quoted itself, as deep as clients carry it along.
std::string quoted_words(const SampleLetter& letter, int depth = 0) {
  std::string out = letter.text;
  if (letter.answers != nullptr && depth < 3 && letter.from.client != "orange") {
    out += "\n\n" +
           (letter.ours ? "On " + mail_date(letter.answers->date, 0) + ", " + letter.answers->from.name + " wrote:"
                        : attribution(letter)) +
           "\n" + prefixed(quoted_words(*letter.answers, depth + 1), "> ");
  }
  return std::string(text::trim_right(out));
}

std::string escape(std::string_view s) {
  std::string out = text::replace_all(s, "&", "&amp;");
  out = text::replace_all(out, "<", "&lt;");
  out = text::replace_all(out, ">", "&gt;");
  return text::replace_all(out, "\"", "&quot;");
}

}  // namespace

std::string mail_date(Timestamp at, int zone_minutes) {
  const Civil c = civil(at, zone_minutes);
  const Calendar& english = kCalendars[0];
  const int zone = std::abs(zone_minutes);
  return short_word(english.days[static_cast<std::size_t>(c.weekday)]) + ", " + std::to_string(c.day) + " " +
         short_word(english.months[static_cast<std::size_t>(c.month - 1)]) + " " + std::to_string(c.year) + " " +
         clock_of(c) + ":" + two(c.second) + (zone_minutes < 0 ? " -" : " +") + two(zone / 60) + two(zone % 60);
}

std::string domain_of(std::string_view address) { return std::string(address.substr(address.find('@') + 1)); }

std::string plain_body(const SampleLetter& letter) {
  const std::string& client = letter.from.client;
  std::string body = letter.text + "\n";
  if (client == "iphone") body += "\n" + std::string(phone_signature(letter.from.language)) + "\n";
  if (client == "k9" && letter.from.language == "en") {
    body += "-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.\n";
  }
  if (letter.answers == nullptr) return body;
  const std::string old = quoted_words(*letter.answers);
  if (client == "thunderbird") {
    // Below the quote, as its users like it.
    return attribution(letter) + "\n" + prefixed(old, "> ") + "\n" + body;
  }
  if (client == "outlook" || client == "gmx") {
    body += client == "gmx" ? "\n\n" : "\n________________________________\n";
    for (const auto& [key, value] : header_block(letter)) body += key + " " + value + "\n";
    return body + "\n" + old + "\n";
  }
  if (client == "orange") {
    const Civil c = civil(letter.answers->date, letter.zone_minutes);
    return body + "\n\n> Message du " + two(c.day) + "/" + two(c.month) + "/" + two(c.year % 100) + " " + clock_of(c) +
           "\n> De : " + plain_mailbox(letter.answers->from) + "\n> A : " + letter.answers->to.address +
           "\n> Copie à : \n> Objet : " + letter.answers->subject + "\n> \n" + prefixed(old, "> ");
  }
  if (client == "yahoo") return body + "\n" + attribution(letter) + "  \n \n" + prefixed(old, " ");
  return body + "\n" + attribution(letter) + "\n\n" + prefixed(old, "> ");
}

// Paragraphs in the tags the client likes; "" when it sends no HTML.
std::string html_body(const SampleLetter& letter) {
  const std::string& client = letter.from.client;
  std::string open, close, between;
  if (client == "gmail") {
    open = "<div dir=\"ltr\">", between = "<br>", close = "</div>";
  } else if (client == "apple") {
    open =
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body "
        "style=\"overflow-wrap: break-word;\">",
    between = "<br>", close = "";
  } else if (client == "outlook") {
    open =
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {margin:0cm; "
        "font-size:11.0pt;} --></style></head><body lang=\"" +
        letter.from.language + "\"><div class=\"WordSection1\"><p class=\"MsoNormal\">",
    between = "<o:p></o:p></p><p class=\"MsoNormal\">", close = "<o:p></o:p></p></div>";
  } else if (client == "yahoo") {
    open = "<html><head></head><body><div class=\"ydp1yahoo-style-wrap\"><div dir=\"ltr\">", between = "<br>",
    close = "</div></div>";
  } else if (client == "gmx") {
    open = "<html><head></head><body><div style=\"font-family: Verdana;font-size: 12.0px;\"><div>",
    between = "</div><div>", close = "</div></div>";
  } else {
    return {};
  }
  const auto paragraphs = [&](std::string_view s) {
    std::string out;
    for (const auto line : text::lines(s)) {
      if (!out.empty()) out += between;
      out += line.empty() ? "&nbsp;" : escape(line);
    }
    return out;
  };
  std::string out = open + paragraphs(letter.text) + close;
  if (letter.answers == nullptr) return out + (client == "gmail" ? "\n" : "</body></html>\n");
  const std::string old = paragraphs(quoted_words(*letter.answers));
  if (client == "gmail") {
    return out + "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">" + escape(attribution(letter)) +
           "<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid "
           "rgb(204,204,204);padding-left:1ex\">" +
           old + "</blockquote></div>\n";
  }
  if (client == "outlook") {
    out +=
        "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\">";
    for (const auto& [key, value] : header_block(letter)) out += "<b>" + key + "</b> " + escape(value) + "<br>";
    return out + "<o:p></o:p></p></div><p class=\"MsoNormal\">" + old + "</p></body></html>\n";
  }
  if (client == "yahoo") {
    return out + "<div id=\"ydp2yahoo_quoted_1\" class=\"ydp2yahoo_quoted\"><div>" + escape(attribution(letter)) +
           "</div><div>" + old + "</div></div></body></html>\n";
  }
  if (client == "gmx") {
    out +=
        "<div name=\"quote\" style=\"margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid "
        "#C3D9E5;\">";
    for (const auto& [key, value] : header_block(letter)) out += "<b>" + key + "</b> " + escape(value) + "<br/>";
    return out + "<div name=\"quoted-content\">" + old + "</div></div></body></html>\n";
  }
  return out + "<div><br><blockquote type=\"cite\"><div>" + escape(attribution(letter)) + "</div><br><div>" + old +
         "</div></blockquote></div></body></html>\n";
}

std::string weekday_name(std::string_view language, Timestamp at) {
  return std::string(calendar(language).days[static_cast<std::size_t>(civil(at, 60).weekday)]);
}

std::string answer_subject(const SamplePerson& writer, std::string_view subject) {
  for (const std::string_view prefix : {std::string_view("Re: "), std::string_view("RE: "), std::string_view("AW: ")}) {
    if (subject.substr(0, prefix.size()) == prefix) {
      // Outlook puts its own prefix in place of the other one; most leave what stands there.
      if (writer.client != "outlook") return std::string(subject);
      subject.remove_prefix(prefix.size());
    }
  }
  const bool german = writer.language == "de" && (writer.client == "outlook" || writer.client == "gmx");
  const char* prefix = german ? "AW: " : writer.client == "outlook" ? "RE: " : "Re: ";
  return prefix + std::string(subject);
}

std::string make_message_id(const SamplePerson& writer, std::uint64_t seed) {
  SampleDice dice(seed);
  char buffer[80];
  const auto a = static_cast<unsigned long long>(dice.next()), b = static_cast<unsigned long long>(dice.next());
  if (writer.client == "gmail") {
    std::snprintf(buffer, sizeof buffer, "CA+%016llx%06llx@mail.gmail.example", a, b & 0xFFFFFF);
  } else if (writer.client == "outlook") {
    std::snprintf(buffer, sizeof buffer, "AM6PR%08llX%016llX@AM6PR07.outlook.example", b & 0xFFFFFFFF, a);
  } else if (writer.client == "iphone" || writer.client == "apple") {
    std::snprintf(buffer, sizeof buffer, "%08llX-%04llX-%04llX-%012llX@", a & 0xFFFFFFFF, (a >> 32) & 0xFFFF,
                  (a >> 48) & 0xFFFF, b & 0xFFFFFFFFFFFF);
    return buffer + domain_of(writer.address);
  } else {
    std::snprintf(buffer, sizeof buffer, "%016llx.%08llx@", a, b & 0xFFFFFFFF);
    return buffer + domain_of(writer.address);
  }
  return buffer;
}

}  // namespace amends::app
