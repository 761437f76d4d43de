#include "gateway/openapi/parameters.hpp"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "gateway/openapi/comment.hpp"

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;

// Deeper and further fields may be given too; nobody would read a list of them, and a message may
// have more of them than there is memory.
constexpr std::size_t kDeepest = 4;
constexpr std::size_t kMost = 200;
constexpr std::size_t kMostLookedAt = 2'000;

const pb::FieldDescriptor* field_at(const pb::Descriptor& request, const std::string& path) {
  const pb::Descriptor* message = &request;
  const pb::FieldDescriptor* field = nullptr;
  for (std::size_t begin = 0; begin <= path.size() && message;) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    field = message->FindFieldByName(path.substr(begin, end - begin));
    if (!field) return nullptr;
    message = field->message_type();
    begin = end + 1;
  }
  return field;
}

/// The comment belongs to the parameter and not to its schema, where tools do not look for it.
Json parameter(const std::string& name, const char* place, Json schema) {
  Json result = {{"name", name}, {"in", place}};
  if (schema.contains("description")) {
    result["description"] = schema["description"];
    schema.erase("description");
  }
  if (schema.contains("deprecated")) {
    result["deprecated"] = true;
    schema.erase("deprecated");
  }
  result["schema"] = std::move(schema);
  return result;
}

Json path_parameter(const PathPart& part, const pb::Descriptor& request, Schemas& schemas) {
  const auto* field = part.field_path.empty() ? nullptr : field_at(request, part.field_path);
  Json schema = {{"type", "string"}};
  if (field && part.whole_field && !part.rest) schema = schemas.field(*field, {});
  if (!part.whole_field && !part.rest) schema["pattern"] = "^[^/]+$";
  if (field && (!part.whole_field || part.rest)) {
    std::string text = comment_of(*field);
    if (!part.whole_field) {
      text += (text.empty() ? "" : "\n\n") + ("`" + part.field_path) + "` is `" + part.field_shape +
              "`.";
    }
    if (!text.empty()) schema["description"] = text;
  }
  Json result = parameter(part.name, "path", std::move(schema));
  result["required"] = true;
  if (part.rest) result["x-multi-segment"] = true;  // its slashes stay as they are
  return result;
}

/// Walks through the request as deep as single messages go.
class Query {
 public:
  Query(const Way& way, Schemas& schemas, Json& list) : way_(way), schemas_(schemas), list_(list) {}

  /// `required`: all that holds the message is.
  void add(const pb::Descriptor& message, const std::string& names, const std::string& path,
           bool required) {
    if (std::find(open_.begin(), open_.end(), &message) != open_.end()) return;
    if (open_.size() == kDeepest) return;
    open_.push_back(&message);
    for (int i = 0; i < message.field_count(); ++i) {
      if (list_.size() >= kMost || ++looked_at_ > kMostLookedAt) break;
      const auto& field = *message.field(i);
      if (names.empty() && field.name() == way_.rule.body) continue;
      const bool text = is_text(field);
      if (!text && (!field.message_type() || field.is_repeated())) continue;
      const std::string name = names + field.json_name();
      const std::string field_path = path + field.name();
      const bool needed = required && (field.is_required() || behavior_of(field).required);
      if (text) {
        if (!in_path(field_path)) list_.push_back(query_parameter(field, name, needed));
      } else if (!field.message_type()->full_name().starts_with("google.protobuf.")) {
        add(*field.message_type(), name + ".", field_path + ".", needed);
      }
    }
    open_.pop_back();
  }

 private:
  bool in_path(const std::string& field_path) const {
    const auto& parts = way_.path.parts;
    return std::any_of(parts.begin(), parts.end(),
                       [&](const PathPart& part) { return part.field_path == field_path; });
  }

  Json query_parameter(const pb::FieldDescriptor& field, const std::string& name, bool required) {
    Json schema = schemas_.field(field, {});
    // There is no null in a query.
    if (schema.contains("type") && schema["type"].is_array()) {
      Json types = Json::array();
      for (const auto& type : schema["type"]) {
        if (type != "null") types.push_back(type);
      }
      schema["type"] = types.size() == 1 ? types[0] : types;
    }
    Json result = parameter(name, "query", std::move(schema));
    if (required) result["required"] = true;
    return result;
  }

  const Way& way_;
  Schemas& schemas_;
  Json& list_;
  std::size_t looked_at_ = 0;
  std::vector<const pb::Descriptor*> open_;
};

}  // namespace

Json parameters(const Way& way, Schemas& schemas) {
  const pb::Descriptor& request = *way.method.input_type();
  Json list = Json::array();
  for (const PathPart& part : way.path.parts)
    list.push_back(path_parameter(part, request, schemas));
  // With the whole request in the body nothing is left for the query. A stream's messages come in
  // its body.
  if (way.rule.body != "*") Query(way, schemas, list).add(request, "", "", true);
  return list;
}

}  // namespace trunkline::openapi
