#include "core/web/imports.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/base/log.h"
#include "core/crypto/random.h"
#include "core/web/files.h"

namespace amends::web {
namespace {

constexpr std::size_t kMostWaiting = 20;
constexpr std::size_t kMostKnown = 200;

Result<Done> write_file(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(Kind::unavailable, "the upload can't be kept");
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n <= 0) {
      ::close(fd);
      return fail(Kind::unavailable, "the upload can't be kept");
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  ::close(fd);
  return Done{};
}

void remove_all(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace

Imports::Imports(app::Hub& hub) : hub_(hub), folder_(hub.config().data + "/uploads") {
  remove_all(folder_);
  thread_ = std::jthread([this](std::stop_token stop) { work(stop); });
}

Imports::~Imports() { stop(); }

void Imports::stop() {
  thread_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    if (running_) running_->request_stop();
  }
  if (thread_.joinable()) thread_.join();
  remove_all(folder_);
}

Result<Imports::Job> Imports::add(const app::Brand& brand, Upload upload) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting)
      return fail(Kind::busy, "too many imports wait", "Wait until some of them are done.");
  }
  // A folder of its own, so that the name, by which the format is recognised, is free.
  ::mkdir(folder_.c_str(), 0700);
  const std::string own = folder_ + "/" + crypto::random_token(10);
  if (::mkdir(own.c_str(), 0700) != 0) return fail(Kind::unavailable, "the upload can't be kept");
  Work work;
  work.brand = brand;
  work.request.path = own + "/" + safe_file_name(upload.name, "upload");
  work.request.own_handles = std::move(upload.own_handles);
  work.request.open = upload.open;
  work.request.stop = work.stop.get_token();
  work.request.first_slot = app::kImportSlot;
  Result<Done> ready = write_file(work.request.path, upload.bytes);
  if (ready) {
    if (const auto described = app::describe_import(work.request); !described)
      ready = fail(Kind::invalid, "The file is nothing that can be imported.",
                   "Upload an mbox, an .eml, a .csv or a .jsonl, and say its name.");
  }
  if (!ready) {
    remove_all(own);
    return std::move(ready).error();
  }
  Job job;
  job.brand = brand.id;
  job.name = upload.name;
  job.by = upload.by;
  job.started_at = hub_.clock().now();
  job.total_bytes = static_cast<std::int64_t>(upload.bytes.size());
  const std::lock_guard lock(mutex_);
  job.id = next_id_++;
  work.id = job.id;
  jobs_.push_back(job);
  if (jobs_.size() > kMostKnown && jobs_.front().ended_at) jobs_.erase(jobs_.begin());
  waiting_.push_back(std::move(work));
  wake_.notify_one();
  return job;
}

std::vector<Imports::Job> Imports::jobs(BrandId brand) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> out;
  std::copy_if(jobs_.rbegin(), jobs_.rend(), std::back_inserter(out), [&](const Job& j) { return j.brand == brand; });
  return out;
}

std::optional<Imports::Job> Imports::find(BrandId brand, std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto it =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.id == id && j.brand == brand; });
  return it == jobs_.end() ? std::nullopt : std::optional(*it);
}

Result<bool> Imports::cancel(BrandId brand, std::int64_t id) {
  const auto job = find(brand, id);
  if (!job) return fail(Kind::not_found, "there is no such import");
  const std::lock_guard lock(mutex_);
  if (running_id_ == id) return running_->request_stop();
  const auto it = std::find_if(waiting_.begin(), waiting_.end(), [&](const Work& w) { return w.id == id; });
  if (it == waiting_.end()) return false;
  remove_all(std::filesystem::path(it->request.path).parent_path().string());
  waiting_.erase(it);
  for (Job& one : jobs_) {
    if (one.id == id) {
      one.state = JobState::cancelled;
      one.ended_at = hub_.clock().now();
    }
  }
  return true;
}

void Imports::change(std::int64_t id, const std::function<void(Job&)>& how) {
  const std::lock_guard lock(mutex_);
  for (Job& job : jobs_) {
    if (job.id == id) how(job);
  }
}

void Imports::work(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Work next;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [&] { return !waiting_.empty(); })) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
      running_ = next.stop;
      running_id_ = next.id;
    }
    run(next);
    const std::lock_guard lock(mutex_);
    running_.reset();
    running_id_ = 0;
  }
}

void Imports::run(Work& work) {
  change(work.id, [](Job& job) { job.state = JobState::running; });
  const auto report =
      app::import_path(hub_, work.brand, work.request, [&](const channel::ImportProgress& at, const app::InReport& in) {
        change(work.id, [&](Job& job) {
          job.done_bytes = at.done;
          if (at.total > 0) job.total_bytes = at.total;
          job.in = in;
        });
      });
  remove_all(std::filesystem::path(work.request.path).parent_path().string());
  if (!report && !work.stop.stop_requested())
    log::warning("import.failed", {{"import", work.id}, {"kind", row_of(report.error().kind).name}});
  change(work.id, [&](Job& job) {
    job.ended_at = hub_.clock().now();
    if (report) {
      job.state = JobState::done;
      job.in = report->in;
      job.done_bytes = job.total_bytes;
      // Troubles name files by their path; only the name is the caller's.
      for (std::size_t i = 0; i < report->troubles.size(); ++i)
        job.troubles.push_back("A part of the file can't be read.");
    } else {
      job.state = work.stop.stop_requested() ? JobState::cancelled : JobState::failed;
      if (job.state == JobState::failed) job.problem = "The file can't be read to its end.";
    }
  });
}

}  // namespace amends::web
