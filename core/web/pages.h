// The few pages the API brings along: its reference, and the forms where one-time links lead. Plain HTML, one style
// sheet, two small scripts; nothing is loaded from anywhere else.
#pragma once

#include <string_view>

namespace amends::web {

extern const std::string_view kReferencePage, kSetupPage, kInvitationPage, kResetPage;
extern const std::string_view kPageStyle, kReferenceScript, kLinkScript;

}  // namespace amends::web
