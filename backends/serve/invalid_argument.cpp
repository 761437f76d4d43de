#include "backends/serve/invalid_argument.hpp"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace trunkline::serve {

::grpc::Status invalid_argument(std::string_view field, std::string_view complaint) {
  const auto message = std::string(field).append(" ").append(complaint);
  google::rpc::BadRequest request;
  auto& violation = *request.add_field_violations();
  violation.set_field(std::string(field));
  violation.set_description(message);

  google::rpc::Status details;
  details.set_code(static_cast<int>(::grpc::StatusCode::INVALID_ARGUMENT));
  details.set_message(message);
  details.add_details()->PackFrom(request);
  return {::grpc::StatusCode::INVALID_ARGUMENT, message, details.SerializeAsString()};
}

}  // namespace trunkline::serve
