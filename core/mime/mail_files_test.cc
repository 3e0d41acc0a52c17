// Every testdata/NAME.eml is parsed and compared with what NAME.expected.json says of it; fields it doesn't name are
// free. A new pair of files is a new test.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/mime/mail.h"
#include "tests/support/support.h"

namespace amends::mime {
namespace {

using nlohmann::json;

json scalar(const std::string& s) { return s.empty() ? json(nullptr) : json(s); }

json parties(const std::vector<model::Party>& list) {
  json out = json::array();
  for (const auto& party : list) out.push_back({{"name", party.name}, {"address", party.handle}});
  return out;
}

json date(const std::optional<Timestamp>& at) { return at ? json(to_rfc3339(*at)) : json(nullptr); }

json mail_read(const std::string& raw) {
  const model::Content mail = parse(raw);
  json out = {{"subject", scalar(mail.subject)},
              {"from", parties(mail.from)},
              {"to", parties(mail.to)},
              {"message_id", scalar(mail.message_id)},
              {"in_reply_to", mail.in_reply_to},
              {"references", mail.references},
              {"list_id", scalar(mail.list_id)},
              {"date", date(mail.date)},
              {"text", mail.text},
              {"html", mail.html},
              {"language", mail.language},
              {"kind", std::string(name_of(mail.origin))},
              {"notes", mail.notes},
              {"quarantine", quarantine_reason(raw)},
              {"forwarded", nullptr},
              {"bounce", nullptr},
              {"attachments", json::array()}};
  for (const auto& file : mail.attachments) {
    out["attachments"].push_back({{"filename", file.filename},
                                  {"content_type", file.content_type},
                                  {"size", file.size},
                                  {"sha256", file.sha256},
                                  {"content_id", file.content_id},
                                  {"inline", file.is_inline},
                                  {"part", file.part}});
    const auto bytes = part_bytes(raw, file.part);
    EXPECT_TRUE(bytes) << file.filename;
    if (bytes) {
      EXPECT_EQ(static_cast<std::int64_t>(bytes->size()), file.size);
    }
  }
  if (mail.forwarded) {
    out["forwarded"] = {{"from", {{"name", mail.forwarded->from.name}, {"address", mail.forwarded->from.handle}}},
                        {"subject", mail.forwarded->subject},
                        {"date", date(mail.forwarded->date)},
                        {"text", mail.forwarded->text}};
  }
  if (mail.bounce) {
    out["bounce"] = {{"recipient", mail.bounce->recipient},
                     {"status", mail.bounce->status},
                     {"diagnostic", mail.bounce->diagnostic},
                     {"original_message_id", mail.bounce->original_message_id},
                     {"permanent", mail.bounce->permanent}};
  }
  return out;
}

// Everything that `want` names, in `have`.
void expect_within(const json& want, const json& have, const std::string& where) {
  if (want.is_object() && have.is_object()) {
    for (const auto& [key, value] : want.items()) {
      ASSERT_TRUE(have.contains(key)) << where << "." << key;
      expect_within(value, have[key], where + "." + key);
    }
  } else if (want.is_array() && have.is_array()) {
    ASSERT_EQ(want.size(), have.size()) << where << ": " << have.dump();
    for (std::size_t i = 0; i < want.size(); ++i)
      expect_within(want[i], have[i], where + "[" + std::to_string(i) + "]");
  } else {
    EXPECT_EQ(want, have) << where;
  }
}

class MailFileTest : public testing::TestWithParam<std::string> {};

TEST_P(MailFileTest, IsReadAsExpected) {
  const std::string stem = std::string(AMENDS_TEST_FOLDER) + "/testdata/" + GetParam();
  const json want = json::parse(test::read_file(stem + ".expected.json"));
  json have = mail_read(test::read_file(stem + ".eml"));
  for (const auto& [key, value] : want.items()) {
    if (key == "notes" && !value.empty()) {
      for (const auto& note : value) {
        EXPECT_NE(std::find(have["notes"].begin(), have["notes"].end(), note), have["notes"].end())
            << note << " is missing in " << have["notes"].dump();
      }
      continue;
    }
    expect_within(value, have[key], key);
  }
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(AMENDS_TEST_FOLDER) + "/testdata")) {
    if (entry.path().extension() == ".eml") out.push_back(entry.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

INSTANTIATE_TEST_SUITE_P(Testdata, MailFileTest, testing::ValuesIn(names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace amends::mime
