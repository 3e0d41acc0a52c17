// A fuzz target without libFuzzer: the files it is given, then what the same dice make of them, so that every build and
// sanitizer runs each target a little in each test run.  fuzz_NAME TRIES [FILE|FOLDER…]; the same tries every time.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = std::size_t{64} * 1024;
constexpr const char* kPieces[] = {
    "\r\n",  "\n",          "\0",       "{{", "}}",  "=?", "?=",   "<",        ">",     "\"",
    "'",     "\\",          "/",        "..", "%00", "&#", "{",    "[[[[",     "-1",    "\t",
    "Host:", ":",           "boundary", "=",  ",",   "é",  "\xFF", "\xC0\xAF", "1e999", "0x7fffffffffffffff",
    "null",  "\xE2\x80\xAE"};

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

class Dice {
 public:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(engine_() % n); }

 private:
  std::mt19937_64 engine_{20261122};
};

std::string changed(std::string bytes, const std::vector<std::string>& seeds, Dice& dice) {
  for (std::size_t i = 0, n = 1 + dice.below(6); i < n; ++i) {
    const std::size_t at = dice.below(bytes.size() + 1);
    switch (dice.below(6)) {
      case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
        break;
      case 1: bytes.insert(at, kPieces[dice.below(std::size(kPieces))]); break;
      case 2: bytes.erase(at, dice.below(40)); break;
      case 3: bytes.insert(at, bytes.substr(dice.below(bytes.size() + 1), dice.below(200))); break;
      case 4: bytes.resize(at); break;
      default: {
        const std::string& other = seeds[dice.below(seeds.size())];
        bytes.insert(at, other.substr(dice.below(other.size() + 1), dice.below(400)));
      }
    }
  }
  if (bytes.size() > kLongest) bytes.resize(kLongest);
  return bytes;
}

void add_file(const fs::path& path, std::vector<std::string>& seeds) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  if (bytes.size() <= kLongest) seeds.push_back(std::move(bytes));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s TRIES [FILE|FOLDER…]\n", argv[0]);
    return 2;
  }
  std::vector<fs::path> files;
  for (int i = 2; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds{""};
  for (const fs::path& file : files) add_file(file, seeds);
  for (const std::string& seed : seeds) run(seed);
  Dice dice;
  const int tries = std::atoi(argv[1]);
  for (int i = 0; i < tries; ++i) run(changed(seeds[dice.below(seeds.size())], seeds, dice));
  std::printf("%zu files, %d tries\n", seeds.size() - 1, tries);
  return 0;
}
