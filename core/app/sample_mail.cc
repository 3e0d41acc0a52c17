#include "core/app/sample_mail.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "core/app/sample_files.h"
#include "core/app/sample_style.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

// Bytes of `charset`; nothing when a character has no place in it.
std::optional<std::string> encode(std::string_view utf8, const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(charset.c_str(), &status);
  if (U_FAILURE(status)) return {};
  ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::u16string wide(utf8.size() + 1, u'\0');
  std::int32_t length = 0;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, utf8.data(),
                static_cast<std::int32_t>(utf8.size()), &status);
  std::string out(utf8.size() * 4 + 16, '\0');
  const std::int32_t size =
      ucnv_fromUChars(converter, out.data(), static_cast<std::int32_t>(out.size()), wide.data(), length, &status);
  ucnv_close(converter);
  if (U_FAILURE(status)) return {};
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string quoted_printable(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out, line;
  const auto flush = [&](std::string_view end) {
    out += line;
    out += end;
    line.clear();
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      if (!line.empty() && line.back() == ' ') line.replace(line.size() - 1, 1, "=20");
      flush("\n");
      continue;
    }
    std::string piece(1, c);
    if (byte >= 0x7F || (byte < 0x20 && c != '\t') || c == '=') {
      piece = std::string{'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    if (line.size() + piece.size() > 75) flush("=\n");
    line += piece;
  }
  flush("");
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const std::string all = text::to_base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += 76) out += all.substr(at, 76) + "\n";
  return out;
}

// RFC 2047; a word holds at most 75 characters and whole characters only.
std::string header_text(std::string_view utf8, const std::string& wanted) {
  if (text::is_ascii(utf8)) return std::string(utf8);
  const std::string charset = !wanted.empty() && encode(utf8, wanted) ? wanted : "UTF-8";
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = at;
    while (end < utf8.size() && end - at < 30) text::next_utf8(utf8, end);
    const auto bytes = encode(utf8.substr(at, end - at), charset);
    if (!out.empty()) out += "\n ";
    out += "=?" + charset + "?B?" + text::to_base64(bytes.value_or("")) + "?=";
    at = end;
  }
  return out;
}

std::string mailbox(const SamplePerson& person, const std::string& charset) {
  std::string name = header_text(person.name, charset);
  if (text::is_ascii(person.name) && person.name.find_first_of("&.,()@") != person.name.npos) name = '"' + name + '"';
  return name + " <" + person.address + ">";
}

std::string part(std::string_view type, std::string_view utf8, const SampleLetter& letter,
                 std::string_view extra_parameter = {}) {
  std::string charset = letter.from.charset;
  std::optional<std::string> bytes;
  if (!charset.empty()) bytes = encode(utf8, charset);
  if (!bytes) {
    // Every client turns to UTF-8 when the old charset can't say it.
    charset = text::is_ascii(utf8) && letter.from.client != "gmail" ? "us-ascii" : "utf-8";
    bytes = std::string(utf8);
  }
  const std::string& client = letter.from.client;
  std::string transfer = "quoted-printable", coded;
  if (text::is_ascii(*bytes) || charset == "iso-2022-jp") {
    transfer = "7bit", coded = *bytes;
  } else if (client == "thunderbird" || client == "k9") {
    transfer = "8bit", coded = *bytes;
  } else if (client == "gmail" && letter.from.language != "en") {
    transfer = "base64", coded = base64_lines(*bytes);
  }
  const auto lines = text::lines(*bytes);
  const bool long_lines =
      std::any_of(lines.begin(), lines.end(), [](std::string_view line) { return line.size() > 900; });
  if (long_lines && transfer != "base64") transfer = "quoted-printable";
  if (transfer == "quoted-printable") coded = quoted_printable(*bytes);
  return "Content-Type: " + std::string(type) + "; charset=" + (client == "outlook" ? "\"" + charset + "\"" : charset) +
         std::string(extra_parameter) + "\nContent-Transfer-Encoding: " + transfer + "\n\n" + coded;
}

std::string multipart(std::string_view subtype, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string out = "Content-Type: multipart/" + std::string(subtype) + "; boundary=\"" + boundary + "\"\n\n";
  for (const auto& one : parts) out += "--" + boundary + "\n" + one + "\n";
  return out + "--" + boundary + "--\n";
}

std::string agent_header(const std::string& client) {
  if (client == "iphone") return "X-Mailer: iPhone Mail (22D82)\n";
  if (client == "apple") return "X-Mailer: Apple Mail (2.3826.400.131)\n";
  if (client == "thunderbird") return "User-Agent: Mozilla Thunderbird\n";
  if (client == "outlook") return "Thread-Topic: -\nX-Mailer: Microsoft Outlook 16.0\n";
  if (client == "yahoo") return "X-Mailer: WebService/1.1.21 YMailNorrin\n";
  if (client == "k9") return "User-Agent: K-9 Mail for Android\n";
  if (client == "gmx") return "X-Provags-ID: V03\n";
  return {};
}

}  // namespace

std::string write_letter(const SampleLetter& letter) {
  const SamplePerson& from = letter.from;
  const std::string host = domain_of(from.address);
  const std::string date = letter.date_text.empty() ? mail_date(letter.date, letter.zone_minutes) : letter.date_text;
  std::string out;
  if (!letter.ours) {
    out += "Return-Path: <" + from.address + ">\nDelivered-To: " + letter.to.address + "\n";
    out += "Authentication-Results: mx.kestrel.example;\n\tspf=" + std::string(letter.verified ? "pass" : "fail") +
           " smtp.mailfrom=" + from.address + ";\n\tdkim=" + (letter.verified ? "pass" : "none") + " header.d=" + host +
           ";\n\tdmarc=" + (letter.verified ? "pass" : "fail") + " header.from=" + host + "\n";
    out += "Received: from out." + (letter.verified ? host : std::string("dialup-203-0-113-77.example")) +
           "\n\tby mx.kestrel.example with ESMTPS; " + mail_date(letter.date + std::chrono::seconds(4), 0) + "\n";
  }
  out += "From: " + mailbox(from, from.charset) + "\nTo: " + mailbox(letter.to, {}) + "\n";
  out += "Subject: " + header_text(letter.subject, from.charset) + "\nDate: " + date + "\n";
  if (!letter.message_id.empty()) out += "Message-ID: <" + letter.message_id + ">\n";
  if (!letter.references.empty()) {
    out += "In-Reply-To: <" + letter.references.back() + ">\nReferences:";
    for (const auto& id : letter.references) out += "\n <" + id + ">";
    out += "\n";
  }
  out += agent_header(from.client);
  for (const auto& [key, value] : letter.extra) out += key + ": " + value + "\n";
  out += "MIME-Version: 1.0\n";

  char boundary[40];
  std::snprintf(boundary, sizeof boundary, "%016llx",
                static_cast<unsigned long long>(sample_seed(letter.message_id + letter.subject + date)));
  const std::string base =
      (from.client == "apple" || from.client == "iphone" ? "Apple-Mail-" : "----=_Part_") + std::string(boundary);
  const bool flowed = from.client == "thunderbird";
  std::string body = part("text/plain", plain_body(letter), letter, flowed ? "; format=flowed" : "");
  if (const std::string html = html_body(letter); !html.empty()) {
    body = multipart("alternative", base + "_alt", {body, part("text/html", html, letter)});
  }
  if (!letter.file.empty()) {
    const bool picture = letter.file.find(".png") != letter.file.npos;
    const std::string type = picture ? "image/png" : "application/pdf";
    body = multipart("mixed", base + "_mix",
                     {body, "Content-Type: " + type + "; name=\"" + letter.file +
                                "\"\nContent-Disposition: attachment; filename=\"" + letter.file +
                                "\"\nContent-Transfer-Encoding: base64\n\n" +
                                base64_lines(picture ? sample_picture(letter.file) : sample_document(letter.file))});
  }
  return text::replace_all(out + body, "\n", "\r\n");
}

}  // namespace amends::app
