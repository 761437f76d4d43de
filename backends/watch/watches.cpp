#include "backends/watch/watches.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backends/pg/session.hpp"
#include "backends/schema/schema.hpp"

namespace trunkline::watch {

namespace {

using Clock = std::chrono::steady_clock;
using ::grpc::Status;
using ::grpc::StatusCode;

// A reading that takes longer is given up, and begun anew.
constexpr std::chrono::seconds kReadWithin{10};
// The wall clock may be set: nobody sleeps longer for its sake.
constexpr std::chrono::hours kLongestRest{1};

Status status_of(const pg::Error& error) {
  return {static_cast<StatusCode>(pg::canonical_code(error.kind)),
          std::string(pg::public_message(error.kind))};
}

Collection::TimePoint on_steady_clock(Reading::Time time) {
  const auto rest = time - std::chrono::system_clock::now();
  return Clock::now() +
         std::min<Clock::duration>(std::chrono::duration_cast<Clock::duration>(rest), kLongestRest);
}

}  // namespace

// A collection that is watched; guarded by the lock, but for its source.
struct Watches::Entry {
  Entry(Source of, const Settings& settings, bool hears)
      : source(std::move(of)), collection(settings.heartbeat, hears) {}

  const Source source;
  Collection collection;
  std::unordered_map<Collection::Id, std::shared_ptr<serve::StreamCall>> calls;
  std::weak_ptr<pg::Job> job;  // the reading that is under way
};

// What is to be done without the lock.
struct Watches::Work {
  std::vector<std::pair<std::shared_ptr<serve::StreamCall>, ::grpc::Slice>> writes;
  std::vector<std::pair<std::shared_ptr<serve::StreamCall>, Status>> ends;
  std::shared_ptr<pg::Job> read;
  std::shared_ptr<pg::Job> forget;  // nobody waits for it any more
};

class Watches::ReadJob final : public pg::Job {
 public:
  ReadJob(Watches& all, Shared entry, bool check)
      : Job(Clock::now() + kReadWithin, /*repeatable=*/true),
        all_(all),
        entry_(std::move(entry)),
        before_(entry_->collection.state()),
        check_(check) {}

  pg::Result<void> run(pg::Session& session) override {
    if (check_) {
      const auto tells = schema::tells_of(session, entry_->source.topic);
      if (!tells) return tells.error();
      tells_ = *tells;
      if (!tells_) return {};
    }
    Reading reading;
    if (auto read = entry_->source.read(session, reading); !read) return read;
    again_ = reading.again_;
    refusal_ = std::move(reading.refusal_);
    if (refusal_) return {};
    state_ = State::next(before_, std::move(reading.found_));
    return {};
  }

  void done(pg::Result<void> outcome) noexcept override {
    Work work;
    {
      std::lock_guard lock(all_.mutex_);
      auto& collection = entry_->collection;
      if (!outcome) {
        collection.read_failed(status_of(outcome.error()), false, Clock::now());
      } else if (!tells_) {
        collection.read_failed(
            Status(StatusCode::FAILED_PRECONDITION,
                   "the database does not tell of changes: run trunkline-backend --migrate"),
            true, Clock::now());
      } else if (refusal_) {
        collection.read_failed(*refusal_, true, Clock::now());
      } else {
        std::optional<Collection::TimePoint> again;
        if (again_) again = on_steady_clock(*again_);
        collection.read_done(std::move(state_), again);
      }
      work = all_.gather(entry_);
    }
    all_.perform(std::move(work));
    // Under the lock, because the last of them lets the Watches go.
    std::lock_guard lock(all_.mutex_);
    if (--all_.jobs_ == 0) all_.wake_.notify_all();
  }

 private:
  Watches& all_;
  const Shared entry_;
  const State::Pointer before_;
  const bool check_;
  bool tells_ = true;
  State::Pointer state_;
  std::optional<Reading::Time> again_;
  std::optional<Status> refusal_;
};

// One watcher's end of its stream.
class Watches::Viewer final : public serve::Streamer {
 public:
  Viewer(Watches& all, Shared entry, Collection::Id id)
      : all_(all), entry_(std::move(entry)), id_(id) {}

  void written() noexcept override {
    Work work;
    {
      std::lock_guard lock(all_.mutex_);
      entry_->collection.written(id_);
      work = all_.gather(entry_);
    }
    all_.perform(std::move(work));
  }

  void ended() noexcept override {
    Work work;
    {
      std::lock_guard lock(all_.mutex_);
      entry_->collection.leave(id_);
      entry_->calls.erase(id_);
      work = all_.gather(entry_);
    }
    all_.perform(std::move(work));
  }

 private:
  Watches& all_;
  const Shared entry_;
  const Collection::Id id_;
};

Watches::Watches(pg::Pool& pool, const std::string& conninfo, const Settings& settings)
    : pool_(pool), settings_(settings), thread_([this] { live(); }) {
  listener_ = std::make_unique<pg::Listener>(
      conninfo, std::string(schema::kChannel),
      pg::Listener::Hearing{.told = [this](std::string_view topic) { told(topic); },
                            .listening = [this] { hears(true); },
                            .deaf = [this] { hears(false); }});
}

Watches::~Watches() {
  listener_.reset();
  std::unique_lock lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
  for (const auto& [question, entry] : entries_) {
    if (auto job = entry->job.lock()) pool_.cancel(std::move(job));
  }
  wake_.wait(lock, [this] { return jobs_ == 0; });
  lock.unlock();
  thread_.join();
}

void Watches::watch(const std::shared_ptr<serve::StreamCall>& call, Source source,
                    std::string resume) {
  Work work;
  {
    std::lock_guard lock(mutex_);
    auto& entry = entries_[source.question];
    if (!entry) entry = std::make_shared<Entry>(std::move(source), settings_, hears_);
    const auto id = ++last_id_;
    call->served_by(std::make_shared<Viewer>(*this, entry, id));
    entry->calls.emplace(id, call);
    entry->collection.join(id, std::move(resume), Clock::now());
    work = gather(Shared(entry));
  }
  perform(std::move(work));
}

void Watches::told(std::string_view topic) {
  std::vector<Work> works;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [question, entry] : entries_) {
      if (entry->source.topic != topic) continue;
      entry->collection.changed();
      works.push_back(gather(entry));
    }
  }
  for (auto& work : works) perform(std::move(work));
}

void Watches::hears(bool whether) {
  std::vector<Work> works;
  {
    std::lock_guard lock(mutex_);
    hears_ = whether;
    for (const auto& [question, entry] : entries_) {
      entry->collection.hears(whether);
      works.push_back(gather(entry));
    }
  }
  for (auto& work : works) perform(std::move(work));
}

void Watches::live() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    std::vector<Work> works;
    std::vector<Shared> due;
    for (const auto& [question, entry] : entries_) {
      if (entry->collection.next() <= now) due.push_back(entry);
    }
    for (const auto& entry : due) works.push_back(gather(entry));
    if (!works.empty()) {
      lock.unlock();
      for (auto& work : works) perform(std::move(work));
      lock.lock();
      continue;
    }
    sleeps_until_ = Clock::now() + kLongestRest;
    for (const auto& [question, entry] : entries_) {
      sleeps_until_ = std::min(sleeps_until_, entry->collection.next());
    }
    wake_.wait_until(lock, sleeps_until_);
  }
}

Watches::Work Watches::gather(const Shared& entry) {
  Work work;
  auto& collection = entry->collection;
  auto actions = collection.act(Clock::now());
  for (auto& [id, message] : actions.writes) {
    if (const auto call = entry->calls.find(id); call != entry->calls.end()) {
      work.writes.emplace_back(call->second, std::move(message));
    }
  }
  for (auto& [id, status] : actions.ends) {
    if (auto call = entry->calls.extract(id)) {
      work.ends.emplace_back(std::move(call.mapped()), std::move(status));
    }
  }
  if (actions.read && !stopping_) {
    work.read = std::make_shared<ReadJob>(*this, entry, actions.check);
    entry->job = work.read;
    ++jobs_;
  }
  if (collection.deserted()) {
    const auto found = entries_.find(entry->source.question);
    if (found != entries_.end() && found->second == entry) {
      work.forget = entry->job.lock();
      entries_.erase(found);
    }
  } else if (collection.next() < sleeps_until_) {
    wake_.notify_all();
  }
  return work;
}

void Watches::perform(Work work) {
  for (auto& [call, message] : work.writes) call->write(std::move(message));
  for (auto& [call, status] : work.ends) call->finish(std::move(status));
  if (work.forget) pool_.cancel(std::move(work.forget));
  if (work.read) pool_.submit(std::move(work.read));
}

}  // namespace trunkline::watch
