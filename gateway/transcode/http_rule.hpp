#pragma once

// Reads the option google.api.http of a method.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"

namespace google::protobuf {
class MethodDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

/// One pattern: the rule's own, or that of one of its additional_bindings.
struct HttpRule {
  std::string verb;
  std::string path_template;
  std::string body;
  std::string response_body;
};

/// None if the method has no such option. The error names the method.
grpc::Result<std::vector<HttpRule>> http_rules(const google::protobuf::MethodDescriptor& method);

/// The field paths of a template's variables; whether the template is right is for others to say.
std::vector<std::string> template_fields(std::string_view path_template);

}  // namespace trunkline::transcode
