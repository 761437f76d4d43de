#pragma once

// Makes a request message out of path values, query parameters and a JSON body. The bytes are
// canonical: fields in ascending order, defaults left out, maps sorted, whatever the order in which
// the client says it; so equal requests have equal bytes. Made for one binding at start; immutable.
// Private to the room.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/bound_values.hpp"
#include "gateway/transcode/input_table.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::transcode {

class RequestBinder {
 public:
  static constexpr std::size_t kMaxFieldDepth = 32;

  struct Rule {
    std::string body;             ///< "*", the name of a field, or empty
    bool patch = false;           ///< the verb is PATCH: an update_mask may follow from the body
    bool ignore_unknown = false;  ///< skip parameters and fields that the message does not have
  };

  /// `request` and `tables` outlive the binder. The body's field must exist.
  RequestBinder(const InputMessage& request, const InputTables& tables, Rule rule);

  /// For start-up: nothing if a path variable may bind this field, else what is wrong with it.
  std::string refused_path_field(std::string_view field_path) const;

  grpc::Result<void> bind(std::span<const PathValue> path_values, std::string_view query,
                          std::string_view body, std::string& message) const;

 private:
  grpc::Result<void> read_body(std::string_view body, BoundValues& bound,
                               std::string& message) const;

  const InputMessage& request_;
  const InputTables& tables_;
  Rule rule_;
  const InputField* body_field_ = nullptr;  ///< if the body is one field
  const InputField* mask_ = nullptr;        ///< update_mask, if it may follow from the body
};

}  // namespace trunkline::transcode
