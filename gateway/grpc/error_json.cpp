#include "gateway/grpc/error_json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline::grpc {

std::string error_json(const Error& error, int status) {
  using Json = nlohmann::ordered_json;
  Json details = Json::array();
  if (!error.violations.empty()) {
    Json violations = Json::array();
    for (const FieldViolation& violation : error.violations) {
      violations.push_back({{"field", violation.field}, {"description", violation.description}});
    }
    details.push_back({{"@type", "type.googleapis.com/google.rpc.BadRequest"},
                       {"fieldViolations", std::move(violations)}});
  }
  const Json body{{"error",
                   {{"code", status},
                    {"status", name(error.code)},
                    {"message", error.message},
                    {"details", std::move(details)}}}};
  // A message may quote what a client sent: bytes that are not UTF-8 become U+FFFD.
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string refusal_json(int status, std::string message) {
  Code code = Code::kInvalidArgument;
  switch (status) {
    case 404: code = Code::kNotFound; break;
    case 405:
    case 501:
    case 505: code = Code::kUnimplemented; break;
    case 503: code = Code::kUnavailable; break;
    default: break;
  }
  return error_json({code, std::move(message), Source::kClient}, status);
}

}  // namespace trunkline::grpc
