#pragma once

namespace trunkline::serve {

/// Sends gRPC's own messages, which otherwise go to stderr in a form of their own, to our log: its
/// errors as debug lines, since each that matters comes back as a status we report ourselves.
void use_our_log_for_grpc();

}  // namespace trunkline::serve
