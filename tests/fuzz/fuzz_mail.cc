// Any bytes are a mail: what parse() answers is valid UTF-8 on clean lines, every attachment is found again by its
// number, and a mail built from what was read is read back the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/mime/build.h"
#include "core/mime/mail.h"

namespace {

using namespace amends;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_line(const std::string& s) {
  require(text::is_utf8(s));
  for (const char c : s) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_text(const std::string& s) {
  require(text::is_utf8(s));
  require(s.find('\0') == s.npos && s.find('\r') == s.npos);
}

void check_wire(const std::string& raw) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto c = static_cast<unsigned char>(raw[i]);
    require(c != 0 && c < 0x80);
    require(c != '\n' || (i > 0 && raw[i - 1] == '\r'));
    line = c == '\n' ? 0 : line + 1;
    require(line <= 999);
  }
}

void check_parsed(std::string_view raw, const model::Content& mail) {
  for (const std::string* s : {&mail.subject, &mail.message_id, &mail.list_id, &mail.author.name, &mail.author.handle})
    require_line(*s);
  for (const auto* list : {&mail.from, &mail.to, &mail.cc, &mail.bcc, &mail.reply_to}) {
    for (const auto& party : *list) {
      require_line(party.name);
      require_line(party.handle);
    }
  }
  for (const std::string* s : {&mail.text, &mail.reply_text, &mail.quoted_text, &mail.signature, &mail.html})
    require_text(*s);
  for (const auto& file : mail.attachments) {
    require_line(file.filename);
    require(file.filename.find('/') == file.filename.npos);
    require_line(file.content_type);
    require_line(file.content_id);
    const auto bytes = mime::part_bytes(raw, file.part);
    require(bytes && static_cast<std::int64_t>(bytes->size()) == file.size);
  }
  if (mail.bounce) {
    require_line(mail.bounce->recipient);
    require_line(mail.bounce->diagnostic);
  }
}

void check_answer(const model::Content& mail) {
  mime::Outgoing answer;
  answer.from = {"Shop", "help@shop.example"};
  answer.to = {mail.author};
  answer.subject = mail.subject;
  answer.message_id = "answer@shop.example";
  answer.in_reply_to = mail.message_id;
  answer.references = mail.references;
  answer.text = mail.text;
  for (const auto& file : mail.attachments) answer.files.push_back({file.filename, file.content_type, mail.html});
  const auto built = mime::build(answer);
  if (!built) {
    require(built.error().kind == Kind::invalid && !built.error().what.empty());
    return;
  }
  check_wire(*built);
  const model::Content read = mime::parse(*built);
  require(read.subject == text::trim(mail.subject));
  require(read.to.size() == 1 && read.to[0].name == text::squeeze(mail.author.name));
  require(read.attachments.size() >= mail.attachments.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  mime::ParseOptions options;
  options.trusted_authserv_ids = {"mx.ours.example", "mx.google.com"};
  const model::Content mail = mime::parse(raw, options);
  check_parsed(raw, mail);
  check_answer(mail);
  mime::written_addresses(raw, "to");
  mime::quarantine_reason(raw);
  return 0;
}
