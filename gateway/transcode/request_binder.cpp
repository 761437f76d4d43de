#include "gateway/transcode/request_binder.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/transcode/bound_values.hpp"
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
};

FieldPath resolve(const InputMessage& request, std::string_view text) {
  FieldPath path;
  const InputMessage* message = &request;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const InputField* field = message && message->well_known == WellKnown::kNone &&
                                      path.fields.size() < RequestBinder::kMaxFieldDepth
                                  ? message->find(text.substr(begin, end - begin))
                                  : nullptr;
    if (!field) return {{}, "is not a parameter of this method"};
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
void add_parameter(const InputMessage& request, std::string_view body, std::string_view name,
                   std::string_view value, BoundValues& values) {
  const auto plain_name = form_decoded(name);
  if (!plain_name || !valid_utf8(*plain_name))
    return values.refuse(std::string(name), "is not percent-encoded UTF-8");
  FieldPath path = resolve(request, *plain_name);
  if (path.fields.empty()) return values.refuse(*plain_name, path.complaint);
  if (body == "*" || path.fields.front()->name == body)
    return values.refuse(*plain_name, "belongs into the body of the request");
  const auto plain_value = form_decoded(value);
  if (!plain_value)
    return values.refuse(*plain_name, "the value has a '%' without two hexadecimal digits");
  BoundValue bound{std::move(path.fields), *plain_name, {}, false};
  std::string complaint;
  if (!encode_value(*bound.path.back(), *plain_value, bound.content, complaint))
    return values.refuse(*plain_name, std::move(complaint));
  values.add(std::move(bound));
}

void add_query(const InputMessage& request, std::string_view body, std::string_view query,
               BoundValues& values) {
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const auto pair = query.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (!pair.empty()) add_parameter(request, body, pair.substr(0, equals), value, values);
    begin = end + 1;
  }
}

}  // namespace

std::string RequestBinder::refused_path_field(std::string_view field_path) const {
  const FieldPath path = resolve(request_, field_path);
  if (path.fields.empty()) return path.complaint;
  return path.fields.back()->repeated ? "is repeated" : "";
}

grpc::Result<void> RequestBinder::bind(std::span<const PathValue> path_values,
                                       std::string_view query, std::string& message) const {
  if (path_values.empty() && query.empty()) return {};
  BoundValues values;
  for (const PathValue& value : path_values) {
    FieldPath path = resolve(request_, value.field_path);
    if (path.fields.empty()) {
      values.refuse(std::string(value.field_path), std::move(path.complaint));
      continue;
    }
    BoundValue bound{std::move(path.fields), std::string(value.field_path), {}, true};
    std::string complaint;
    if (encode_value(*bound.path.back(), value.value, bound.content, complaint))
      values.add(std::move(bound));
    else
      values.refuse(std::string(value.field_path), std::move(complaint));
  }
  add_query(request_, body_, query, values);
  return values.write(message);
}

}  // namespace trunkline::transcode
