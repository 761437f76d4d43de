#pragma once

// Private to exchange: what only the log wants to know.

#include <string>
#include <string_view>

#include "gateway/exchange/answerer.hpp"
#include "gateway/exchange/desk.hpp"

namespace trunkline::exchange {

/// Which backend has the call.
inline void note_endpoint(const Desk& desk, Answerer& answerer, http::StreamId stream,
                          std::string_view endpoint) {
  if (!desk.recorder.logs()) return;
  if (auto* const record = answerer.record(stream)) record->set_endpoint(endpoint);
}

inline void note_endpoint(const Desk& desk, Upstream& upstream, Answerer& answerer,
                          http::StreamId stream, CallId call) {
  const std::string_view endpoint = upstream.endpoint(call);
  if (!endpoint.empty()) note_endpoint(desk, answerer, stream, endpoint);
}

inline void note_status(Answerer& answerer, http::StreamId stream, grpc::Code code) {
  if (auto* record = answerer.record(stream)) record->set_grpc_status(static_cast<int>(code));
}

/// Why the request came to no good.
inline void note_reason(Answerer& answerer, http::StreamId stream, const std::string& reason) {
  if (auto* record = answerer.record(stream)) record->set_reason(reason);
}

}  // namespace trunkline::exchange
