#include "gateway/transcode/http_rule.hpp"

#include <algorithm>

#include "google/api/annotations.pb.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::transcode {
namespace {

/// Nothing in `verb` if the rule has no pattern.
HttpRule read(const google::api::HttpRule& rule) {
  HttpRule result{"", "", rule.body(), rule.response_body()};
  const auto pattern = [&](const char* verb, const std::string& path) {
    result.verb = verb;
    result.path_template = path;
  };
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet: pattern("GET", rule.get()); break;
    case google::api::HttpRule::kPut: pattern("PUT", rule.put()); break;
    case google::api::HttpRule::kPost: pattern("POST", rule.post()); break;
    case google::api::HttpRule::kDelete: pattern("DELETE", rule.delete_()); break;
    case google::api::HttpRule::kPatch: pattern("PATCH", rule.patch()); break;
    case google::api::HttpRule::kCustom:
      pattern(rule.custom().kind().c_str(), rule.custom().path());
      break;
    case google::api::HttpRule::PATTERN_NOT_SET: break;
  }
  return result;
}

}  // namespace

grpc::Result<std::vector<HttpRule>> http_rules(const google::protobuf::MethodDescriptor& method) {
  const auto refusal = [&](const char* what) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       method.full_name() + ": its google.api.http rule " + what,
                       grpc::Source::kUpstream};
  };
  std::vector<HttpRule> rules;
  if (!method.options().HasExtension(google::api::http)) return rules;
  const auto& rule = method.options().GetExtension(google::api::http);
  rules.push_back(read(rule));
  for (const auto& more : rule.additional_bindings()) {
    if (more.additional_bindings_size() > 0) return refusal("nests additional_bindings");
    rules.push_back(read(more));
  }
  for (const HttpRule& one : rules) {
    if (one.verb.empty()) return refusal("has a binding without a pattern");
  }
  return rules;
}

std::vector<std::string> template_fields(std::string_view path_template) {
  std::vector<std::string> fields;
  for (auto open = path_template.find('{'); open != std::string_view::npos;
       open = path_template.find('{', open + 1)) {
    const auto end = std::min(path_template.find_first_of("=}", open), path_template.size());
    fields.emplace_back(path_template.substr(open + 1, end - open - 1));
  }
  return fields;
}

}  // namespace trunkline::transcode
