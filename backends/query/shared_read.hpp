#pragma once

// A call that is one query of its own, or one that it shares: calls that ask the same at the same
// time (pg::Company::kSame) are answered by the same bytes.

#include <functional>
#include <memory>
#include <string>

#include "backends/query/call.hpp"

namespace trunkline::query {

class SharedRead final : public Call {
 public:
  using Work = std::function<pg::Result<serve::Answer>(pg::Session&)>;

  /// `question` names all that the answer depends on; empty: it is shared with nobody.
  SharedRead(pg::Pool& pool, serve::UnaryCall& asked, pg::Deadline deadline, std::string question,
             Work work)
      : Call(pool, asked, deadline, /*repeatable=*/true, std::move(question)),
        work_(std::move(work)) {}

  pg::Result<void> run(pg::Session& session) override {
    auto answer = work_(session);
    if (!answer) return answer.error();
    answer_ = *std::move(answer);
    return {};
  }

  void adopt(const pg::Job& answered) override {
    // Equal questions come from the same method. Counts references, copies no bytes.
    answer_ = static_cast<const SharedRead&>(answered).answer_;
  }

 private:
  const Work work_;
};

}  // namespace trunkline::query
