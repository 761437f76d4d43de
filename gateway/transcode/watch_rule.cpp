#include "gateway/transcode/watch_rule.hpp"

#include <string>

#include "trunkline/api/v1/watch.pb.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

/// What a field has to be.
struct Shape {
  pb::FieldDescriptor::Type type;
  bool repeated;
  const char* described;
};

constexpr Shape kText{pb::FieldDescriptor::TYPE_STRING, false, "a string"};
constexpr Shape kFlag{pb::FieldDescriptor::TYPE_BOOL, false, "a bool"};
constexpr Shape kItems{pb::FieldDescriptor::TYPE_MESSAGE, true, "repeated messages"};
constexpr Shape kNames{pb::FieldDescriptor::TYPE_STRING, true, "repeated strings"};

/// Null if there is none of that name and shape; `wrong` then says so.
const pb::FieldDescriptor* find(const pb::Descriptor& message, const std::string& name,
                                const Shape& shape, std::string& wrong) {
  const auto* field = message.FindFieldByName(name);
  const bool fits = field != nullptr && field->type() == shape.type &&
                    field->is_repeated() == shape.repeated && !field->is_map();
  if (fits) return field;
  if (wrong.empty()) {
    wrong = message.full_name() + " has no field \"" + name + "\" that is " + shape.described;
  }
  return nullptr;
}

}  // namespace

grpc::Result<std::optional<WatchFields>> watch_fields(const pb::MethodDescriptor& method) {
  if (!method.options().HasExtension(api::v1::watch)) return std::optional<WatchFields>();
  const auto& option = method.options().GetExtension(api::v1::watch);
  std::string wrong;
  if (!method.server_streaming() || method.client_streaming()) {
    wrong = "the method has to stream its answers, and them alone";
  }
  const auto& answer = *method.output_type();
  const auto* resume = find(*method.input_type(), option.resume_field(), kText, wrong);
  const auto* version = find(answer, option.version_field(), kText, wrong);
  const auto* snapshot = find(answer, option.snapshot_field(), kFlag, wrong);
  const auto* items = find(answer, option.items_field(), kItems, wrong);
  const auto* removed = find(answer, option.removed_field(), kNames, wrong);
  const auto* name =
      items != nullptr ? find(*items->message_type(), "name", kText, wrong) : nullptr;
  if (!wrong.empty()) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       method.full_name() + ": its option trunkline.api.v1.watch: " + wrong,
                       grpc::Source::kUpstream};
  }
  const auto number = [](const pb::FieldDescriptor* field) {
    return static_cast<std::uint32_t>(field->number());
  };
  return std::optional(WatchFields{number(resume), number(version), number(snapshot), number(items),
                                   number(removed), number(name)});
}

}  // namespace trunkline::transcode
