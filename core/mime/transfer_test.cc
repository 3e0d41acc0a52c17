#include "core/mime/transfer.h"

#include <gtest/gtest.h>

#include "core/base/text.h"

namespace amends::mime {
namespace {

std::string text_of(std::string_view body, std::string* note = nullptr) {
  std::string out;
  Notes notes;
  decode_base64_text(body, out, notes);
  if (note != nullptr) *note = notes.empty() ? "" : notes.front();
  return out;
}

TEST(Base64Text, WhatStrayedIntoItIsLeftOut) {
  std::string note;
  EXPECT_EQ(text_of("SGVs!!bG8g\nd29y*bGQ=\n", &note), "Hello world");
  EXPECT_EQ(note, "characters that are no base64 are left out");
  const std::string sentence = "The quick brown fox jumps over the lazy dog, again and again and again.\n";
  std::string encoded = text::to_base64(sentence + sentence + sentence);
  for (std::size_t at = 76; at < encoded.size(); at += 77) encoded.insert(at, "\n");
  for (const std::size_t at : {10u, 100u, 180u}) {
    std::string spoilt = encoded;
    spoilt.insert(at, "*");
    EXPECT_EQ(text_of(spoilt), sentence + sentence + sentence) << at;
  }
}

TEST(Base64Text, AFooterBehindItStaysText) {
  EXPECT_EQ(text_of("SGVsbG8gd29ybGQ=\n______________\nlist@x.example\nhttps://lists.example/leave\n"),
            "Hello world\n______________\nlist@x.example\nhttps://lists.example/leave\n");
  EXPECT_EQ(text_of("SGVsbG8gd29ybGQh\nSent from my phone."), "Hello world!\nSent from my phone.");
}

TEST(Base64Text, PlainTextWithAWrongLabelStaysPlain) {
  for (const char* plain : {"Hello,\n\nThanks\nMaya\n", "Hello there\n", "ok.\n", "Wo ist mein Paket?\nDanke\n"}) {
    EXPECT_EQ(text_of(plain), plain);
  }
}

}  // namespace
}  // namespace amends::mime
