#include "tests/support/contract.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace amends::test {
namespace {

using nlohmann::json;

// "integer?" -> {"integer", may be absent}.
std::pair<std::string, bool> word_of(std::string word) {
  const bool optional = !word.empty() && word.back() == '?';
  if (optional) word.pop_back();
  return {word, optional};
}

bool is_integer_text(const std::string& s) {
  const std::size_t from = !s.empty() && s[0] == '-' ? 1 : 0;
  return s.size() > from && s.size() < 21 &&
         std::all_of(s.begin() + static_cast<std::ptrdiff_t>(from), s.end(), text::is_digit);
}

// A parameter of a query or a form is text; says whether it reads as what the word asks for.
bool text_fits(const std::string& word, const std::string& value) {
  if (word == "integer") return is_integer_text(value);
  if (word == "number") {
    const json n = json::parse(value, nullptr, false);
    return n.is_number();
  }
  if (word == "boolean") return value == "true" || value == "false";
  if (!word.empty() && word[0] == '=') {
    const auto words = text::split(std::string_view(word).substr(1), '|');
    return std::find(words.begin(), words.end(), value) != words.end();
  }
  return word == "string" || word == "any" || word == "file";
}

bool value_fits(const std::string& word, const json& value) {
  if (word == "any") return true;
  if (word == "string") return value.is_string();
  if (word == "integer") return value.is_number_integer();
  if (word == "number") return value.is_number();
  if (word == "boolean") return value.is_boolean();
  if (word == "object") return value.is_object();
  if (word == "null") return value.is_null();
  if (!word.empty() && word[0] == '=') return value.is_string() && text_fits(word, value.get<std::string>());
  return false;
}

void wrong_fields(const json& wanted, const std::multimap<std::string, std::string>& given, const std::string& where,
                  std::vector<std::string>& out) {
  for (const auto& [name, value] : given) {
    const auto row = wanted.find(name);
    if (row == wanted.end()) {
      if (!wanted.contains("*")) out.push_back(where + " has \"" + name + "\"");
    } else if (!text_fits(word_of(row->get<std::string>()).first, value)) {
      out.push_back(where + "'s \"" + name + "\" is no " + row->get<std::string>());
    }
  }
  for (const auto& [name, word] : wanted.items()) {
    if (name != "*" && !word_of(word.get<std::string>()).second && given.count(name) == 0) {
      out.push_back(where + " lacks \"" + name + "\"");
    }
  }
}

void wrong_body(const ContractRow& row, const SiteRequest& request, std::vector<std::string>& out) {
  const std::string type = request.header("content-type");
  const auto only = [&](const char* key) {
    return row.body.is_object() && row.body.size() == 1 && row.body.contains(key);
  };
  if (row.body.is_null()) {
    if (!request.body.empty()) out.emplace_back("the request has a body");
  } else if (only("form")) {
    if (type.rfind("application/x-www-form-urlencoded", 0) != 0) out.push_back("the form comes as \"" + type + "\"");
    wrong_fields(row.body["form"], decode_form(request.body), "the form", out);
  } else if (only("multipart")) {
    if (type.rfind("multipart/form-data; boundary=", 0) != 0) out.push_back("the parts come as \"" + type + "\"");
    wrong_fields(row.body["multipart"], decode_multipart(request.body), "the body", out);
  } else if (row.body == "bytes") {
    if (request.body.empty() || type.find('/') == type.npos) out.emplace_back("the body is no file with a type");
  } else if (row.body != "any" && row.body != "any?") {
    const bool optional = row.body.is_string() && word_of(row.body.get<std::string>()).second;
    if (request.body.empty() && optional) return;
    if (type.find("json") == type.npos) out.push_back("the body comes as \"" + type + "\"");
    const json value = json::parse(request.body, nullptr, false);
    if (value.is_discarded()) {
      out.emplace_back("the body is no JSON");
    } else {
      wrong_shape(row.body, value, "body", out);
    }
  }
}

void wrong_auth(const ContractRow& row, const SiteRequest& request, std::vector<std::string>& out) {
  const auto [auth, optional] = word_of(row.auth);
  const std::string given = request.header("authorization");
  if (auth == "bearer" || auth == "basic") {
    if (given.empty() && optional) return;
    const std::string scheme = auth == "bearer" ? "Bearer " : "Basic ";
    if (given.rfind(scheme, 0) != 0 || given.size() == scheme.size()) out.push_back("it is not signed in as " + auth);
    return;
  }
  if (!given.empty() && auth == "none") out.emplace_back("it carries an Authorization that nobody asked for");
  if (optional) return;
  if (auth.rfind("header:", 0) == 0 && request.header(text::ascii_lower(auth.substr(7))).empty()) {
    out.push_back("it lacks the header " + auth.substr(7));
  }
  if (auth.rfind("query:", 0) == 0 && request.q(auth.substr(6)).empty()) out.push_back("it lacks " + auth.substr(6));
}

const json* answer_shape(const json& answers, int status) {
  const std::string exact = std::to_string(status);
  for (const std::string& key : {exact, exact.substr(0, 1) + "xx"}) {
    if (const auto it = answers.find(key); it != answers.end()) return &*it;
  }
  return nullptr;
}

}  // namespace

std::size_t ContractRow::holes() const {
  std::size_t out = 0;
  for (std::size_t at = path.find("{}"); at != path.npos; at = path.find("{}", at + 2)) ++out;
  return out;
}

Contract Contract::read(const std::string& text) {
  Contract out;
  const json table = json::parse(text, nullptr, false);
  if (!table.is_object() || !table.contains("rows") || !table["rows"].is_array()) {
    out.complaints.emplace_back("the contract table can't be read");
    return out;
  }
  out.site = table.value("site", "");
  for (const json& row : table["rows"]) {
    const auto word = [&](const char* key) {
      return row.contains(key) && row[key].is_string() ? row[key].get<std::string>() : "";
    };
    ContractRow made{word("method"),
                     word("path"),
                     word("auth"),
                     row.value("query", json::object()),
                     row.value("headers", json::object()),
                     row.value("body", json()),
                     row.value("answers", json::object())};
    static const std::set<std::string> kSources = {"official", "community", "unofficial"};
    if (made.method.empty() || made.path.empty() || made.path[0] != '/' || made.auth.empty() || made.answers.empty()) {
      out.complaints.push_back("row \"" + made.name() + "\" lacks method, path, auth or answers");
    }
    if (kSources.count(word("source")) == 0 || word("link").rfind("https://", 0) != 0 || word("date").size() != 10) {
      out.complaints.push_back("row \"" + made.name() + "\" lacks source, link or date");
    }
    if (made.query.is_object() && made.headers.is_object() && made.answers.is_object()) {
      out.rows.push_back(std::move(made));
    } else {
      out.complaints.push_back("row \"" + made.name() + "\": query, headers and answers are objects");
    }
  }
  return out;
}

std::optional<std::vector<std::string>> parts_of(std::string_view pattern, std::string_view path) {
  const std::size_t hole = pattern.find("{}");
  if (hole == pattern.npos) return pattern == path ? std::optional(std::vector<std::string>()) : std::nullopt;
  if (path.substr(0, hole) != pattern.substr(0, hole)) return {};
  const std::string_view rest = path.substr(hole);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  for (std::size_t taken = slash; taken > 0; --taken) {
    if (auto others = parts_of(pattern.substr(hole + 2), rest.substr(taken))) {
      others->insert(others->begin(), decode_percent(rest.substr(0, taken), false));
      return others;
    }
  }
  return {};
}

const ContractRow* Contract::find(const std::string& method, const std::string& path,
                                  std::vector<std::string>& parts) const {
  const ContractRow* best = nullptr;
  for (const ContractRow& row : rows) {
    if (row.method != method) continue;
    auto found = parts_of(row.path, path);
    if (!found) continue;
    const auto worth = [](const ContractRow& r) {
      return std::pair(-static_cast<std::ptrdiff_t>(r.holes()), r.path.size());
    };
    if (best != nullptr && worth(*best) >= worth(row)) continue;
    best = &row;
    parts = *std::move(found);
  }
  return best;
}

std::vector<std::string> wrong_request(const ContractRow& row, const SiteRequest& request) {
  std::vector<std::string> out;
  json query = row.query;
  const std::string auth = word_of(row.auth).first;
  if (auth.rfind("query:", 0) == 0 && !query.contains(auth.substr(6))) query[auth.substr(6)] = "string?";
  wrong_fields(query, request.query, "the query", out);
  for (const auto& [name, word] : row.headers.items()) {
    const auto [kind, optional] = word_of(word.get<std::string>());
    const std::string value = request.header(text::ascii_lower(name));
    if (value.empty() ? !optional : !text_fits(kind, value)) out.push_back("the header " + name + " is no " + kind);
  }
  wrong_body(row, request, out);
  wrong_auth(row, request, out);
  return out;
}

std::vector<std::string> wrong_answer(const ContractRow& row, const SiteAnswer& answer) {
  const json* shape = answer_shape(row.answers, answer.status);
  if (shape == nullptr) return {"it answers " + std::to_string(answer.status)};
  std::vector<std::string> out;
  if (shape->is_null() || *shape == "empty") {
    if (!answer.body.empty()) out.emplace_back("the answer has a body");
  } else if (*shape != "text") {
    const json value = json::parse(answer.body, nullptr, false);
    if (value.is_discarded()) {
      out.emplace_back("the answer is no JSON");
    } else {
      wrong_shape(*shape, value, "answer", out);
    }
  }
  return out;
}

void wrong_shape(const json& shape, const json& value, const std::string& where, std::vector<std::string>& out) {
  if (shape.is_string()) {
    const auto [word, optional] = word_of(shape.get<std::string>());
    if (!(optional && value.is_null()) && !value_fits(word, value)) out.push_back(where + " is no " + word);
    return;
  }
  if (shape.is_array()) {
    if (!value.is_array()) return out.push_back(where + " is no list");
    std::size_t number = 0;
    for (const json& one : value) {
      if (!shape.empty()) wrong_shape(shape[0], one, where + "[" + std::to_string(number) + "]", out);
      ++number;
    }
    return;
  }
  if (!shape.is_object()) return out.push_back(where + ": its shape is none");
  if (!value.is_object()) return out.push_back(where + " is no object");
  std::set<std::string> known;
  for (const auto& [key, inner] : shape.items()) {
    if (key == "*") continue;
    const auto [name, optional_key] = word_of(key);
    const bool optional = optional_key || (inner.is_string() && word_of(inner.get<std::string>()).second);
    known.insert(name);
    const auto it = value.find(name);
    if (it == value.end()) {
      if (!optional) out.push_back(where + " lacks \"" + name + "\"");
    } else if (!(optional && it->is_null())) {
      wrong_shape(inner, *it, where + "." + name, out);
    }
  }
  for (const auto& [name, inner] : value.items()) {
    if (known.count(name) != 0) continue;
    if (shape.contains("*")) {
      wrong_shape(shape["*"], inner, where + "." + name, out);
    } else {
      out.push_back(where + " has \"" + name + "\"");
    }
  }
}

std::string decode_percent(std::string_view text, bool plus_is_space) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = text::ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::multimap<std::string, std::string> decode_multipart(const std::string& body) {
  std::multimap<std::string, std::string> out;
  const std::string mark = "Content-Disposition: form-data; name=\"";
  for (std::size_t at = text::find_ignoring_case(body, mark); at != body.npos;
       at = text::find_ignoring_case(body, mark, at + 1)) {
    const std::size_t from = at + mark.size();
    const std::size_t value = body.find("\r\n\r\n", from);
    const std::size_t end = value == body.npos ? value : body.find("\r\n--", value + 2);
    const bool whole = value != body.npos && end != body.npos && end >= value + 4;
    out.emplace(body.substr(from, body.find('"', from) - from), whole ? body.substr(value + 4, end - value - 4) : "");
  }
  return out;
}

std::multimap<std::string, std::string> decode_form(std::string_view text) {
  std::multimap<std::string, std::string> out;
  if (text.empty()) return out;
  for (const std::string_view field : text::split(text, '&')) {
    const std::size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = equals < field.size() ? field.substr(equals + 1) : std::string_view();
    out.emplace(decode_percent(field.substr(0, equals), true), decode_percent(value, true));
  }
  return out;
}

}  // namespace amends::test
