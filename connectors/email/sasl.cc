#include "connectors/email/sasl.h"

namespace amends::connectors::email {

std::string sasl_plain(std::string_view user, const Secret& password) {
  std::string out(1, '\0');
  out.append(user).push_back('\0');
  return out.append(password.reveal());
}

std::string sasl_xoauth2(std::string_view user, const Secret& token) {
  std::string out = "user=";
  out.append(user)
      .append(
          "\x01"
          "auth=Bearer ")
      .append(token.reveal());
  return out.append("\x01\x01");
}

}  // namespace amends::connectors::email
