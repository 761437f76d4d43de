#pragma once

// Puts path values and query parameters into a request message. The bytes are canonical: fields
// in ascending order, defaults left out, whatever the order of the parameters; so equal requests
// have equal bytes. Made for one binding at start; immutable. Private to the room.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/input_table.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::transcode {

class RequestBinder {
 public:
  static constexpr std::size_t kMaxFieldDepth = 32;

  /// `body`: "*", the name of a field, or empty. `request` outlives the binder.
  RequestBinder(const InputMessage& request, std::string body)
      : request_(request), body_(std::move(body)) {}

  /// For start-up: nothing if a path variable may bind this field, else what is wrong with it.
  std::string refused_path_field(std::string_view field_path) const;

  grpc::Result<void> bind(std::span<const PathValue> path_values, std::string_view query,
                          std::string& message) const;

 private:
  const InputMessage& request_;
  std::string body_;
};

}  // namespace trunkline::transcode
