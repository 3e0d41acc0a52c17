#include "connectors/email/imap_append.h"

#include "core/base/text.h"

namespace amends::connectors::email {

Result<Appended> append(ImapConnection& connection, const std::string& wire_name, std::string_view mail) {
  const auto once = [&] {
    Command command("APPEND ");
    command.string(wire_name).add(" (\\Seen) ").literal(mail);
    return connection.run(command);
  };
  auto done = once();
  if (!done && connection.last_code() == "TRYCREATE" && !connection.broken()) {
    Command create("CREATE ");
    TRY_DO(connection.run(create.string(wire_name)));
    done = once();
  }
  if (!done) return std::move(done).error();
  Appended out;
  if (done->code == "APPENDUID") {
    const auto words = text::split(done->code_args, ' ');
    if (words.size() == 2) {
      out.uid_validity = Value{Value::Kind::atom, std::string(words[0]), {}}.number().value_or(0);
      out.uid = Value{Value::Kind::atom, std::string(words[1]), {}}.number().value_or(0);
    }
  }
  return out;
}

}  // namespace amends::connectors::email
