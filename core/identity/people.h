// Registers of invented people with doubles in them, for tests of linkage: seeded, the same on every machine. The error
// model follows what is published of hand-keyed registers: slips at the keyboard, misread letters, sounds written
// otherwise, fields left out, swapped or shortened, families at one address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/identity/record.h"

namespace amends::identity::test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n);
  bool chance(double p) { return static_cast<double>(below(1'000'000)) < p * 1e6; }
  template <class T>
  const T& one_of(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  // An index that is small more often than large, as ranks of names are.
  std::size_t ranked(std::size_t n);

 private:
  std::uint64_t state_;
};

struct Person {
  std::string given, surname, birth, gender, house, street, city, postcode, state, phone, email, number;
};

struct Register {
  std::vector<Fields> records;
  std::vector<std::uint32_t> who;  // the person behind each record
};

// A person out of name lists and built names; families share surname, address and phone.
Person invent(Dice& dice);
Person relative_of(const Person& person, Dice& dice);  // another given name, birth and number
Person twin_of(const Person& person, Dice& dice);      // the same birth

struct Shape {
  std::size_t people = 1000;
  double doubled = 0.5;   // share of people with further records
  int most_doubles = 1;   // further records of one person, at most
  int slips = 2;          // slips in a double, at most
  double missing = 0.05;  // share of fields left out
  double families = 0.1;  // share of people with a relative of the same household in the register
  double moved = 0.05;    // share of doubles with another address
  bool numbers = true;    // national numbers, phones and e-mails are recorded
};
// Like the register benchmarks of the field: names, address, date of birth and number.
Register civil_register(const Shape& shape, std::uint64_t seed);
// Given name, surname and date of birth, nothing else.
Register bare_register(std::size_t people, double doubled, std::uint64_t seed);
// Customers as shops know them: one name, a city, an e-mail; much is missing.
Register shop_register(std::size_t people, std::uint64_t seed);
// Restaurants from two guides that write names and streets differently.
Register guide_register(std::size_t places, std::uint64_t seed);

// One slip in a text: a letter wrong, left out, doubled or swapped with its neighbour, misread, or heard otherwise.
std::string slip(std::string text, Dice& dice);

struct Quality {
  double precision = 1, recall = 1;
  double f1() const { return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0; }
};
Quality quality_of(const std::vector<std::vector<std::uint32_t>>& clusters, const std::vector<std::uint32_t>& who);

}  // namespace amends::identity::test
