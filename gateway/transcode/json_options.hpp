#pragma once

// How a method's answers are written, which it says with the option (trunkline.api.v1.json).

namespace google::protobuf {
class MethodDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

struct JsonOptions {
  bool always_print_fields = false;  ///< implicit fields as defaults, absent optional ones as null
  bool proto_names = false;          ///< "state_interface", not "stateInterface"
  bool enums_as_numbers = false;

  bool operator==(const JsonOptions&) const = default;
};

JsonOptions json_options(const google::protobuf::MethodDescriptor& method);

}  // namespace trunkline::transcode
