#include "gateway/exchange/metadata.hpp"

#include <string>
#include <utility>

namespace trunkline::exchange {
namespace {

constexpr std::string_view kRequestId = "x-request-id";
constexpr std::string_view kTraceParent = "traceparent";
constexpr std::string_view kTraceState = "tracestate";

std::string joined(const http::Headers& headers, std::string_view name) {
  std::string all;
  for (const auto [each, value] : headers) {
    if (each != name) continue;
    if (!all.empty()) all.push_back(',');
    all.append(value);
  }
  return all;
}

grpc::Error counted(const Desk& desk, const policy::Refused& refused) {
  desk.recorder.meters().refuse(refused.reason);
  return refused.error;
}

grpc::Result<http::Headers> named(const Desk& desk, Answerer& answerer, http::StreamId stream,
                                  const http::RequestHead& head,
                                  policy::Result<http::Headers> allowed) {
  if (!allowed) return counted(desk, allowed.error());
  name_call(desk, answerer, stream, head, *allowed);
  return *std::move(allowed);
}

}  // namespace

void name_call(const Desk& desk, Answerer& answerer, http::StreamId stream,
               const http::RequestHead& head, http::Headers& metadata) {
  observe::RequestRecord* const record = answerer.record(stream);
  if (record == nullptr) return;
  const observe::Identity& identity =
      record->identify(head.headers.only(kRequestId), head.headers.only(kTraceParent));
  metadata.set(kRequestId, identity.id());
  const auto parent = desk.recorder.ids().child_of(identity.trace).header();
  metadata.set(kTraceParent, {parent.data(), parent.size()});
  metadata.remove(kTraceState);
  if (!identity.continues) return;
  const std::string state = joined(head.headers, kTraceState);
  if (!state.empty() && observe::is_tracestate(state)) metadata.add(kTraceState, state);
}

grpc::Result<void> shared_read_metadata(const Desk& desk, Answerer& answerer,
                                        const http::RequestHead& head, http::Headers& metadata) {
  const auto made = desk.forwarding.for_shared_read(head, answerer.caller(), metadata);
  if (!made) return counted(desk, made.error());
  return {};
}

grpc::Result<http::Headers> rest_metadata(const Desk& desk, Answerer& answerer,
                                          http::StreamId stream, const http::RequestHead& head) {
  return named(desk, answerer, stream, head, desk.forwarding.for_rest(head, answerer.caller()));
}

grpc::Result<http::Headers> grpc_metadata(const Desk& desk, Answerer& answerer,
                                          http::StreamId stream, const http::RequestHead& head) {
  return named(desk, answerer, stream, head, desk.forwarding.for_grpc(head, answerer.caller()));
}

}  // namespace trunkline::exchange
