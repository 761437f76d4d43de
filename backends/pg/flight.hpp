#pragma once

// Jobs that are answered by one run: those that kept company before it was sent, or just one.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backends/pg/job.hpp"

namespace trunkline::pg {

struct Flight {
  std::vector<std::shared_ptr<Job>> jobs;  ///< not empty once taken; the first is the one that runs
  std::string question;                    ///< of them all; may be empty
  Deadline born{};                         ///< when the first job came
  bool ready = false;                      ///< may be taken; the queue's own note
  bool gathered = false;                   ///< jobs that are alike, each with its own answer

  Job& leader() const { return *jobs.front(); }

  /// The run serves whoever has most time left.
  Deadline deadline() const {
    Deadline latest = Deadline::min();
    for (const auto& job : jobs) latest = std::max(latest, job->deadline());
    return latest;
  }

  bool carries(const Job& job) const {
    return std::any_of(jobs.begin(), jobs.end(),
                       [&](const auto& each) { return each.get() == &job; });
  }

  /// Nobody waits for the answer any more.
  bool deserted() const {
    return std::all_of(jobs.begin(), jobs.end(), [](const auto& job) { return job->cancelled(); });
  }
};

}  // namespace trunkline::pg
