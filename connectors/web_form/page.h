// The form as a page: plain HTML that works without any script, with labels, errors that are tied to their fields, and
// the brand's colour where its contrast allows. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "connectors/web_form/form.h"
#include "connectors/web_form/words.h"

namespace amends::connectors::web_form {

struct Look {
  std::string title;    // of the shop; may be empty
  std::string color;    // "#1a5fb4"
  std::string privacy;  // address of the policy; "" asks for no consent
  bool rating = true, order = true;
};

// The language of the form: of `asked` ("de") if there is one, else the first of Accept-Language, else English.
const Words& words_for(std::string_view asked, std::string_view accept_language);

// Whether it is "#" and six hexadecimal digits; others are never written into a page.
bool is_color(std::string_view color);

std::string form_page(const Look& look, const Words& words, std::string_view token, const Form& filled,
                      const std::map<std::string, Wrong>& wrong, std::string_view notice = {});
std::string thanks_page(const Look& look, const Words& words);

}  // namespace amends::connectors::web_form
