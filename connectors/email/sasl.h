// What is said to log in, before base64: RFC 4616 (PLAIN) and the XOAUTH2 of Google and Microsoft. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace amends::connectors::email {

std::string sasl_plain(std::string_view user, const Secret& password);
std::string sasl_xoauth2(std::string_view user, const Secret& token);

}  // namespace amends::connectors::email
