#include "core/mime/auth.h"

#include <libpsl.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/text.h"
#include "core/mime/address.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

using model::AuthResult;

struct Property {
  std::string name;  // "header.d"
  std::string value;
};

struct Finding {
  std::string method;
  std::string result;
  std::vector<Property> properties;

  std::string_view operator[](std::string_view name) const {
    for (const auto& p : properties) {
      if (p.name == name) return p.value;
    }
    return {};
  }
};

struct Results {
  std::string authserv_id;
  std::vector<Finding> findings;
};

// Comments out, quoted strings as one word (their spaces and semicolons made harmless), words parted; ";" and "=" are
// words of their own.
std::vector<std::string> words_of(std::string_view s) {
  std::vector<std::string> out;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) out.push_back(std::move(word));
    word.clear();
  };
  int depth = 0;
  for (std::size_t i = 0; i < s.size() && out.size() < 2000; ++i) {
    const char c = s[i];
    if (depth > 0) {
      if (c == '\\') ++i;
      if (c == '(') ++depth;
      if (c == ')') --depth;
      continue;
    }
    if (c == '(') {
      flush();
      ++depth;
    } else if (c == '"') {
      for (++i; i < s.size() && s[i] != '"'; ++i) {
        if (s[i] == '\\' && i + 1 < s.size()) ++i;
        word += s[i] == ';' || s[i] == '=' || text::is_space(s[i]) ? '_' : s[i];
      }
    } else if (text::is_space(c)) {
      flush();
    } else if (c == ';' || c == '=') {
      flush();
      out.emplace_back(1, c);
    } else {
      word += c;
    }
  }
  flush();
  return out;
}

Results read_results(std::string_view value) {
  Results out;
  const auto words = words_of(unfold(value));
  std::size_t i = 0;
  if (i < words.size() && words[i] != ";" && words[i] != "=") out.authserv_id = text::ascii_lower(words[i++]);
  // The name stands alone or with a version; "x=y" there means that there is no name at all.
  while (i < words.size() && words[i] != ";") {
    if (words[i] == "=") out.authserv_id.clear();
    ++i;
  }
  while (i < words.size()) {
    ++i;  // ";"
    Finding finding;
    for (; i < words.size() && words[i] != ";"; ++i) {
      if (i + 2 >= words.size() || words[i + 1] != "=" || words[i + 2] == ";") continue;
      std::string name = text::ascii_lower(words[i]);
      if (finding.method.empty()) {
        finding.method = name.substr(0, name.find('/'));
        finding.result = text::ascii_lower(words[i + 2]);
      } else {
        finding.properties.push_back({std::move(name), words[i + 2]});
      }
      i += 2;
    }
    if (!finding.method.empty()) out.findings.push_back(std::move(finding));
  }
  return out;
}

// RFC 8601 section 2.7. What is temporary or says nothing is "none".
AuthResult to_result(std::string_view word) {
  if (word == "pass") return AuthResult::pass;
  for (const std::string_view bad : {"fail", "hardfail", "softfail", "permerror", "policy", "reject"}) {
    if (word == bad) return AuthResult::fail;
  }
  return AuthResult::none;
}

bool same_host(std::string_view host, std::string_view id) {
  if (text::equals_ignoring_case(host, id)) return true;
  const auto under = [](std::string_view name, std::string_view parent) {
    return name.size() > parent.size() + 1 && parent.find('.') != parent.npos &&
           name[name.size() - parent.size() - 1] == '.' &&
           text::equals_ignoring_case(name.substr(name.size() - parent.size()), parent);
  };
  return under(host, id) || under(id, host);
}

// The server that wrote a Received field: the word behind "by".
std::string received_by(std::string_view value) {
  const auto words = words_of(unfold(value.substr(0, 2000)));
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (text::equals_ignoring_case(words[i], "by")) return text::ascii_lower(words[i + 1]);
  }
  return {};
}

// How many fields, from the top, our own side wrote.
std::size_t trusted_fields(const Header& header, std::string_view id, bool below) {
  std::size_t first = header.fields.size();
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const auto& field = header.fields[i];
    if (field.name.size() != 8 || !text::equals_ignoring_case(field.name, "received")) continue;
    first = std::min(first, i);
    if (!same_host(received_by(field.value), id)) continue;
    if (!below) return i;
    while (++i < header.fields.size() && !text::equals_ignoring_case(header.fields[i].name, "received")) {
    }
    return i;
  }
  return first;
}

std::string organisation(const std::string& domain) {
  const char* found = psl_registrable_domain(psl_builtin(), domain.c_str());
  return found ? std::string(found) : domain;
}

// RFC 7489 section 3.1, relaxed.
bool aligned(std::string_view domain, const std::string& from_domain) {
  std::string d = domain_of("@" + std::string(text::trim(domain)));
  while (!d.empty() && d.back() == '.') d.pop_back();
  return !d.empty() && !from_domain.empty() && organisation(d) == organisation(from_domain);
}

}  // namespace

model::Auth read_auth(const Header& header, const std::vector<model::Party>& from,
                      const std::vector<std::string>& trusted, bool trust_below_received, Notes& notes) {
  model::Auth auth;
  if (trusted.empty()) return auth;
  const std::string from_domain = from.size() == 1 ? domain_of(from.front().handle) : std::string();
  std::optional<AuthResult> spf, dkim, dmarc;
  bool spf_aligned = false, dkim_aligned = false, dmarc_aligned = false;
  bool ignored_some = false;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const auto& field = header.fields[i];
    if (!text::equals_ignoring_case(field.name, "authentication-results")) continue;
    const Results results = read_results(field.value);
    const auto known = std::find_if(trusted.begin(), trusted.end(), [&](const std::string& id) {
      return text::equals_ignoring_case(id, results.authserv_id);
    });
    if (known == trusted.end() || i >= trusted_fields(header, *known, trust_below_received)) {
      ignored_some = true;
      continue;
    }
    // The topmost field speaks last; a lower one only adds methods that it doesn't name.
    std::optional<AuthResult> spf_here, dkim_here, dmarc_here;
    bool spf_ok = false, dkim_ok = false, dmarc_ok = false;
    for (const auto& f : results.findings) {
      const AuthResult result = to_result(f.result);
      const bool pass = result == AuthResult::pass;
      if (f.method == "spf") {
        if (!spf_here || pass) spf_here = result;
        const std::string_view mail_from = f["smtp.mailfrom"];
        const std::size_t at = mail_from.rfind('@');
        spf_ok = spf_ok || (pass && aligned(at == mail_from.npos ? mail_from : mail_from.substr(at + 1), from_domain));
      } else if (f.method == "dkim") {
        // One good signature is enough (RFC 6376 section 6.1).
        if (!dkim_here || pass || *dkim_here == AuthResult::none) dkim_here = result;
        std::string_view domain = f["header.d"];
        if (domain.empty()) {
          domain = f["header.i"];
          if (const std::size_t at = domain.rfind('@'); at != domain.npos) domain = domain.substr(at + 1);
        }
        dkim_ok = dkim_ok || (pass && aligned(domain, from_domain));
      } else if (f.method == "dmarc") {
        if (!dmarc_here || result == AuthResult::fail) dmarc_here = result;
        const std::string_view of = f["header.from"];
        const std::size_t at = of.rfind('@');
        dmarc_ok =
            pass && (of.empty() || domain_of("@" + std::string(at == of.npos ? of : of.substr(at + 1))) == from_domain);
      }
    }
    if (spf_here && !spf) {
      spf = spf_here;
      spf_aligned = spf_ok;
    }
    if (dkim_here && !dkim) {
      dkim = dkim_here;
      dkim_aligned = dkim_ok;
    }
    if (dmarc_here && !dmarc) {
      dmarc = dmarc_here;
      dmarc_aligned = dmarc_ok;
    }
  }
  if (ignored_some) add_note(notes, "authentication results of a server that is not trusted are ignored");
  auth.spf = spf.value_or(AuthResult::none);
  auth.dkim = dkim.value_or(AuthResult::none);
  auth.dmarc = dmarc.value_or(AuthResult::none);
  const bool one_author = !from_domain.empty();
  auth.from_verified =
      one_author && (dmarc && auth.dmarc != AuthResult::none ? auth.dmarc == AuthResult::pass && dmarc_aligned
                                                             : dkim_aligned || spf_aligned);
  return auth;
}

}  // namespace amends::mime
