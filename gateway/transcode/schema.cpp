#include "gateway/transcode/schema.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "trunkline/api/v1/json.pb.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gateway/transcode/binding_transcoder.hpp"
#include "gateway/transcode/file_pool.hpp"
#include "gateway/transcode/http_rule.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

JsonOptions json_options(const pb::MethodDescriptor& method) {
  const auto& option = method.options().GetExtension(api::v1::json);
  return {option.always_print_fields(), option.proto_names(), option.enums_as_numbers()};
}

grpc::Error refusal(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kUpstream};
}

/// Compiles methods; tables are shared by all methods with the same options.
class Compiler {
 public:
  explicit Compiler(const std::vector<const pb::FileDescriptor*>& files)
      : files_(files), input_(std::make_shared<InputTables>()) {}

  grpc::Result<Method> method(const pb::MethodDescriptor& method) {
    Method result;
    result.full_name = method.full_name();
    result.path = "/" + method.service()->full_name() + "/" + method.name();
    result.client_streaming = method.client_streaming();
    result.server_streaming = method.server_streaming();
    result.no_side_effects =
        method.options().idempotency_level() == pb::MethodOptions::NO_SIDE_EFFECTS;
    const auto rules = http_rules(method);
    if (!rules) return rules.error();
    for (const HttpRule& rule : *rules) {
      auto made = transcoder(method, rule);
      if (!made) return made.error();
      result.bindings.push_back({rule.verb, rule.path_template, std::move(*made)});
    }
    return result;
  }

 private:
  grpc::Result<std::shared_ptr<const Transcoder>> transcoder(const pb::MethodDescriptor& method,
                                                             const HttpRule& rule) {
    const auto refused = [&](const std::string& what) {
      return refusal(method.full_name() + " (" + rule.verb + " " + rule.path_template +
                     "): " + what);
    };
    const auto& request = *method.input_type();
    const auto& response = *method.output_type();
    RequestBinder binder(input_->add(request), rule.body);
    for (const std::string& field : template_fields(rule.path_template)) {
      const std::string complaint = binder.refused_path_field(field);
      if (!complaint.empty())
        return refused("the path's field \"" + field + "\" of " + request.full_name() + " " +
                       complaint);
    }
    if (!rule.body.empty() && rule.body != "*" && !request.FindFieldByName(rule.body))
      return refused("body: " + request.full_name() + " has no field \"" + rule.body + "\"");

    const auto output = tables(json_options(method));
    const MessageTable& table = output->add(response);
    const FieldEntry* response_body = nullptr;
    if (!rule.response_body.empty()) {
      const auto* field = response.FindFieldByName(rule.response_body);
      if (field) response_body = table.find(static_cast<std::uint32_t>(field->number()));
      if (!response_body)
        return refused("response_body: " + response.full_name() + " has no field \"" +
                       rule.response_body + "\"");
    }
    return std::make_shared<const BindingTranscoder>(BindingTranscoder::Tables{input_, output},
                                                     std::move(binder), rule.body, table,
                                                     response_body);
  }

  /// With every message of the set, since an Any may hold each of them.
  std::shared_ptr<MessageTables> tables(const JsonOptions& options) {
    auto& made =
        output_[{options.always_print_fields, options.proto_names, options.enums_as_numbers}];
    if (made) return made;
    made = std::make_shared<MessageTables>(options);
    for (const auto* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i)
        add_nested(*made, *file->message_type(i));
    }
    return made;
  }

  static void add_nested(MessageTables& tables, const pb::Descriptor& message) {
    tables.add(message);
    for (int i = 0; i < message.nested_type_count(); ++i)
      add_nested(tables, *message.nested_type(i));
  }

  const std::vector<const pb::FileDescriptor*>& files_;
  std::shared_ptr<InputTables> input_;
  std::map<std::tuple<bool, bool, bool>, std::shared_ptr<MessageTables>> output_;
};

}  // namespace

grpc::Result<Schema> Schema::build(std::string_view descriptor_set) {
  const auto files = build_file_pool(descriptor_set);
  if (!files) return files.error();
  Compiler compiler(files->files);
  Schema schema;
  for (const auto* file : files->files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        auto method = compiler.method(*file->service(s)->method(m));
        if (!method) return method.error();
        schema.methods_.push_back(std::move(*method));
      }
    }
  }
  return schema;
}

}  // namespace trunkline::transcode
