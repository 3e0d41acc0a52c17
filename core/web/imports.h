// Imports that were uploaded: each a file in the data folder's "uploads" and a job that reads it into the hub, one
// after the other. Jobs are known until the program ends; running an import again after that is safe and goes on.
//
// Threads: any; one of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/app/hub.h"
#include "core/app/import.h"
#include "core/model/words.h"

namespace amends::web {

enum class JobState : std::uint8_t { waiting, running, done, failed, cancelled };
inline constexpr model::Word<JobState> kJobStates[] = {{JobState::waiting, "waiting"},
                                                       {JobState::running, "running"},
                                                       {JobState::done, "done"},
                                                       {JobState::failed, "failed"},
                                                       {JobState::cancelled, "cancelled"}};

class Imports {
 public:
  // Removes what an earlier start left of uploads.
  explicit Imports(app::Hub& hub);
  ~Imports();
  void stop();

  struct Job {
    std::int64_t id = 0;
    BrandId brand;
    std::string name, by;  // the file's name as given, and the login
    JobState state = JobState::waiting;
    Timestamp started_at;
    std::optional<Timestamp> ended_at;
    std::int64_t done_bytes = 0, total_bytes = 0;
    app::InReport in;
    std::vector<std::string> troubles;
    std::string problem;  // why it failed
  };
  struct Upload {
    std::string name, bytes, by;
    std::vector<std::string> own_handles;
    bool open = false;
  };
  // busy: too many wait. invalid: nothing here can read such a file.
  Result<Job> add(const app::Brand& brand, Upload upload);
  std::vector<Job> jobs(BrandId brand) const;  // newest first
  std::optional<Job> find(BrandId brand, std::int64_t id) const;
  // False when it has ended already. not_found, also for another brand's.
  Result<bool> cancel(BrandId brand, std::int64_t id);

 private:
  struct Work {
    std::int64_t id = 0;
    app::Brand brand;
    app::ImportRequest request;
    std::stop_source stop;
  };
  void work(std::stop_token stop);
  void run(Work& work);
  void change(std::int64_t id, const std::function<void(Job&)>& how);

  app::Hub& hub_;
  const std::string folder_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Job> jobs_;
  std::deque<Work> waiting_;
  std::optional<std::stop_source> running_;
  std::int64_t running_id_ = 0, next_id_ = 1;
  std::jthread thread_;
};

}  // namespace amends::web
