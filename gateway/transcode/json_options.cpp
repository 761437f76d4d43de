#include "gateway/transcode/json_options.hpp"

#include "trunkline/api/v1/json.pb.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::transcode {

JsonOptions json_options(const google::protobuf::MethodDescriptor& method) {
  const auto& option = method.options().GetExtension(api::v1::json);
  return {option.always_print_fields(), option.proto_names(), option.enums_as_numbers()};
}

}  // namespace trunkline::transcode
