#include "core/app/sample_files.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "core/app/sample_script.h"

namespace amends::app {
namespace {

// Most significant byte first.
std::string be32(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

// RFC 2083, appendix 15.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

// RFC 1950, section 9.
std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

std::string chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  return be32(static_cast<std::uint32_t>(data.size())) + body + be32(crc32(body));
}

}  // namespace

std::string sample_picture(std::string_view name) {
  constexpr int kWidth = 48, kHeight = 32;
  SampleDice dice(sample_seed(name));
  std::array<std::array<unsigned char, 3>, 4> colours{};
  for (auto& colour : colours) {
    for (auto& channel : colour) channel = static_cast<unsigned char>(60 + dice.below(180));
  }
  std::string rows;
  for (int y = 0; y < kHeight; ++y) {
    rows += '\0';  // no filter
    for (int x = 0; x < kWidth; ++x) {
      const auto& colour = colours[static_cast<std::size_t>((x / 12 + y / 8) % 4)];
      for (const unsigned char channel : colour) rows += static_cast<char>(channel);
    }
  }
  // One stored block (RFC 1951, section 3.2.4): the picture is smaller than its 65,535 bytes.
  const auto size = static_cast<std::uint16_t>(rows.size());
  const auto inverse = static_cast<std::uint16_t>(~size);
  std::string packed = {'\x78', '\x01', '\x01'};
  packed += {static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(inverse),
             static_cast<char>(inverse >> 8)};
  packed += rows + be32(adler32(rows));
  const std::string header = be32(kWidth) + be32(kHeight) + std::string("\x08\x02\x00\x00\x00", 5);
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
}

std::string sample_document(std::string_view name) {
  const std::string words = "BT /F1 18 Tf 40 120 Td (" + std::string(name) + ") Tj ET";
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length " + std::to_string(words.size()) + " >>\nstream\n" + words + "\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  };
  std::string out = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char row[32];
    std::snprintf(row, sizeof row, "%010zu 00000 n \n", out.size());
    table += row;
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t start = out.size();
  out += "xref\n0 " + std::to_string(objects.size() + 1) + "\n" + table;
  out += "trailer\n<< /Size " + std::to_string(objects.size() + 1) + " /Root 1 0 R >>\nstartxref\n" +
         std::to_string(start) + "\n%%EOF\n";
  return out;
}

}  // namespace amends::app
