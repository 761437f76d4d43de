#include "backends/calls/call_service.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "trunkline/calls/v1/calls.grpc.pb.h"

#include "backends/calls/call_log_store.hpp"
#include "backends/query/page_size.hpp"
#include "backends/query/page_token.hpp"
#include "backends/query/read_mask.hpp"
#include "backends/query/resource_number.hpp"
#include "backends/query/shared_read.hpp"
#include "backends/query/timestamp.hpp"
#include "backends/query/wire.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::calls {

namespace {

// How much of a name that a caller made up is said back.
constexpr std::size_t kNamed = 64;
constexpr std::size_t kLongestNumber = 80;
constexpr std::string_view kCollection = "callLogs/";

using ::grpc::Status;
using ::grpc::StatusCode;
using serve::UnaryCall;
using Direction = v1::CallLog::Direction;

void refuse(UnaryCall& call, std::string_view field, std::string_view complaint) {
  call.finish({serve::invalid_argument(field, complaint)});
}

// False, and the call is over, if its request is no such message or has masks of other fields.
template <class Request>
bool read_request(UnaryCall& call, Request& request, query::ReadMask& mask) {
  if (!query::read(call.request(), request)) {
    call.finish({Status(StatusCode::INVALID_ARGUMENT, "the request is not a message of its type")});
    return false;
  }
  if (const auto wrong = mask.read(request, *v1::CallLog::descriptor())) {
    refuse(call, wrong->field, wrong->text);
    return false;
  }
  return true;
}

// In the table's words; nothing for a number that is no direction.
std::optional<std::string> word(Direction direction) {
  switch (direction) {
    case v1::CallLog::DIRECTION_UNSPECIFIED: return "";
    case v1::CallLog::INBOUND: return "inbound";
    case v1::CallLog::INTERNAL: return "internal";
    case v1::CallLog::OUTBOUND: return "outbound";
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

class CallService {
 public:
  CallService(pg::Pool& pool, const CallLogStore& store, const query::Settings& settings)
      : pool_(pool), store_(store), settings_(settings) {}

  void list_call_logs(UnaryCall& call) const {
    v1::ListCallLogsRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    CallLogStore::Page page;
    const auto size = query::page_size(request.page_size());
    if (!size) return refuse(call, "page_size", "must not be negative");
    page.size = *size;
    for (const auto& [field, there, time, into] :
         {std::tuple("from", request.has_from(), &request.from(), &page.from),
          std::tuple("to", request.has_to(), &request.to(), &page.to)}) {
      if (!there) continue;
      if (!is_in_range(*time)) return refuse(call, field, "must be a time from the year 1 to 9999");
      *into = query::microseconds(*time);
    }
    if (page.from && page.to && *page.from > *page.to) {
      return refuse(call, "to", "must not be before from");
    }
    const auto direction = word(request.direction());
    if (!direction) {
      return refuse(call, "direction", "must be INBOUND, INTERNAL or OUTBOUND, or be left out");
    }
    page.direction = *direction;
    page.number = request.number();
    if (page.number.size() > kLongestNumber || page.number.find('\0') != std::string::npos) {
      return refuse(call, "number", "must have at most 80 characters, and not NUL");
    }
    const auto list = "calls " + (page.from ? std::to_string(*page.from) : "") + " " +
                      (page.to ? std::to_string(*page.to) : "") + " " + page.direction + " " +
                      page.number;
    if (!request.page_token().empty()) {
      auto key = query::decode_page_token(request.page_token(), list, 2);
      if (!key) {
        return refuse(call, "page_token",
                      "is not a next_page_token of an earlier answer to the same");
      }
      page.after = {std::move(key->front()), std::move(key->back())};
    }
    share(call,
          "calls.list " + std::to_string(page.size) + " " + request.page_token() + " " +
              mask.text() + " " + list,
          [this, page = std::move(page), list, mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::ListCallLogsResponse>(
                [&](auto& message) -> pg::Result<serve::Answer> {
                  std::optional<CallLogStore::Position> next;
                  auto listed = store_.list(session, page, message, next);
                  if (!listed) return listed.error();
                  if (next) {
                    message.set_next_page_token(query::encode({list, {next->date, next->id}}));
                  }
                  if (!mask.all()) {
                    for (auto& each : *message.mutable_call_logs()) mask.apply(each);
                  }
                  return serve::Answer{{}, query::write(message)};
                });
          });
  }

  void get_call_log(UnaryCall& call) const {
    v1::GetCallLogRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    const std::string_view name = request.name();
    const auto id = name.starts_with(kCollection)
                        ? query::parse_resource_number(name.substr(kCollection.size()))
                        : std::nullopt;
    if (!id) return refuse(call, "name", "must have the form callLogs/{id}");
    share(call, "calls.get " + std::to_string(*id) + " " + mask.text(),
          [this, id = *id, said = request.name().substr(0, kNamed),
           mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::CallLog>([&](auto& message) -> pg::Result<serve::Answer> {
              auto found = store_.get(session, id, message);
              if (!found) return found.error();
              if (!*found) return serve::Answer{Status(StatusCode::NOT_FOUND, "no call " + said)};
              mask.apply(message);
              return serve::Answer{{}, query::write(message)};
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
  const CallLogStore& store_;
  const query::Settings settings_;
};

}  // namespace

serve::Service make_call_service(pg::Pool& pool, const CallLogStore& store,
                                 const query::Settings& settings) {
  const auto service = std::make_shared<const CallService>(pool, store, settings);
  const auto method = [&](void (CallService::*member)(UnaryCall&) const) {
    return [service, member](UnaryCall& call) { ((*service).*member)(call); };
  };
  return {v1::CallService::service_full_name(),
          {{"ListCallLogs", method(&CallService::list_call_logs)},
           {"GetCallLog", method(&CallService::get_call_log)}}};
}

}  // namespace trunkline::calls
