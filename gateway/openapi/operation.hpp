#pragma once

// One way to call a method, as an operation of OpenAPI. Private to the room.

#include <string>

#include "gateway/openapi/json.hpp"
#include "gateway/openapi/path.hpp"
#include "gateway/openapi/schemas.hpp"
#include "gateway/transcode/http_rule.hpp"

namespace google::protobuf {
class MethodDescriptor;
}  // namespace google::protobuf

namespace trunkline::openapi {

/// A method and the rule by which it is reached.
struct Way {
  const google::protobuf::MethodDescriptor& method;
  const transcode::HttpRule& rule;
  const Path& path;
};

Json operation(const Way& way, const std::string& operation_id, Schemas& schemas);

}  // namespace trunkline::openapi
