// The page at "/": files of the app in the browser, as the program was built with them. A path of the app that names no
// file, such as /inbox/mine, is answered with index.html when a browser wants a page; whatever else isn't here stays
// not found.
//
// Threads: any.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/http/message.h"
#include "core/plugin/asset.h"

namespace amends::web {

// How a client wants a body (RFC 9110 section 12.5.3): whether the coding is named with a weight above 0.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

class Assets {
 public:
  explicit Assets(const std::vector<plugin::Asset>& assets);

  // The answer to a GET or HEAD; nothing when there is no such file.
  std::optional<http::Response> answer(const http::Request& request) const;

 private:
  const plugin::Asset* find(const http::Request& request) const;

  std::map<std::string_view, plugin::Asset> assets_;
};

}  // namespace amends::web
