#include "tests/e2e/echo/things_service.hpp"

#include <chrono>
#include <functional>

namespace trunkline::e2e {

using namespace std::chrono_literals;

/// Equal things have equal versions, also of another process.
std::string ThingsService::version_of(const Things& things) {
  std::string all;
  for (const auto& [name, value] : things) all.append(name).append("=").append(value).append("\n");
  return "v" + std::to_string(std::hash<std::string>()(all));
}

grpc::Status ThingsService::Put(grpc::ServerContext*, const echo::v1::Thing* thing,
                                echo::v1::Thing* answer) {
  {
    const std::lock_guard lock(mutex_);
    things_[thing->name()] = thing->value();
  }
  changed_.notify_all();
  answer->set_name(thing->name());
  return grpc::Status::OK;
}

grpc::Status ThingsService::Drop(grpc::ServerContext*, const echo::v1::DropThing* request,
                                 echo::v1::Thing* answer) {
  {
    const std::lock_guard lock(mutex_);
    things_.erase(request->name());
  }
  changed_.notify_all();
  answer->set_name(request->name());
  return grpc::Status::OK;
}

grpc::Status ThingsService::Watch(grpc::ServerContext* context,
                                  const echo::v1::WatchThings* request,
                                  grpc::ServerWriter<echo::v1::ThingsChange>* changes) {
  if (request->code() != 0) return {static_cast<grpc::StatusCode>(request->code()), "As asked."};
  std::unique_lock lock(mutex_);
  echo::v1::Watches& count = watches_[request->tag()];
  count.set_begun(count.begun() + 1);
  count.set_under_way(count.under_way() + 1);
  if (!request->resume_token().empty()) count.set_resumed(count.resumed() + 1);
  bool whole = request->resume_token() != version_of(things_);
  Things told = whole ? Things{} : things_;
  bool owed = true;
  while (!context->IsCancelled()) {
    if (owed || told != things_) {
      echo::v1::ThingsChange change;
      change.set_version(version_of(things_));
      change.set_snapshot(whole);
      for (const auto& [name, value] : things_) {
        const auto before = told.find(name);
        if (before != told.end() && before->second == value) continue;
        echo::v1::Thing& thing = *change.add_things();
        thing.set_name(name);
        thing.set_value(value);
      }
      for (const auto& [name, value] : told) {
        if (!things_.contains(name)) change.add_removed(name);
      }
      told = things_;
      owed = whole = false;
      lock.unlock();
      const bool written = changes->Write(change);
      lock.lock();
      if (!written) break;
    }
    changed_.wait_for(lock, 50ms);
  }
  count.set_under_way(count.under_way() - 1);
  return grpc::Status::OK;
}

grpc::Status ThingsService::CountWatches(grpc::ServerContext*, const echo::v1::WatchThings* request,
                                         echo::v1::Watches* answer) {
  const std::lock_guard lock(mutex_);
  *answer = watches_[request->tag()];
  return grpc::Status::OK;
}

}  // namespace trunkline::e2e
