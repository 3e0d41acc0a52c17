// Who wrote a mail: a person, a machine that answers, a server that could not deliver, or a list (RFC 3834, 2369, 2919
// and the headers that software used before them).
#pragma once

#include <string_view>

#include "core/mime/header.h"
#include "core/model/content.h"

namespace amends::mime {

struct Verdict {
  model::Origin origin = model::Origin::personal;
  bool auto_submitted = false;  // never answered automatically
};

// `null_sender`: Return-Path is "<>". `machine_report`: a read receipt, a complaint, a good delivery report.
Verdict judge_origin(const Header& header, std::string_view subject, bool null_sender, bool bounced,
                     bool machine_report);

}  // namespace amends::mime
