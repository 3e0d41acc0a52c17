#include <nlohmann/json.hpp>
#include <ostream>
#include <unordered_set>

#include "core/crypto/digest.h"
#include "core/main/inspect.h"
#include "core/mime/header.h"
#include "core/mime/mail.h"
#include "core/mime/mailbox.h"
#include "core/thread/threader.h"

namespace amends::cli {
namespace {

// Threading needs the header alone, and a mail's body is most of the work.
std::string_view header_of(std::string_view raw) {
  mime::Notes unused;
  const auto body = mime::read_header(raw, true, unused).body;
  return body.empty() ? raw : raw.substr(0, raw.size() - body.size());
}

thread::Letter letter_of(std::string_view raw, const mime::ParseOptions& options) {
  model::Content content = mime::parse(header_of(raw), options);
  thread::Letter letter;
  letter.name = content.message_id.empty() ? "sha256:" + crypto::sha256_hex(raw) : content.message_id;
  letter.message_id = std::move(content.message_id);
  letter.in_reply_to = std::move(content.in_reply_to);
  letter.references = std::move(content.references);
  letter.subject = std::move(content.subject);
  // Archives that hide addresses leave a name.
  letter.sender = std::move(content.author.handle.empty() ? content.author.name : content.author.handle);
  for (auto* parties : {&content.to, &content.cc}) {
    for (auto& party : *parties) {
      if (!party.handle.empty()) letter.recipients.push_back(std::move(party.handle));
    }
  }
  letter.list_id = std::move(content.list_id);
  letter.at = content.date;
  return letter;
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void write(std::ostream& out, const std::vector<thread::Letter>& letters) {
  std::unordered_set<std::string_view> written;
  out << "{\"threads\":[";
  bool first_thread = true;
  for (const auto& thread : thread::thread_archive(letters)) {
    out << (first_thread ? "\n[" : ",\n[");
    first_thread = false;
    bool first = true;
    for (const std::size_t i : thread) {
      if (!written.insert(letters[i].name).second) continue;
      if (!first) out << ',';
      first = false;
      out << quoted(letters[i].name);
    }
    out << ']';
  }
  out << "\n]}\n";
}

}  // namespace

int inspect_threads(const std::string& path, std::ostream& out, std::ostream& err) {
  mime::init();
  mime::ParseOptions options;
  options.hash_attachments = false;
  std::vector<thread::Letter> letters;
  bool all_read = true;
  mime::MailboxVisitor visitor;
  visitor.mail = [&](const std::string&, std::string_view raw, const mime::MailboxProgress&) {
    letters.push_back(letter_of(raw, options));
    return true;
  };
  visitor.trouble = [&](const Error& error) {
    all_read = false;
    err << error.what << '\n';
  };
  if (auto done = mime::for_each_mail(path, visitor); !done) {
    err << done.error().what << '\n';
    return row_of(done.error().kind).exit_code;
  }
  write(out, letters);
  out.flush();
  return all_read ? 0 : 1;
}

}  // namespace amends::cli
