#include "connectors/email/imap_folders.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::email {
namespace {

std::string decoded(const std::string& wire) {
  if (text::equals_ignoring_case(wire, "INBOX")) return "INBOX";
  auto name = from_mutf7(wire);
  return name ? std::move(*name) : text::repair_utf8(wire);
}

// The last part of "INBOX.Sent" or "Postausgang/Gesendet".
std::string_view leaf(const Folder& folder) {
  const std::size_t at = folder.delimiter == 0 ? std::string::npos : folder.name.rfind(folder.delimiter);
  return std::string_view(folder.name).substr(at == std::string::npos ? 0 : at + 1);
}

}  // namespace

Result<std::vector<Folder>> list_folders(ImapConnection& connection) {
  std::vector<Folder> out;
  const auto collect = [&](Response& response) {
    if (response.name != "LIST" || response.values.size() < 3) return;
    Folder folder;
    for (const Value& flag : response.values[0].items) {
      if (flag.is("\\Noselect") || flag.is("\\NonExistent")) folder.selectable = false;
      for (const std::string_view use : {"\\Sent", "\\All", "\\Junk", "\\Drafts", "\\Trash", "\\Archive"}) {
        if (flag.is(use)) folder.special_use = use;
      }
    }
    if (response.values[1].text.size() == 1) folder.delimiter = response.values[1].text.front();
    folder.wire_name = response.values[2].text;
    folder.name = decoded(folder.wire_name);
    if (!folder.wire_name.empty()) out.push_back(std::move(folder));
  };
  TRY_DO(connection.run(Command("LIST \"\" \"*\""), collect));
  return out;
}

const Folder* find_folder(const std::vector<Folder>& folders, std::string_view name, std::string_view prefix) {
  const auto by = [&](auto matches) -> const Folder* {
    const auto it =
        std::find_if(folders.begin(), folders.end(), [&](const Folder& f) { return f.selectable && matches(f); });
    return it == folders.end() ? nullptr : &*it;
  };
  if (const auto* exact = by([&](const Folder& f) { return f.name == name; })) return exact;
  const std::string folded = text::fold(name);
  if (const auto* other_case = by([&](const Folder& f) { return text::fold(f.name) == folded; })) return other_case;
  if (const auto* delimited = by([&](const Folder& f) {
        return f.delimiter != 0 && text::fold(text::replace_all(f.name, std::string(1, f.delimiter), "/")) == folded;
      })) {
    return delimited;
  }
  if (prefix.empty()) return nullptr;
  return by([&](const Folder& f) { return text::fold(f.name) == text::fold(std::string(prefix) + std::string(name)); });
}

const Folder* find_sent(const std::vector<Folder>& folders) {
  for (const Folder& folder : folders) {
    if (folder.selectable && folder.special_use == "\\Sent") return &folder;
  }
  static constexpr std::string_view kNames[] = {"sent",
                                                "sent items",
                                                "sent messages",
                                                "sent mail",
                                                "gesendet",
                                                "gesendete objekte",
                                                "gesendete elemente",
                                                "envoyés",
                                                "éléments envoyés",
                                                "messages envoyés",
                                                "enviados",
                                                "elementos enviados",
                                                "posta inviata",
                                                "verzonden",
                                                "verzonden items",
                                                "skickat",
                                                "sendt",
                                                "wysłane",
                                                "送信済み",
                                                "已发送"};
  for (const std::string_view name : kNames) {
    for (const Folder& folder : folders) {
      if (folder.selectable && text::fold(leaf(folder)) == text::fold(name)) return &folder;
    }
  }
  return nullptr;
}

std::string personal_prefix(ImapConnection& connection) {
  if (!connection.offers("NAMESPACE")) return {};
  std::string prefix;
  const auto collect = [&](Response& response) {
    // NAMESPACE (("INBOX." ".")) NIL NIL
    if (response.name != "NAMESPACE" || response.values.empty() || !response.values[0].is_list()) return;
    const auto& personal = response.values[0].items;
    if (!personal.empty() && personal[0].is_list() && !personal[0].items.empty()) {
      prefix = decoded(personal[0].items[0].text);
    }
  };
  const auto asked = connection.run(Command("NAMESPACE"), collect);
  return asked ? prefix : std::string();
}

Result<FolderState> examine(ImapConnection& connection, const std::string& wire_name) {
  connection.folder = {};
  connection.vanished.clear();
  connection.uid_validity_changed = false;
  Command command("EXAMINE ");
  command.string(wire_name);
  if (connection.qresync() || connection.offers("CONDSTORE")) command.add(" (CONDSTORE)");
  auto opened = connection.run(command);
  if (!opened) {
    connection.folder = {};
    return std::move(opened).error();
  }
  // Some servers leave it out; a value of our own keeps the cursor working, and a later real one resyncs.
  if (connection.folder.uid_validity == 0) connection.folder.uid_validity = 1;
  connection.uid_validity_changed = false;
  connection.folder.wire_name = wire_name;
  return connection.folder;
}

Result<FolderState> status_of(ImapConnection& connection, const std::string& wire_name) {
  FolderState state;
  const auto collect = [&](Response& response) {
    if (response.name != "STATUS" || response.values.size() < 2) return;
    const auto& pairs = response.values[1].items;
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
      const auto number = pairs[i + 1].number().value_or(0);
      if (pairs[i].is("MESSAGES")) state.exists = number;
      if (pairs[i].is("UIDNEXT")) state.uid_next = number;
      if (pairs[i].is("UIDVALIDITY")) state.uid_validity = number;
      if (pairs[i].is("HIGHESTMODSEQ")) state.highest_modseq = number;
    }
  };
  Command command("STATUS ");
  const bool counts_changes = connection.qresync() || connection.offers("CONDSTORE");
  command.string(wire_name).add(counts_changes ? " (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
                                               : " (MESSAGES UIDNEXT UIDVALIDITY)");
  TRY_DO(connection.run(command, collect));
  state.wire_name = wire_name;
  return state;
}

}  // namespace amends::connectors::email
