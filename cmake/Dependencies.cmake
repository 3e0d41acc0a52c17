# Everything Amends links, as imported targets. All of it comes from Debian 12, but for SQLite: see third_party/sqlite.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(SQLiteCpp 3.2 QUIET)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(PSL REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
find_library(CLD2_LIBRARY cld2 REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED)

include(Sqlite)

find_library(SQLITECPP_LIBRARY NAMES libSQLiteCpp.a REQUIRED)
add_library(SQLiteCppOnPinned INTERFACE)
target_link_libraries(SQLiteCppOnPinned INTERFACE ${SQLITECPP_LIBRARY} amends_sqlite)

if(AMENDS_BENCH)
  pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)  # the floor that our own parser is measured against
endif()

if(AMENDS_TESTS)
  find_package(GTest 1.12 REQUIRED)
  find_package(ZLIB REQUIRED)  # compressed answers for the HTTP client to read
endif()
