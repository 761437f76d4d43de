#pragma once

// What a request is called: in our log, in the client's answer and at the backend.

#include <cstdint>
#include <random>
#include <string_view>

#include <boost/static_string/static_string.hpp>

#include "gateway/observe/trace_context.hpp"

namespace trunkline::observe {

/// Of a client's own: 1 to 128 of [A-Za-z0-9._-], which is safe in any log, header or shell.
using RequestId = boost::static_string<128>;

struct Identity {
  RequestId request_id;
  TraceContext trace;      ///< the client's, or a new one
  bool continues = false;  ///< the client's: its tracestate may be passed on

  std::string_view id() const noexcept { return {request_id.data(), request_id.size()}; }
};

/// Names requests, for one worker. The numbers are random enough to be unique; they keep no
/// secret, and nothing may be allowed to whoever knows one.
class IdSource {
 public:
  /// Seeded from the operating system.
  IdSource();

  /// Keeps what the client has given, as far as it is valid, and makes the rest. Empty is none.
  Identity identify(std::string_view given_id, std::string_view traceparent);

  /// The same trace, in which we are the caller: what a call upstream sends on.
  TraceContext child_of(const TraceContext& context);

 private:
  std::mt19937_64 random_;
};

}  // namespace trunkline::observe
