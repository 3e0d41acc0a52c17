#include "connectors/email/import.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/mime/date.h"
#include "core/mime/mailbox.h"

namespace amends::connectors::email {
namespace {

// Folders in which only what we sent ourselves lies, in Maildir++ and in exports of the large programs.
bool is_sent_folder(std::string_view source) {
  for (const std::string_view name : {".Sent/", ".Sent Items/", ".Sent Messages/", "/Sent/", ".Gesendet/"}) {
    if (source.find(name) != source.npos || source.rfind(name.substr(1), 0) == 0) return true;
  }
  return false;
}

// When our own server took the mail: the date behind the last ";" of the topmost Received field (RFC 5321 section 4.4).
// What an archive's mail has of an arrival; nothing when there is none.
std::optional<Timestamp> arrival_of(std::string_view raw) {
  std::size_t at = 0;
  while (at < raw.size()) {
    std::size_t end = raw.find('\n', at);
    const std::string_view line = raw.substr(at, end == raw.npos ? raw.npos : end - at);
    if (text::trim(line).empty()) return {};  // the header is over
    if (text::starts_with_ignoring_case(line, "Received:")) {
      // With its continuation lines.
      while (end != raw.npos && end + 1 < raw.size() && (raw[end + 1] == ' ' || raw[end + 1] == '\t')) {
        end = raw.find('\n', end + 1);
      }
      const std::string_view field = raw.substr(at, end == raw.npos ? raw.npos : end - at);
      const std::size_t semicolon = field.rfind(';');
      mime::Notes ignored;
      return semicolon == field.npos ? std::nullopt : mime::read_date(field.substr(semicolon + 1), ignored);
    }
    if (end == raw.npos) return {};
    at = end + 1;
  }
  return {};
}

class MailFiles final : public channel::ImportSource {
 public:
  explicit MailFiles(std::string path) : path_(std::move(path)) {}

  Result<Done> each(const std::function<bool(model::Item&&, const channel::ImportProgress&)>& visit,
                    const std::function<void(const Error&)>& trouble) override {
    const Timestamp now = SystemClock().now();
    mime::MailboxVisitor visitor;
    visitor.mail = [&](const std::string& source, std::string_view raw, const mime::MailboxProgress& at) {
      // The digest names it: where a mail lies in an archive says nothing about which mail it is.
      model::Item item;
      item.raw = raw;
      item.own = is_sent_folder(source);
      item.received_at = std::min(arrival_of(raw).value_or(now), now);
      return visit(std::move(item), {at.done, at.total});
    };
    visitor.trouble = trouble;
    return mime::for_each_mail(path_, visitor);
  }

  Result<std::vector<std::string>> describe() override {
    std::int64_t mails = 0, bytes = 0, unreadable = 0;
    mime::MailboxVisitor visitor;
    visitor.mail = [&](const std::string&, std::string_view raw, const mime::MailboxProgress&) {
      ++mails;
      bytes += static_cast<std::int64_t>(raw.size());
      return true;
    };
    visitor.trouble = [&](const Error&) { ++unreadable; };
    TRY_DO(mime::for_each_mail(path_, visitor));
    std::vector<std::string> lines{path_ + ": mail",
                                   std::to_string(mails) + " mails, " + std::to_string(bytes) + " bytes"};
    if (unreadable > 0) lines.push_back(std::to_string(unreadable) + " files can't be read");
    return lines;
  }

 private:
  const std::string path_;
};

}  // namespace

Result<std::unique_ptr<channel::ImportSource>> open_import(const std::string& path, const channel::ImportOptions&) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return fail(Kind::not_found, path + " is not there", "give an mbox, a Maildir, .eml files, .csv or .jsonl");
  }
  if (std::filesystem::is_directory(path, error)) return std::unique_ptr<channel::ImportSource>(new MailFiles(path));
  std::array<char, 4096> beginning{};
  std::ifstream in(path, std::ios::binary);
  in.read(beginning.data(), beginning.size());
  const std::string_view bytes(beginning.data(), static_cast<std::size_t>(in.gcount()));
  if (mime::look_at_mail_file(bytes) == mime::MailFile::none) return std::unique_ptr<channel::ImportSource>();
  return std::unique_ptr<channel::ImportSource>(new MailFiles(path));
}

}  // namespace amends::connectors::email
