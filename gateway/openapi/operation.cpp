#include "gateway/openapi/operation.hpp"

#include <set>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gateway/openapi/comment.hpp"
#include "gateway/openapi/parameters.hpp"
#include "gateway/transcode/csv_table.hpp"

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;

constexpr char kJson[] = "application/json";
constexpr char kLines[] = "application/x-ndjson";
constexpr char kEvents[] = "text/event-stream";
constexpr char kTable[] = "text/csv";

/// What a field's own comment says belongs to the body or the answer as a whole.
std::string taken_description(Json& schema) {
  const std::string text = schema.value("description", "");
  schema.erase("description");
  return text;
}

/// A medium whose items are of the schema; OpenAPI 3.2 will call that itemSchema.
Json items_of(const Json& schema, const char* what) {
  return {{"schema", {{"type", "string"}, {"description", what}}}, {"x-itemSchema", schema}};
}

Json request_schema(const Way& way, Schemas& schemas) {
  const pb::Descriptor& request = *way.method.input_type();
  if (way.rule.body != "*") {
    const auto* field = request.FindFieldByName(way.rule.body);
    return field ? schemas.field(*field, {}) : Json::object();
  }
  std::set<std::string> in_path;
  for (const PathPart& part : way.path.parts) {
    if (!part.field_path.empty() && part.field_path.find('.') == std::string::npos)
      in_path.insert(part.field_path);
  }
  if (in_path.empty()) return schemas.message(request, {});
  return schemas.message_without(request, in_path, {});
}

Json request_body(const Way& way, Schemas& schemas) {
  Json schema = request_schema(way, schemas);
  Json body = Json::object();
  if (const std::string text = taken_description(schema); !text.empty()) body["description"] = text;
  Json& content = body["content"];
  if (way.method.client_streaming())
    content[kLines] = items_of(schema, "One message a line.");
  else
    content[kJson]["schema"] = std::move(schema);
  body["required"] = true;
  return body;
}

Json answer(const Way& way, Schemas& schemas) {
  const auto options = transcode::json_options(way.method);
  const pb::Descriptor& response = *way.method.output_type();
  const auto* field = response.FindFieldByName(way.rule.response_body);
  Json schema = field ? schemas.field(*field, options) : schemas.message(response, options);
  std::string text = taken_description(schema);
  if (text.empty() && !field) text = comment_of(response);
  Json result = {{"description", text.empty() ? "The answer." : text}};
  Json& content = result["content"];
  if (!way.method.server_streaming()) {
    content[kJson]["schema"] = std::move(schema);
    const bool table = !field && !options.proto_names && transcode::csv_table(response);
    if (table) {
      content[kTable]["schema"] = {
          {"type", "string"},
          {"description",
           "A row for each item, after one with the columns' names (RFC 4180). A "
           "next page is in the field `Link`."}};
    }
    return result;
  }
  content[kJson]["schema"] = {{"type", "array"}};
  content[kJson]["schema"]["items"] = schema;
  content[kLines] = items_of(
      schema, "One message a line. A stream that fails ends with a line that holds the error.");
  content[kEvents] = items_of(
      schema, "One message an event. A stream that fails ends with an event named `error`.");
  return result;
}

const char* streams(const pb::MethodDescriptor& method) {
  if (method.client_streaming()) return method.server_streaming() ? "both" : "client";
  return method.server_streaming() ? "server" : nullptr;
}

}  // namespace

Json operation(const Way& way, const std::string& operation_id, Schemas& schemas) {
  const pb::MethodDescriptor& method = way.method;
  Json result = {{"tags", Json::array({method.service()->full_name()})}};
  const std::string comment = comment_of(method);
  const std::string summary = first_sentence(comment);
  if (!summary.empty()) result["summary"] = summary;
  if (comment.size() > summary.size() + 1) result["description"] = comment;
  result["operationId"] = operation_id;
  if (method.options().deprecated() || method.service()->options().deprecated())
    result["deprecated"] = true;
  if (Json list = parameters(way, schemas); !list.empty()) result["parameters"] = std::move(list);
  if (!way.rule.body.empty()) result["requestBody"] = request_body(way, schemas);
  result["responses"] = {{"200", answer(way, schemas)},
                         {"default", {{"$ref", "#/components/responses/Error"}}}};
  result["x-rpc"] = "/" + method.service()->full_name() + "/" + method.name();
  if (const char* which = streams(method)) result["x-streams"] = which;
  return result;
}

}  // namespace trunkline::openapi
