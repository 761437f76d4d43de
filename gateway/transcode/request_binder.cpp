#include "gateway/transcode/request_binder.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/transcode/body_reader.hpp"
#include "gateway/transcode/json_source.hpp"
#include "gateway/transcode/utf8.hpp"
#include "gateway/transcode/value_encoder.hpp"

namespace trunkline::transcode {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// application/x-www-form-urlencoded; nothing if a '%' has no two digits behind it.
std::optional<std::string> form_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

struct FieldPath {
  std::vector<const InputField*> fields;
  std::string complaint;  ///< when the path leads nowhere
  bool unknown = false;   ///< since there is no such field
};

FieldPath resolve(const InputMessage& request, std::string_view text) {
  FieldPath path;
  const InputMessage* message = &request;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    // Of the request message itself a rule may name fields, even if its JSON would not.
    const bool named = path.fields.empty() || (message && message->well_known == WellKnown::kNone);
    const InputField* field = named && path.fields.size() < RequestBinder::kMaxFieldDepth
                                  ? message->find(text.substr(begin, end - begin))
                                  : nullptr;
    if (!field) return {{}, "is not a parameter of this method", true};
    path.fields.push_back(field);
    const bool inner = end < text.size();
    if (inner && (field->repeated || field->kind != Kind::kMessage))
      return {{}, "leads through " + field->name + ", which is not a single message"};
    message = field->message;
    begin = end + 1;
  }
  if (!is_leaf(*path.fields.back()))
    return {{}, "is a message or a map, and cannot be given as one text"};
  return path;
}

/// One "name=value" of a query.
void add_parameter(const InputMessage& request, const RequestBinder::Rule& rule,
                   std::string_view name, std::string_view value, BoundValues& values) {
  const auto plain_name = form_decoded(name);
  if (!plain_name || !valid_utf8(*plain_name))
    return values.refuse(std::string(name), "is not percent-encoded UTF-8");
  FieldPath path = resolve(request, *plain_name);
  if (path.fields.empty()) {
    if (!path.unknown || !rule.ignore_unknown) values.refuse(*plain_name, path.complaint);
    return;
  }
  if (rule.body == "*" || path.fields.front()->name == rule.body)
    return values.refuse(*plain_name, "belongs into the body of the request");
  const auto plain_value = form_decoded(value);
  if (!plain_value)
    return values.refuse(*plain_name, "the value has a '%' without two hexadecimal digits");
  BoundValue bound{std::move(path.fields), *plain_name, {}, {}, false};
  std::string complaint;
  if (!encode_value(*bound.path.back(), *plain_value, bound.content, complaint))
    return values.refuse(*plain_name, std::move(complaint));
  values.add(std::move(bound));
}

void add_query(const InputMessage& request, const RequestBinder::Rule& rule, std::string_view query,
               BoundValues& values) {
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const auto pair = query.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (!pair.empty()) add_parameter(request, rule, pair.substr(0, equals), value, values);
    begin = end + 1;
  }
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

grpc::Error not_json(const std::string& complaint) {
  return {grpc::Code::kInvalidArgument, "The body is not JSON: it " + complaint + ".",
          grpc::Source::kClient};
}

grpc::Error refusal(const grpc::FieldViolation& violation) {
  if (!violation.field.empty()) return grpc::invalid_field(violation.field, violation.description);
  return {grpc::Code::kInvalidArgument, "The body is " + violation.description + ".",
          grpc::Source::kClient};
}

}  // namespace

RequestBinder::RequestBinder(const InputMessage& request, const InputTables& tables, Rule rule)
    : request_(request), tables_(tables), rule_(std::move(rule)) {
  if (rule_.body.empty() || rule_.body == "*") return;
  body_field_ = request_.find(rule_.body);
  const bool message = body_field_->kind == Kind::kMessage && !body_field_->repeated &&
                       body_field_->message->well_known == WellKnown::kNone;
  if (!rule_.patch || !message) return;
  const InputField* const mask = request_.find("update_mask");
  if (mask && mask->kind == Kind::kMessage && !mask->repeated &&
      mask->message->well_known == WellKnown::kFieldMask)
    mask_ = mask;
}

std::string RequestBinder::refused_path_field(std::string_view field_path) const {
  const FieldPath path = resolve(request_, field_path);
  if (path.fields.empty()) return path.complaint;
  if (rule_.body == "*" && request_.well_known != WellKnown::kNone)
    return "is all in the body, which is no object of fields";
  return path.fields.back()->repeated ? "is repeated" : "";
}

grpc::Result<void> RequestBinder::bind(std::span<const PathValue> path_values,
                                       std::string_view query, std::string_view body,
                                       std::string& message) const {
  if (rule_.body.empty() && !is_blank(body)) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "This method takes no body: what it wants to know stands in the path and "
                       "the query.",
                       grpc::Source::kClient};
  }
  BoundValues bound;
  for (const PathValue& value : path_values) {
    FieldPath path = resolve(request_, value.field_path);
    if (path.fields.empty()) {
      bound.refuse(std::string(value.field_path), std::move(path.complaint));
      continue;
    }
    BoundValue one{std::move(path.fields), std::string(value.field_path), {}, value.value, true};
    std::string complaint;
    if (encode_value(*one.path.back(), value.value, one.content, complaint))
      bound.add(std::move(one));
    else
      bound.refuse(std::string(value.field_path), std::move(complaint));
  }
  add_query(request_, rule_, query, bound);
  bound.sort();
  return read_body(body, bound, message);
}

grpc::Result<void> RequestBinder::read_body(std::string_view body, BoundValues& bound,
                                            std::string& message) const {
  const bool blank = is_blank(body);
  if (blank && bound.empty() && !bound.refused()) return {};
  message.reserve(message.size() + body.size());  // JSON is mostly longer than its message
  CanonicalWire wire(message);
  BodyReader reader(tables_, {rule_.ignore_unknown, mask_ != nullptr}, bound, wire);
  if (blank)
    reader.nothing(request_);
  else if (!body_field_)
    reader.whole(request_);
  else
    reader.member(request_, *body_field_);
  if (!blank) {
    const JsonOutcome outcome = read_json(body, reader);
    if (outcome.kind == JsonOutcome::Kind::kMalformed)
      return bound.error_with(not_json(outcome.complaint));
    if (outcome.kind == JsonOutcome::Kind::kStopped)
      return bound.error_with(refusal(reader.violation()));
  }
  reader.finish(blank ? nullptr : mask_);
  if (bound.refused()) return bound.error();
  return {};
}

}  // namespace trunkline::transcode
