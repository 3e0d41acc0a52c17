#include "core/mime/charset_names.h"

#include <unicode/ucnv.h>

#include "core/base/text.h"

namespace amends::mime {

namespace {

// The names of charsets that mail uses and ICU doesn't know, or that mean another one than they say.
struct Alias {
  std::string_view label;  // in lower case, letters and digits only
  const char* name;        // as ICU knows it, or one of the words below
};
constexpr Alias kAliases[] = {
    {"utf8", kUtf8},
    {"unicode11utf8", kUtf8},
    {"utf8mb4", kUtf8},
    {"ascii", kWestern},
    {"usascii", kWestern},
    {"ansix341968", kWestern},
    {"ansix341986", kWestern},
    {"iso646us", kWestern},
    {"iso8859", kWestern},
    {"iso88591", kWestern},
    {"88591", kWestern},
    {"iso885911987", kWestern},
    {"latin1", kWestern},
    {"l1", kWestern},
    {"windows1252", kWestern},
    {"win1252", kWestern},
    {"cp1252", kWestern},
    {"xcp1252", kWestern},
    {"ansi", kWestern},
    {"iso2022jp", kJis},
    {"iso2022jpms", kJis},
    {"cp50220", kJis},
    {"cp50221", kJis},
    {"csiso2022jp", kJis},
    {"jis", kJis},
    {"utf7", kUtf7},
    {"unicode11utf7", kUtf7},
    {"csunicode11utf7", kUtf7},
    {"ksc5601", "windows-949"},
    {"ksc56011987", "windows-949"},
    {"ksc56011989", "windows-949"},
    {"euckr", "windows-949"},
    {"korean", "windows-949"},
    {"cp949", "windows-949"},
    {"uhc", "windows-949"},
    {"ms949", "windows-949"},
    {"gb2312", "gb18030"},
    {"gb231280", "gb18030"},
    {"gbk", "gb18030"},
    {"xgbk", "gb18030"},
    {"cp936", "gb18030"},
    {"ms936", "gb18030"},
    {"euccn", "gb18030"},
    {"chinese", "gb18030"},
    {"cngb", "gb18030"},
    {"hzgb2312", "HZ"},
    {"shiftjis", "ibm-943_P15A-2003"},
    {"sjis", "ibm-943_P15A-2003"},
    {"xsjis", "ibm-943_P15A-2003"},
    {"mskanji", "ibm-943_P15A-2003"},
    {"cp932", "ibm-943_P15A-2003"},
    {"ms932", "ibm-943_P15A-2003"},
    {"windows31j", "ibm-943_P15A-2003"},
    {"big5", "windows-950"},
    {"cnbig5", "windows-950"},
    {"xxbig5", "windows-950"},
    {"cp950", "windows-950"},
    {"iso885911", "windows-874"},
    {"tis620", "windows-874"},
    {"iso88599", "windows-1254"},
    {"latin5", "windows-1254"},
    {"iso88598i", "iso-8859-8"},
    {"iso88598e", "iso-8859-8"},
    {"logical", "iso-8859-8"},
    {"visual", "iso-8859-8"},
    {"iso88596i", "iso-8859-6"},
    {"iso88596e", "iso-8859-6"},
    {"xmaccyrillic", "x-mac-cyrillic"},
    {"xmacroman", "macintosh"},
    {"mac", "macintosh"},
    {"iso10646ucs2", "UTF-16BE"},
    {"ucs2", "UTF-16BE"},
    {"unicode", "UTF-16"},
    {"koi8", "koi8-r"},
};

std::string squash(std::string_view label) {
  std::string out;
  for (const char c : label.substr(0, 64)) {
    const char low = text::ascii_lower(c);
    if (text::is_alpha(low) || text::is_digit(low)) out += low;
  }
  return out;
}

}  // namespace

const char* charset_name(std::string_view label, std::string& store) {
  label = text::trim(label);
  if (label.empty() || label.size() > 64) return nullptr;
  const std::string plain = squash(label);
  for (const auto& alias : kAliases) {
    if (alias.label == plain) return alias.name;
  }
  std::string named;
  for (const char c : label) {
    if (text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+') named += c;
  }
  const auto known = [](const std::string& name) {
    UErrorCode status = U_ZERO_ERROR;
    return ucnv_getStandardName(name.c_str(), "MIME", &status) != nullptr ||
           (status = U_ZERO_ERROR, ucnv_getAlias(name.c_str(), 0, &status) != nullptr);
  };
  const auto numbered = [&](std::string_view prefix, const char* as) {
    if (plain.size() <= prefix.size() || plain.compare(0, prefix.size(), prefix) != 0) return false;
    store = as + plain.substr(prefix.size());
    return known(store);
  };
  if (!named.empty() && known(named)) {
    store = named;
    return store.c_str();
  }
  // "windows1251", "win-1251", "cp-1251", "iso8859-15", "8859_2", "iso-ir-100" and their kind.
  if (numbered("windows", "windows-") || numbered("win", "windows-") || numbered("cp", "windows-") ||
      numbered("cp", "ibm-") || numbered("iso8859", "iso-8859-") || numbered("8859", "iso-8859-")) {
    return store.c_str();
  }
  return nullptr;
}

}  // namespace amends::mime
