// What is wrong with an installation, and how to mend it. Opens everything it can reach, changes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/model/words.h"

namespace amends::app {

enum class Level : std::uint8_t { good, warning, failure };
inline constexpr model::Word<Level> kLevels[] = {
    {Level::good, "good"}, {Level::warning, "warning"}, {Level::failure, "failure"}};
constexpr std::string_view name_of(Level v) { return model::name_in(kLevels, v); }

struct Finding {
  Level level = Level::good;
  std::string about;  // "configuration", "data", "account support"
  std::string what;
  std::string mend;  // what to do; "" when nothing is to be done
};

struct Diagnosis {
  std::vector<Finding> findings;
  // 0 all good or warnings only, 78 when the configuration keeps the program from starting, 3 damaged data, 75 when a
  // server could not be reached.
  int exit_code() const { return exit_code_; }
  int exit_code_ = 0;
};

Diagnosis diagnose(const std::string& config_file, const std::string& data_folder, const Clock& clock);

}  // namespace amends::app
