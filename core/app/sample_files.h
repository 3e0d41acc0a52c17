// Small attachments made from their names: a picture and a document that open. The same name gives the same bytes.
#pragma once

#include <string>
#include <string_view>

namespace amends::app {

std::string sample_picture(std::string_view name);   // PNG (RFC 2083), 48 x 32
std::string sample_document(std::string_view name);  // PDF 1.4, one page that says its name

}  // namespace amends::app
