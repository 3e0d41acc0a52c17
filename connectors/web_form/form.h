// What somebody filled in: the token that shows that our page was open long enough for a person, the fields and what is
// wrong with them, and the item that comes of it.
//
// An item's raw is {"id", "at", "name", "mail", "rating", "text", "order", "language", "consent"}.
//
// Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::web_form {

inline constexpr std::chrono::hours kTokenLives{24};
inline constexpr std::size_t kLongestText = 10'000;  // bytes
inline constexpr std::size_t kLongestBody = 64 << 10;

// "1767258000.<16 characters>.<MAC>": made for a page, and the name of what comes of it.
std::string make_token(const Secret& key, Timestamp now, std::string_view nonce);
struct Token {
  Timestamp made;
  std::string nonce;
};
// unauthorized: none of ours.
Result<Token> read_token(const Secret& key, std::string_view token);

struct Form {
  std::string name, mail, rating, text, order, trap;
  bool consent = false;
};
// application/x-www-form-urlencoded. invalid: no form, or more than kLongestBody.
Result<Form> read_form(std::string_view body);

enum class Wrong { text_missing, text_long, mail_wrong, consent_missing, field_long };
// By field: "name", "mail", "text", "order", "rating", "consent".
std::map<std::string, Wrong> look_over(const Form& form, bool needs_consent);

model::Item item_of(const Form& form, const Token& token, std::string_view language);
Result<model::Content> parse_item(std::string_view raw);

std::string field_of(std::string_view encoded, std::string_view name);  // of a query or a form; "" when absent

}  // namespace amends::connectors::web_form
