// The contract table of a played site (site_fake.h), read and applied: which row a request belongs to, what in the
// request or in an answer it doesn't allow.
//
// Pure. Threads: any. For .cc files of tests: it brings the JSON library.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/site_fake.h"

namespace amends::test {

struct ContractRow {
  std::string method, path, auth;
  nlohmann::json query, headers, body, answers;

  std::string name() const { return method + " " + path; }
  // How many {} and how many plain characters: the plainer pattern wins.
  std::size_t holes() const;
};

struct Contract {
  std::string site;
  std::vector<ContractRow> rows;
  std::vector<std::string> complaints;  // about the table itself

  static Contract read(const std::string& text);

  // The row of a request and what stood for its {}.
  const ContractRow* find(const std::string& method, const std::string& path, std::vector<std::string>& parts) const;
};

// What stands for the {} of the pattern, or nothing when it doesn't fit. A {} takes one or more characters, no slash.
std::optional<std::vector<std::string>> parts_of(std::string_view pattern, std::string_view path);

// What a request or an answer has that its row doesn't allow; empty when all is well.
std::vector<std::string> wrong_request(const ContractRow& row, const SiteRequest& request);
std::vector<std::string> wrong_answer(const ContractRow& row, const SiteAnswer& answer);
// What a JSON value has that the shape doesn't allow; `where` names it in the complaints.
void wrong_shape(const nlohmann::json& shape, const nlohmann::json& value, const std::string& where,
                 std::vector<std::string>& out);

std::string decode_percent(std::string_view text, bool plus_is_space);
// A multipart/form-data body (RFC 7578): the parts' bytes by name.
std::multimap<std::string, std::string> decode_multipart(const std::string& body);
std::multimap<std::string, std::string> decode_form(std::string_view text);

}  // namespace amends::test
