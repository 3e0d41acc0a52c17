#include "connectors/common/meta/progress.h"

#include "core/channel/json.h"

namespace amends::connectors::meta {

using channel::Json;

void Progress::begin(const std::vector<Job>& listings, Timestamp now) {
  if (begun) return;
  begun = now;
  standing.begin();
  jobs = listings;
}

void Progress::first(const std::vector<Job>& more) { jobs.insert(jobs.begin(), more.begin(), more.end()); }

void Progress::finish() {
  last = begun;
  begun.reset();
}

Progress Progress::read(std::string_view text) {
  Progress out;
  const auto json = channel::parse_json(text);
  if (!json || !json->is_object()) return out;
  out.standing = standing::Standing::read(channel::text_at(*json, "standing"));
  if (const auto ms = channel::number_at(*json, "last")) out.last = Timestamp{*ms};
  if (const auto ms = channel::number_at(*json, "begun")) out.begun = Timestamp{*ms};
  for (const Json& job : channel::list_at(*json, "jobs")) {
    out.jobs.push_back({channel::text_at(job, "edge"), channel::text_at(job, "id"), channel::text_at(job, "after")});
  }
  if (out.jobs.empty()) out.begun.reset();
  return out;
}

std::string Progress::write() const {
  Json out = {{"standing", standing.write()}, {"jobs", Json::array()}};
  if (last) out["last"] = last->ms;
  if (begun) out["begun"] = begun->ms;
  for (const Job& job : jobs) out["jobs"].push_back({{"edge", job.edge}, {"id", job.id}, {"after", job.after}});
  return channel::dump(out);
}

}  // namespace amends::connectors::meta
