#pragma once

// Serves the methods as calls of their own: grpc++'s callback methods with raw bytes.

#include <grpcpp/impl/service_type.h>

#include "backends/serve/calls_in_flight.hpp"
#include "backends/serve/streams.hpp"
#include "backends/serve/unary_methods.hpp"

namespace trunkline::serve {

class DirectService final : public ::grpc::Service {
 public:
  /// All outlive it.
  DirectService(const UnaryMethods& methods, CallsInFlight& calls, Streams& streams);
};

}  // namespace trunkline::serve
