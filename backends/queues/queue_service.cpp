#include "backends/queues/queue_service.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "trunkline/queues/v1/queues.grpc.pb.h"

#include "backends/query/page_size.hpp"
#include "backends/query/page_token.hpp"
#include "backends/query/read_mask.hpp"
#include "backends/query/resource_number.hpp"
#include "backends/query/shared_read.hpp"
#include "backends/query/timestamp.hpp"
#include "backends/query/wire.hpp"
#include "backends/queues/queue_store.hpp"
#include "backends/queues/time_zone.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::queues {

namespace {

// How much of a name that a caller made up is said back.
constexpr std::size_t kNamed = 64;

using ::grpc::Status;
using ::grpc::StatusCode;
using serve::UnaryCall;
using Interval = v1::QueryQueueStatsRequest::Interval;

void refuse(UnaryCall& call, std::string_view field, std::string_view complaint) {
  call.finish({serve::invalid_argument(field, complaint)});
}

bool read_request(UnaryCall& call, google::protobuf::MessageLite& request) {
  if (query::read(call.request(), request)) return true;
  call.finish({Status(StatusCode::INVALID_ARGUMENT, "the request is not a message of its type")});
  return false;
}

template <class Request>
bool read_request(UnaryCall& call, Request& request, query::ReadMask& mask) {
  if (!read_request(call, request)) return false;
  const auto wrong = mask.read(request, *v1::Queue::descriptor());
  if (!wrong) return true;
  refuse(call, wrong->field, wrong->text);
  return false;
}

// The id in "queues/{id}" and what follows it.
std::optional<std::int64_t> queue_id(std::string_view name, std::string_view end = {}) {
  constexpr std::string_view kCollection = "queues/";
  if (!name.starts_with(kCollection) || !name.ends_with(end)) return std::nullopt;
  name.remove_prefix(kCollection.size());
  if (name.size() < end.size()) return std::nullopt;
  return query::parse_resource_number(name.substr(0, name.size() - end.size()));
}

// PostgreSQL's word for it; nothing for a number that is no interval.
std::optional<std::string> word(Interval interval) {
  switch (interval) {
    case v1::QueryQueueStatsRequest::INTERVAL_UNSPECIFIED: return "";
    case v1::QueryQueueStatsRequest::HOUR: return "1 hour";
    case v1::QueryQueueStatsRequest::DAY: return "1 day";
    case v1::QueryQueueStatsRequest::MONTH: return "1 month";
    default: return std::nullopt;
  }
}

// Timestamps of protobuf go from the year 1 to 9999, all of which PostgreSQL can hold.
bool is_in_range(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kFirst = -62'135'596'800;
  constexpr std::int64_t kLast = 253'402'300'799;
  return time.seconds() >= kFirst && time.seconds() <= kLast && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

// How the answer ends that `found` tells of; `message` counts if all went well.
template <class Message>
serve::Answer answer(QueueStore::Found found, const std::string& queue, const std::string& zone,
                     const Message& message) {
  switch (found) {
    case QueueStore::Found::kNoQueue: return {Status(StatusCode::NOT_FOUND, "no queue " + queue)};
    case QueueStore::Found::kNoTimeZone:
      return {serve::invalid_argument("time_zone", unknown_time_zone(zone))};
    case QueueStore::Found::kTooManySlices:
      return {serve::invalid_argument("interval",
                                      "cuts the period into more than 10000 slices: ask for "
                                      "longer ones or a shorter period")};
    case QueueStore::Found::kYes: break;
  }
  return {{}, query::write(message)};
}

class QueueService {
 public:
  QueueService(pg::Pool& pool, const QueueStore& store, const query::Settings& settings)
      : pool_(pool), store_(store), settings_(settings) {}

  void list_queues(UnaryCall& call) const {
    v1::ListQueuesRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    const auto size = query::page_size(request.page_size());
    if (!size) return refuse(call, "page_size", "must not be negative");
    QueueStore::Position after{"", "0"};
    if (!request.page_token().empty()) {
      auto key = query::decode_page_token(request.page_token(), "queues", 2);
      if (!key || !query::parse_resource_number(key->back())) {
        return refuse(call, "page_token",
                      "is not a next_page_token of an earlier answer to the same");
      }
      after = {std::move(key->front()), std::move(key->back())};
    }
    share(call,
          "queues.list " + std::to_string(*size) + " " + request.page_token() + " " + mask.text(),
          [this, size = *size, after = std::move(after),
           mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::ListQueuesResponse>(
                [&](auto& message) -> pg::Result<serve::Answer> {
                  std::optional<QueueStore::Position> next;
                  auto listed = store_.list(session, size, after, message, next);
                  if (!listed) return listed.error();
                  if (next) {
                    message.set_next_page_token(query::encode({"queues", {next->name, next->id}}));
                  }
                  if (!mask.all()) {
                    for (auto& queue : *message.mutable_queues()) mask.apply(queue);
                  }
                  return serve::Answer{{}, query::write(message)};
                });
          });
  }

  void get_queue(UnaryCall& call) const {
    v1::GetQueueRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    const auto id = queue_id(request.name());
    if (!id) return refuse(call, "name", "must have the form queues/{id}");
    share(call, "queues.get " + std::to_string(*id) + " " + mask.text(),
          [this, id = *id, said = request.name().substr(0, kNamed),
           mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::Queue>([&](auto& queue) -> pg::Result<serve::Answer> {
              auto found = store_.get(session, id, queue);
              if (!found) return found.error();
              if (!*found) return serve::Answer{Status(StatusCode::NOT_FOUND, "no queue " + said)};
              mask.apply(queue);
              return serve::Answer{{}, query::write(queue)};
            });
          });
  }

  void get_queue_stats(UnaryCall& call) const {
    v1::GetQueueStatsRequest request;
    if (!read_request(call, request)) return;
    const auto id = queue_id(request.name(), "/stats");
    if (!id) return refuse(call, "name", "must have the form queues/{id}/stats");
    const auto zone = time_zone_of(request.time_zone());
    if (!is_like_a_time_zone(zone)) return refuse(call, "time_zone", unknown_time_zone(zone));
    share(call, "queues.today " + std::to_string(*id) + " " + zone,
          [this, id = *id, zone, said = request.name().substr(0, kNamed)](pg::Session& session) {
            return query::on_arena<v1::QueueStats>([&](auto& stats) -> pg::Result<serve::Answer> {
              const auto found = store_.today(session, id, zone, stats);
              if (!found) return found.error();
              return answer(*found, said, zone, stats);
            });
          });
  }

  void query_queue_stats(UnaryCall& call) const {
    v1::QueryQueueStatsRequest request;
    if (!read_request(call, request)) return;
    const auto id = queue_id(request.name());
    if (!id) return refuse(call, "name", "must have the form queues/{id}");
    for (const auto& [field, there, time] :
         {std::tuple("from", request.has_from(), &request.from()),
          std::tuple("to", request.has_to(), &request.to())}) {
      if (!there) return refuse(call, field, "is needed");
      if (!is_in_range(*time)) return refuse(call, field, "must be a time from the year 1 to 9999");
    }
    const auto interval = word(request.interval());
    if (!interval) return refuse(call, "interval", "must be HOUR, DAY or MONTH, or be left out");
    QueueStore::Period period{query::microseconds(request.from()),
                              query::microseconds(request.to()), *interval,
                              time_zone_of(request.time_zone())};
    if (period.from >= period.to) return refuse(call, "to", "must be after from");
    if (!is_like_a_time_zone(period.time_zone)) {
      return refuse(call, "time_zone", unknown_time_zone(period.time_zone));
    }
    share(call,
          "queues.past " + std::to_string(*id) + " " + std::to_string(period.from) + " " +
              std::to_string(period.to) + " " + period.interval + " " + period.time_zone,
          [this, id = *id, period, said = request.name().substr(0, kNamed)](pg::Session& session) {
            return query::on_arena<v1::QueryQueueStatsResponse>(
                [&](auto& message) -> pg::Result<serve::Answer> {
                  const auto found = store_.past(session, id, period, message);
                  if (!found) return found.error();
                  return answer(*found, said, period.time_zone, message);
                });
          });
  }

 private:
  void share(UnaryCall& call, std::string question, query::SharedRead::Work work) const {
    if (!settings_.share_reads) question.clear();
    query::Call::start(std::make_shared<query::SharedRead>(pool_, call,
                                                           call.deadline(settings_.default_timeout),
                                                           std::move(question), std::move(work)));
  }

  pg::Pool& pool_;
  const QueueStore& store_;
  const query::Settings settings_;
};

}  // namespace

serve::Service make_queue_service(pg::Pool& pool, const QueueStore& store,
                                  const query::Settings& settings) {
  const auto service = std::make_shared<const QueueService>(pool, store, settings);
  const auto method = [&](void (QueueService::*member)(UnaryCall&) const) {
    return [service, member](UnaryCall& call) { ((*service).*member)(call); };
  };
  return {v1::QueueService::service_full_name(),
          {{"ListQueues", method(&QueueService::list_queues)},
           {"GetQueue", method(&QueueService::get_queue)},
           {"GetQueueStats", method(&QueueService::get_queue_stats)},
           {"QueryQueueStats", method(&QueueService::query_queue_stats)}}};
}

}  // namespace trunkline::queues
