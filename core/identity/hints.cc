// What a signature and a text give away: phones and order numbers.
#include <algorithm>

#include "core/base/text.h"
#include "core/identity/fold.h"
#include "core/identity/suggest.h"

namespace amends::identity {

namespace {

constexpr std::size_t kMostHints = 5;

bool is_phone_mark(char c) {
  return text::is_digit(c) || c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')' || c == '\t';
}

void add_once(std::vector<std::string>& out, std::string value) {
  if (out.size() < kMostHints && std::find(out.begin(), out.end(), value) == out.end()) out.push_back(std::move(value));
}

}  // namespace

std::vector<std::string> phones_in(std::string_view signature) {
  std::vector<std::string> out;
  for (const std::string_view line : text::lines(text::clip(signature, 4000))) {
    if (text::find_ignoring_case(line, "fax") != line.npos) continue;
    for (std::size_t i = 0; i < line.size();) {
      const bool starts = line[i] == '+' || line[i] == '0' || line[i] == '(' || text::is_digit(line[i]);
      if (!starts || (i > 0 && (text::is_digit(line[i - 1]) || text::is_alpha(line[i - 1])))) {
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < line.size() && is_phone_mark(line[end])) ++end;
      const std::string_view found = text::trim(line.substr(i, end - i));
      const std::size_t digits = digits_of(found).size();
      const bool part_of_word = end < line.size() && text::is_alpha(line[end]) && text::is_digit(line[end - 1]);
      // A date, a postcode or a price has fewer digits; a bank account has more.
      const bool date = found.size() == 10 && (found[2] == '.' || found[4] == '-');
      if (digits >= 8 && digits <= 15 && !part_of_word && !date) add_once(out, std::string(found));
      i = end;
    }
  }
  return out;
}

std::vector<std::string> order_numbers_in(std::string_view raw) {
  static constexpr std::string_view kWords[] = {
      "order",   "orders",         "bestellung",      "bestellnummer", "bestellnr",
      "auftrag", "auftragsnummer", "kundennummer",    "kundennr",      "customer",
      "invoice", "rechnung",       "rechnungsnummer", "booking",       "reservation",
      "buchung", "buchungsnummer", "commande",        "facture",       "pedido",
      "factura", "reserva",        "reference",       "ref",           "ticket"};
  static constexpr std::string_view kBetween[] = {"number", "no", "nr", "num", "nummer", "id",        "numero",
                                                  "n",      "is", "my", "the", "ref",    "reference", "code"};
  std::vector<std::string> out;
  // Words with what belongs to a number ("KC-48213", "2024/118") in one piece.
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text::clip(raw, 20'000)) + " ") {
    if (text::is_alpha(c) || text::is_digit(c) || ((c == '-' || c == '/' || c == '_') && !word.empty())) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  int since = 100;
  for (const std::string& w : words) {
    const std::string low = text::ascii_lower(w);
    if (std::find(std::begin(kWords), std::end(kWords), low) != std::end(kWords)) {
      since = 0;
      continue;
    }
    const std::size_t digits = digits_of(w).size();
    if (since < 3 && digits >= 4 && w.size() <= 24) {
      add_once(out, w);
      since = 100;
    } else if (std::find(std::begin(kBetween), std::end(kBetween), low) == std::end(kBetween)) {
      since += 2;
    } else {
      since += 1;
    }
  }
  return out;
}

}  // namespace amends::identity
