#include "backends/queues/queue_watch.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "trunkline/queues/v1/queues.pb.h"

#include "backends/query/wire.hpp"
#include "backends/queues/queue_store.hpp"
#include "backends/queues/time_zone.hpp"
#include "backends/serve/invalid_argument.hpp"
#include "backends/serve/stream_call.hpp"
#include "backends/watch/watches.hpp"

namespace trunkline::queues {

namespace {

watch::Source source(const QueueStore& store, const std::string& time_zone) {
  return {
      .question = "queues " + time_zone,
      .topic = "queues",
      .read = [&store, time_zone](pg::Session& session,
                                  watch::Reading& reading) -> pg::Result<void> {
        return query::on_arena<v1::QueueStatus>([&](v1::QueueStatus& scratch) -> pg::Result<void> {
          std::int64_t next_day = 0;
          const auto known = store.statuses(
              session, time_zone, scratch,
              [&](const v1::QueueStatus& status) {
                reading.add(status.name(), status.SerializeAsString());
              },
              next_day);
          if (!known) return known.error();
          if (!*known) {
            return reading.refuse(
                serve::invalid_argument("time_zone", unknown_time_zone(time_zone)));
          }
          // Then all begin at nothing again, and nobody tells of it.
          reading.again_at(
              std::chrono::system_clock::time_point(std::chrono::microseconds(next_day)));
          return {};
        });
      }};
}

}  // namespace

serve::StreamMethod watch_queues(watch::Watches& watches, const QueueStore& store) {
  return {"WatchQueues", [&watches, &store](const std::shared_ptr<serve::StreamCall>& call) {
            v1::WatchQueuesRequest request;
            if (!query::read(call->request(), request)) {
              return call->finish({::grpc::StatusCode::INVALID_ARGUMENT,
                                   "the request is not a message of its type"});
            }
            const auto zone = time_zone_of(request.time_zone());
            if (!is_like_a_time_zone(zone)) {
              return call->finish(serve::invalid_argument("time_zone", unknown_time_zone(zone)));
            }
            watches.watch(call, source(store, zone), std::move(*request.mutable_resume_token()));
          }};
}

}  // namespace trunkline::queues
