#include "core/mime/address.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/text.h"

namespace amends::mime {
namespace {

// "name <address>" of each, parted by " | ".
std::string addresses_read(std::string_view raw) {
  Notes notes;
  std::vector<std::string> out;
  for (const auto& box : read_addresses(raw, notes)) out.push_back(box.name + " <" + box.address + ">");
  return text::join(out, " | ");
}

struct AddressRow {
  const char* raw;
  const char* boxes;
};

TEST(Address, ListsAreReadAsPeopleMeantThem) {
  const AddressRow rows[] = {
      {"a@b.example", " <a@b.example>"},
      {"Jane Doe <Jane.Doe@Example.COM>", "Jane Doe <Jane.Doe@example.com>"},
      {"\"Doe, Jane\" <j@x.example>, k@y.example", "Doe, Jane <j@x.example> |  <k@y.example>"},
      {"Doe, Jane <j@x.example>", "Doe, Jane <j@x.example>"},
      {"j@x.example (Jane Doe)", "Jane Doe <j@x.example>"},
      {"Jane (work) <j@x.example>", "Jane <j@x.example>"},
      {"Jane Doe j@x.example", "Jane Doe <j@x.example>"},
      {"Jane Doe <j@x.example", "Jane Doe <j@x.example>"},
      {"<j@x.example>", " <j@x.example>"},
      {"<<j@x.example>>", " <j@x.example>"},
      {"< j @ x.example >", " <j@x.example>"},
      {"\"quoted local\"@x.example", " <\"quoted local\"@x.example>"},
      {"\"plain.local\"@x.example", " <plain.local@x.example>"},
      {"\"a@b\"@x.example", " <\"a@b\"@x.example>"},
      {"Jane <@route.example,@other.example:j@x.example>", "Jane <j@x.example>"},
      {"undisclosed-recipients:;", ""},
      {"<Undisclosed-Recipient:@mail.example;>", ""},
      {"Team: a@x.example, Bea <b@x.example>;, c@x.example", " <a@x.example> | Bea <b@x.example> |  <c@x.example>"},
      {"a@x.example; b@y.example", " <a@x.example> |  <b@y.example>"},
      {", a@x.example,, b@x.example,", " <a@x.example> |  <b@x.example>"},
      {"A <a@x.example> B <b@x.example>", "A <a@x.example> | B <b@x.example>"},
      {"\"a@b.example\" <c@d.example>", "a@b.example <c@d.example>"},
      {"a@b.example <c@d.example>", "a@b.example <c@d.example>"},
      {"=?utf-8?q?J=C3=B6rg?= <j@x.example>", "Jörg <j@x.example>"},
      {"\"=?utf-8?q?J=C3=B6rg?=\" <j@x.example>", "Jörg <j@x.example>"},
      {"=?utf-8?q?Doe=2C_J?= <j@x.example>, k@x.example", "Doe, J <j@x.example> |  <k@x.example>"},
      {"=?utf-8?q?J?= =?utf-8?q?ane?=\r\n <j@x.example>", "Jane <j@x.example>"},
      {"=?utf-8?q?Jane_=3Cj=40x=2Eexample=3E?=", "Jane <j@x.example>"},
      {"=?utf-8?q?evil=40x=2Eexample?= <j@x.example>", "evil@x.example <j@x.example>"},
      {"J\xC3\xB6rg <j\xC3\xB6rg@b\xC3\xBC"
       "cher.example>",
       "Jörg <jörg@bücher.example>"},
      {"J\xF6rg <j@x.example>", "Jörg <j@x.example>"},
      {"user@[192.0.2.1]", " <user@[192.0.2.1]>"},
      {"Jane <mailto:j@x.example>", "Jane <j@x.example>"},
      {"root", " <root>"},
      {"Mail Delivery System", "Mail Delivery System <>"},
      {"\"O'Neil \\\"Jo\\\"\" <j@x.example>", "O'Neil \"Jo\" <j@x.example>"},
      {"J. R. \"Bob\" Dobbs <j@x.example>", "J. R. Bob Dobbs <j@x.example>"},
      {"a@x.example,\r\n\t\r\n\tb@x.example", " <a@x.example> |  <b@x.example>"},
      {"jane at customer.example (Jane Doe)", "Jane Doe <jane@customer.example>"},
      {"", ""},
      {"()", ""},
      {"Jane\x01\x1B <j@x.example>", "Jane <j@x.example>"},
  };
  for (const auto& row : rows) EXPECT_EQ(addresses_read(row.raw), row.boxes) << row.raw;
}

TEST(Address, HandlesAreLowerCaseWithTheDomainInItsAsciiForm) {
  EXPECT_EQ(handle_of("Jane.Doe@Example.COM"), "jane.doe@example.com");
  EXPECT_EQ(handle_of("J@BÜCHER.example"), "j@xn--bcher-kva.example");
  EXPECT_EQ(handle_of("root"), "root");
  EXPECT_EQ(domain_of("x@EXAMPLE.org"), "example.org");
  EXPECT_EQ(domain_of("nobody"), "");
}

TEST(Address, ANameThatShowsAnotherAddressIsNoted) {
  Notes notes;
  read_addresses("\"service@bank.example\" <x@evil.example>", notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "the name shows another address than the real one");
  notes.clear();
  read_addresses("\"x@Fine.example\" <X@fine.example>", notes);
  EXPECT_TRUE(notes.empty());
}

TEST(Address, AHugeNameOrListIsReadInNoTime) {
  Notes notes;
  EXPECT_EQ(read_addresses(std::string(64 * 1024, 'x') + " <a@x.example>", notes).size(), 1u);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "a@x.example,";
  EXPECT_LE(read_addresses(many, notes).size(), 5000u);
  EXPECT_LE(read_addresses(std::string(200'000, '('), notes).size(), 1u);
  EXPECT_LE(read_addresses(std::string(200'000, '<'), notes).size(), 1u);
}

}  // namespace
}  // namespace amends::mime
