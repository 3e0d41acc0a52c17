# SQLite 3.51.3 or newer. Older ones can lose committed writes when two WAL connections race a checkpoint
# (sqlite.org/wal.html#walresetbug), and Debian 12 ships 3.40.1. third_party/sqlite/fetch puts the pinned amalgamation
# into build/third_party/sqlite; the packaging and test scripts call it first.
if(AMENDS_SYSTEM_SQLITE)
  find_package(SQLite3 3.51.3 REQUIRED)
  add_library(amends_sqlite INTERFACE)
  target_link_libraries(amends_sqlite INTERFACE SQLite::SQLite3)
  return()
endif()

set(AMENDS_SQLITE_DIR ${PROJECT_SOURCE_DIR}/build/third_party/sqlite CACHE PATH "Where the SQLite amalgamation lies")
if(NOT EXISTS ${AMENDS_SQLITE_DIR}/sqlite3.c)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/third_party/sqlite/fetch ${AMENDS_SQLITE_DIR} RESULT_VARIABLE fetched)
  if(NOT fetched EQUAL 0)
    message(FATAL_ERROR "no SQLite amalgamation in ${AMENDS_SQLITE_DIR}: run third_party/sqlite/fetch")
  endif()
endif()
add_library(amends_sqlite STATIC ${AMENDS_SQLITE_DIR}/sqlite3.c)
target_include_directories(amends_sqlite SYSTEM PUBLIC ${AMENDS_SQLITE_DIR})
target_compile_definitions(amends_sqlite PUBLIC
  SQLITE_THREADSAFE=2 SQLITE_ENABLE_FTS5 SQLITE_DQS=0 SQLITE_DEFAULT_FOREIGN_KEYS=1 SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE SQLITE_MAX_EXPR_DEPTH=200
  SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ENABLE_COLUMN_METADATA SQLITE_USE_ALLOCA)
target_compile_options(amends_sqlite PRIVATE -w $<$<CONFIG:Release>:-O2>)
target_link_libraries(amends_sqlite PUBLIC Threads::Threads m)
