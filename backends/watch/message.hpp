#pragma once

// The answers of a watch as bytes. Whatever the collection, they have the same fields under the
// same numbers: 1 version, 2 snapshot, 3 items, 4 removed; each item's message has been made by
// whoever read it. Pure.

#include <string>

#include <grpcpp/support/slice.h>

#include "backends/watch/state.hpp"

namespace trunkline::watch {

::grpc::Slice snapshot(const State& state);

/// What turns `from` into `to`.
::grpc::Slice change(const State& from, const State& to);

/// That the state is still, or again, the one with this version.
::grpc::Slice heartbeat(const std::string& version);

}  // namespace trunkline::watch
