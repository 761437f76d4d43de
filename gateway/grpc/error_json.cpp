#include "gateway/grpc/error_json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline::grpc {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json bad_request_json(const std::vector<FieldViolation>& violations) {
  Json list = Json::array();
  for (const FieldViolation& violation : violations) {
    list.push_back({{"field", violation.field}, {"description", violation.description}});
  }
  return {{"@type", "type.googleapis.com/google.rpc.BadRequest"},
          {"fieldViolations", std::move(list)}};
}

}  // namespace

std::string error_json(const Error& error, int status, std::span<const std::string> details) {
  std::string body = R"({"error":{"code":)" + std::to_string(status) + R"(,"status":")";
  body.append(name(error.code)).append(R"(","message":)").append(json_text(error.message));
  body.append(R"(,"details":[)");
  std::string_view separator;
  if (!error.violations.empty()) {
    body.append(text_of(bad_request_json(error.violations)));
    separator = ",";
  }
  for (const std::string& detail : details) {
    body.append(separator).append(detail);
    separator = ",";
  }
  return body.append("]}}");
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

std::string json_text(std::string_view text) {
  return text_of(text);
}

}  // namespace trunkline::grpc
