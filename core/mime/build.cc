#include "core/mime/build.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/mime/address.h"
#include "core/mime/charset.h"
#include "core/mime/fold.h"
#include "core/mime/parameters.h"
#include "core/mime/transfer.h"

namespace amends::mime {

namespace {

constexpr std::size_t kLongestOwnId = 900;
constexpr std::size_t kMostReferences = 100;

// A part's header and encoded body.
struct Entity {
  std::string header;
  std::string body;
};

bool is_token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return c > ' ' && static_cast<unsigned char>(c) < 127 &&
           std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
  });
}

bool is_writable_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestOwnId && text::is_ascii(id) && !is_unsafe(id) &&
         id.find_first_of(" <>()\"\\") == id.npos;
}

// The address as the wire needs it: 7-bit, its domain in the ASCII form.
Result<std::string> wire_address(std::string_view address, std::string_view field) {
  const std::string name(field);
  const std::size_t at = address.rfind('@');
  const std::string local(address.substr(0, at == address.npos ? 0 : at));
  const std::string domain = domain_of(address);
  if (local.empty() || domain.empty())
    return fail(Kind::invalid, name + ": '" + text::printable(address) + "' is no address");
  if (is_unsafe(address) || domain.find_first_of(" \t<>(),;:\"\\@") != domain.npos) {
    return fail(Kind::invalid, name + ": an address holds characters that no mail server takes");
  }
  if (!text::is_ascii(local) || !text::is_ascii(domain)) {
    return fail(Kind::invalid, name + ": the part before the @ is not ASCII, which many mail servers refuse");
  }
  const bool quoted = local.size() >= 2 && local.front() == '"' && local.back() == '"';
  if (quoted) {
    for (std::size_t i = 1; i + 1 < local.size(); ++i) {
      if (local[i] == '\\' && i + 2 < local.size()) {
        ++i;
      } else if (local[i] == '"' || local[i] == '\\') {
        return fail(Kind::invalid, name + ": the quotes of an address don't match");
      }
    }
  } else if (local.find_first_of(" <>(),;:\"\\@[]") != local.npos || local.front() == '.' || local.back() == '.' ||
             local.find("..") != local.npos) {
    return fail(Kind::invalid, name + ": '" + text::printable(address) + "' is no address");
  }
  constexpr std::size_t kLongest = 254;  // RFC 5321 section 4.5.3.1.3
  if (address.size() > kLongest) return fail(Kind::invalid, name + ": an address is too long");
  return local + "@" + domain;
}

Result<std::string> address_field(std::string_view name, const std::vector<model::Party>& parties) {
  std::vector<std::string> words;
  for (const auto& party : parties) {
    if (is_unsafe(party.name)) return fail(Kind::invalid, std::string(name) + ": a name holds control characters");
    TRY(auto address, wire_address(party.handle, name));
    auto phrase = phrase_words(text::squeeze(party.name));
    words.insert(words.end(), phrase.begin(), phrase.end());
    const bool bare = phrase.empty() && address.find("=?") == address.npos;
    words.push_back((bare ? address : "<" + address + ">") + (&party == &parties.back() ? "" : ","));
  }
  return fold(name, words);
}

Result<std::string> reference_fields(const Outgoing& mail) {
  if (!is_writable_id(mail.message_id) || mail.message_id.find('@') == std::string::npos) {
    return fail(Kind::invalid, "Message-ID: not a usable id");
  }
  std::string out = fold("Message-ID", {"<" + mail.message_id + ">"});
  if (is_unsafe(mail.in_reply_to)) return fail(Kind::invalid, "In-Reply-To: holds control characters");
  // An id that strangers made up and that can't be written is left out: the others still hold the thread together.
  if (is_writable_id(mail.in_reply_to)) out += fold("In-Reply-To", {"<" + mail.in_reply_to + ">"});
  std::vector<std::string> words;
  for (const auto& id : mail.references) {
    if (is_unsafe(id)) return fail(Kind::invalid, "References: an id holds control characters");
    if (is_writable_id(id)) words.push_back("<" + id + ">");
  }
  // The first names the thread, the last ones the place in it.
  if (words.size() > kMostReferences) {
    words.erase(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(words.size() - kMostReferences + 1));
  }
  if (!words.empty()) out += fold("References", words);
  return out;
}

Result<std::string> extra_field(const std::string& name, const std::string& value) {
  static constexpr std::string_view kOurs[] = {
      "from",       "to",          "cc",         "bcc",          "sender",         "reply-to",    "subject", "date",
      "message-id", "in-reply-to", "references", "mime-version", "auto-submitted", "return-path", "received"};
  constexpr std::size_t kLongestName = 60;
  if (name.size() > kLongestName || !is_token(name))
    return fail(Kind::invalid, "header '" + text::printable(name) + "': not a field name");
  const bool ours = std::any_of(std::begin(kOurs), std::end(kOurs),
                                [&](std::string_view s) { return text::equals_ignoring_case(s, name); });
  if (ours || text::starts_with_ignoring_case(name, "content-") || text::starts_with_ignoring_case(name, "resent-")) {
    return fail(Kind::invalid, "header '" + name + "': written by Amends itself");
  }
  if (is_unsafe(value)) return fail(Kind::invalid, "header '" + name + "': holds control characters");
  const std::string squeezed = text::squeeze(value);
  if (!text::is_ascii(squeezed)) return fold(name, text_words(squeezed));
  // Structured values (addresses of web pages, ids) are never encoded, only folded at their spaces.
  std::vector<std::string> words;
  constexpr std::size_t kLongestWord = 900;
  for (const auto word : text::split(squeezed, ' ')) {
    if (word.size() > kLongestWord) return fail(Kind::invalid, "header '" + name + "': a word is too long for a line");
    words.emplace_back(word);
  }
  return fold(name, words);
}

// Line ends as the wire has them.
std::string with_crlf(std::string_view s) {
  std::string out;
  out.reserve(s.size() + s.size() / 32 + 2);
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\r') {
      if (i + 1 < s.size() && s[i + 1] == '\n') ++i;
      out += "\r\n";
    } else if (s[i] == '\n') {
      out += "\r\n";
    } else {
      out += s[i];
    }
  }
  if (!out.empty() && out.back() != '\n') out += "\r\n";
  return out;
}

// Whether text goes as it is: short ASCII lines that no server and no mbox on the way rewrites.
bool is_seven_bit(std::string_view crlf, std::size_t longest) {
  for (const auto line : text::lines(crlf)) {
    if (line.size() > longest || line.compare(0, 5, "From ") == 0 || line == ".") return false;
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t') && line != "-- ") return false;
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x7F || (byte < 0x20 && c != '\t')) return false;
    }
  }
  return true;
}

Entity text_entity(std::string_view type, std::string_view text) {
  constexpr std::size_t kLine = 78;
  const std::string crlf = with_crlf(text::repair_utf8(text));
  Entity out;
  out.header = fold("Content-Type", {std::string(type) + ";", "charset=utf-8"});
  if (is_seven_bit(crlf, kLine)) {
    out.header += "Content-Transfer-Encoding: 7bit\r\n";
    out.body = crlf;
    return out;
  }
  std::string quoted = encode_quoted_printable(crlf);
  std::string base64 = encode_base64_lines(crlf);
  // Readable in its source unless that costs much more.
  const bool use_quoted = quoted.size() <= base64.size() + base64.size() / 4;
  out.header +=
      use_quoted ? "Content-Transfer-Encoding: quoted-printable\r\n" : "Content-Transfer-Encoding: base64\r\n";
  out.body = use_quoted ? std::move(quoted) : std::move(base64);
  return out;
}

Result<Entity> file_entity(const OutgoingFile& file) {
  const std::size_t slash = file.content_type.find('/');
  std::string type = text::ascii_lower(file.content_type);
  if (type.empty()) type = "application/octet-stream";
  if (!file.content_type.empty() && (slash == std::string::npos || type.size() > 100 ||
                                     !is_token(type.substr(0, slash)) || !is_token(type.substr(slash + 1)))) {
    return fail(Kind::invalid, "file '" + text::printable(file.filename) + "': its content type is none");
  }
  if (is_unsafe(file.filename)) return fail(Kind::invalid, "file: its name holds control characters");
  // base64 is not allowed on these (RFC 2046 section 5.2.1, RFC 2045 section 6.4).
  if (type.compare(0, 8, "message/") == 0 || type.compare(0, 10, "multipart/") == 0) type = "application/octet-stream";
  Entity out;
  out.header = fold("Content-Type", {type});
  std::vector<std::string> disposition{"attachment"};
  if (const std::string name = safe_filename(file.filename); !name.empty()) {
    disposition[0] += ';';
    for (auto& word : parameter_words("filename", name)) disposition.push_back(std::move(word));
  }
  out.header += fold("Content-Disposition", disposition);
  // RFC 2045 section 8.
  if (const std::string alt = text::printable(text::squeeze(text::repair_utf8(file.alt))); !alt.empty()) {
    out.header += fold("Content-Description", text_words(alt));
  }
  out.header += "Content-Transfer-Encoding: base64\r\n";
  out.body = encode_base64_lines(file.bytes);
  return out;
}

std::string boundary_for(std::string_view message_id, char level) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  const std::string seed = std::string(message_id) + level;
  EVP_Digest(seed.data(), seed.size(), digest.data(), &length, EVP_sha256(), nullptr);
  // "=_" stands in no base64 and no quoted-printable (RFC 2045 section 6.7).
  return "=_" + text::to_hex({reinterpret_cast<const char*>(digest.data()), 14});
}

Entity multipart(std::string_view subtype, std::string_view message_id, char level, const std::vector<Entity>& parts) {
  std::string boundary = boundary_for(message_id, level);
  const auto taken = [&] {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Entity& e) { return e.body.find(boundary) != std::string::npos; });
  };
  while (taken()) boundary = boundary_for(boundary, level);
  Entity out;
  out.header = fold("Content-Type", {"multipart/" + std::string(subtype) + ";", "boundary=\"" + boundary + "\""});
  for (const auto& part : parts) {
    out.body += "--" + boundary + "\r\n" + part.header + "\r\n" + part.body;
    if (!part.body.empty() && part.body.back() != '\n') out.body += "\r\n";
  }
  out.body += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace

Result<std::string> build(const Outgoing& mail) {
  if (mail.to.empty() && mail.cc.empty()) return fail(Kind::invalid, "To: nobody to send to");
  if (is_unsafe(mail.subject)) return fail(Kind::invalid, "Subject: holds control characters");
  std::string out = "Date: " + to_rfc5322(mail.date) + "\r\n";
  TRY(auto from, address_field("From", {mail.from}));
  out += from;
  for (const auto& [name, parties] :
       {std::pair{"To", &mail.to}, std::pair{"Cc", &mail.cc}, std::pair{"Reply-To", &mail.reply_to}}) {
    if (parties->empty()) continue;
    TRY(auto field, address_field(name, *parties));
    out += field;
  }
  out += fold("Subject", text_words(text::trim(mail.subject)));
  TRY(auto references, reference_fields(mail));
  out += references;
  if (mail.auto_submitted) out += "Auto-Submitted: auto-replied\r\n";
  for (const auto& [name, value] : mail.extra_headers) {
    TRY(auto field, extra_field(name, value));
    out += field;
  }
  out += "MIME-Version: 1.0\r\n";

  Entity body;
  if (mail.html.empty()) {
    body = text_entity("text/plain", mail.text);
  } else if (mail.text.empty()) {
    body = text_entity("text/html", mail.html);
  } else {
    body = multipart("alternative", mail.message_id, 'a',
                     {text_entity("text/plain", mail.text), text_entity("text/html", mail.html)});
  }
  if (!mail.files.empty()) {
    std::vector<Entity> parts{std::move(body)};
    for (const auto& file : mail.files) {
      TRY(auto part, file_entity(file));
      parts.push_back(std::move(part));
    }
    body = multipart("mixed", mail.message_id, 'm', parts);
  }
  return out + body.header + "\r\n" + body.body;
}

}  // namespace amends::mime
