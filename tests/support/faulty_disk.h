// A disk that fails when told to: while one lives, SQLite's writes and syncs in this process pass through it.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <list>
#include <mutex>

namespace amends::test {

class FaultyDisk {
 public:
  FaultyDisk() {
    plain() = sqlite3_vfs_find(nullptr);
    vfs_ = *plain();
    vfs_.zName = "faulty";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyDisk() {
    sync_answer() = write_answer() = SQLITE_OK;
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(plain(), 1);
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // An SQLite code for every write or sync from now on; SQLITE_OK: works again.
  void writes_answer(int code) { write_answer() = code; }
  void syncs_answer(int code) { sync_answer() = code; }
  int syncs() const { return sync_count(); }

 private:
  static sqlite3_vfs*& plain() {
    static sqlite3_vfs* found = nullptr;
    return found;
  }
  static std::atomic<int>& sync_answer() {
    static std::atomic<int> code = SQLITE_OK;
    return code;
  }
  static std::atomic<int>& write_answer() {
    static std::atomic<int> code = SQLITE_OK;
    return code;
  }
  static std::atomic<int>& sync_count() {
    static std::atomic<int> count = 0;
    return count;
  }
  // SQLite's own methods (files with locks and without have different ones) with two of them replaced. Ours stands
  // first, so that a file leads back to theirs.
  struct Methods {
    sqlite3_io_methods ours;
    const sqlite3_io_methods* theirs;
  };
  static const sqlite3_io_methods* theirs(sqlite3_file* file) {
    return reinterpret_cast<const Methods*>(file->pMethods)->theirs;
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    const int code = write_answer();
    return code != SQLITE_OK ? code : theirs(file)->xWrite(file, bytes, size, at);
  }
  static int sync(sqlite3_file* file, int flags) {
    ++sync_count();
    const int code = sync_answer();
    return code != SQLITE_OK ? code : theirs(file)->xSync(file, flags);
  }
  static int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const int code = plain()->xOpen(plain(), name, file, flags, out);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    static std::mutex mutex;
    static std::list<Methods> known;  // never moves: open files point into it
    std::lock_guard lock(mutex);
    for (const auto& methods : known) {
      if (methods.theirs == file->pMethods) return file->pMethods = &methods.ours, SQLITE_OK;
    }
    known.push_back({*file->pMethods, file->pMethods});
    known.back().ours.xWrite = write;
    known.back().ours.xSync = sync;
    file->pMethods = &known.back().ours;
    return SQLITE_OK;
  }

  sqlite3_vfs vfs_;
};

}  // namespace amends::test
