#pragma once

// Turns a REST request into a gRPC message and a gRPC message into JSON, for one HTTP binding of
// one method, by tables made from descriptors: one pass, no message object, no JSON tree, output
// into one growing buffer. Immutable; any thread.

#include <span>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::transcode {

/// What the route's template caught: a field and its percent-decoded value.
struct PathValue {
  std::string_view field_path;
  std::string_view value;
};

class Transcoder {
 public:
  virtual ~Transcoder() = default;

  /// Appends the request message to `message`. `query` is percent-encoded, without '?'. An error
  /// is INVALID_ARGUMENT with one violation for each bad parameter or field, and `message` is
  /// then unspecified.
  virtual grpc::Result<void> request(std::span<const PathValue> path_values, std::string_view query,
                                     std::string_view body, std::string& message) const = 0;

  /// Appends the JSON of one response message (or of its response_body field) to `json`. An
  /// error is INTERNAL: the upstream sent what its descriptor does not allow.
  virtual grpc::Result<void> answer(std::string_view message, std::string& json) const = 0;

  /// Appends the JSON of one google.protobuf.Any out of an error's details, given as the bytes of
  /// the Any: google.rpc's own types, and those that the descriptors have. What nothing describes
  /// keeps its bytes: {"@type":"…","value":"base64"}. False, and nothing is appended: leave this
  /// detail out. It cannot be read, or tells what is no client's business (google.rpc.DebugInfo).
  virtual bool detail(std::string_view any, std::string& json) const = 0;
};

}  // namespace trunkline::transcode
