#include "gateway/openapi/error_schema.hpp"

#include <utility>

namespace trunkline::openapi {

Json error_response(Schemas& schemas) {
  Json error = {{"type", "object"}};
  error["required"] = {"code", "status", "message"};
  Json& fields = error["properties"];
  fields["code"] = {{"type", "integer"}, {"description", "The HTTP status."}};
  fields["status"] = {{"type", "string"}, {"description", "The gRPC code, as in `NOT_FOUND`."}};
  fields["message"] = {{"type", "string"}, {"description", "What is wrong, for people."}};
  fields["details"] = {{"type", "array"}, {"description", "What is wrong, for programs."}};
  fields["details"]["items"] = schemas.any();
  Json body = {{"type", "object"}};
  body["required"] = Json::array({"error"});
  body["properties"]["error"] = std::move(error);
  Json response = {{"description", "The call failed."}};
  response["content"]["application/json"]["schema"] = std::move(body);
  return response;
}

}  // namespace trunkline::openapi
