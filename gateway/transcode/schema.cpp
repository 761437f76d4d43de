#include "gateway/transcode/schema.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gateway/transcode/binding_transcoder.hpp"
#include "gateway/transcode/file_pool.hpp"
#include "gateway/transcode/http_rule.hpp"
#include "gateway/transcode/json_options.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

grpc::Error refusal(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kUpstream};
}

// What one upstream may have. All of it is compiled by one thread, and then made a catalog of by
// each worker, between two requests.
constexpr std::size_t kMostMethods = 10'000;
constexpr std::size_t kMostBindings = 20'000;
constexpr std::size_t kMostBindingsOfMethod = 100;
constexpr std::size_t kMostComplaints = 1'000;

/// Compiles methods; tables are shared by all methods with the same options. A binding that is
/// wrong is left out with a complaint.
class Compiler {
 public:
  Compiler(const std::vector<const pb::FileDescriptor*>& files,
           std::vector<std::string>& complaints, const SchemaOptions& options)
      : files_(files),
        complaints_(complaints),
        options_(options),
        input_(std::make_shared<InputTables>()) {
    for_each_message([this](const pb::Descriptor& message) { input_->add(message); });
  }

  grpc::Result<Method> method(const pb::MethodDescriptor& method) {
    Method result;
    result.full_name = method.full_name();
    result.path = "/" + method.service()->full_name() + "/" + method.name();
    result.client_streaming = method.client_streaming();
    result.server_streaming = method.server_streaming();
    result.no_side_effects =
        method.options().idempotency_level() == pb::MethodOptions::NO_SIDE_EFFECTS;
    const auto watch = watch_fields(method);
    if (watch) {
      result.watch = *watch;
    } else {
      complaints_.push_back(watch.error().message);
    }
    auto whole = transcoder(method, {"POST", result.path, "*", ""});
    if (!whole) return whole.error();
    result.transcoder = std::move(*whole);
    auto rules = http_rules(method);
    if (!rules) {
      complaints_.push_back(rules.error().message);
      return result;
    }
    keep_allowed(method, *rules);
    const bool streams = result.client_streaming || result.server_streaming;
    // By names of the proto a table would need columns of its own; nobody has asked for it.
    const auto csv =
        streams || json_options(method).proto_names ? nullptr : csv_table(*method.output_type());
    for (const HttpRule& rule : *rules) {
      auto made = transcoder(method, rule);
      if (made) {
        result.bindings.push_back({rule.verb, rule.path_template, std::move(*made),
                                   rule.response_body.empty() ? csv : nullptr});
      } else {
        complaints_.push_back(made.error().message);
      }
    }
    return result;
  }

 private:
  void keep_allowed(const pb::MethodDescriptor& method, std::vector<HttpRule>& rules) {
    const std::size_t allowed = std::min(kMostBindingsOfMethod, kMostBindings - bindings_);
    if (rules.size() > allowed) {
      if (bindings_ < kMostBindings) {
        complaints_.push_back(method.full_name() + ": of its " + std::to_string(rules.size()) +
                              " bindings the first " + std::to_string(allowed) +
                              " are taken; a method may have " +
                              std::to_string(kMostBindingsOfMethod) + ", and all together " +
                              std::to_string(kMostBindings));
      }
      rules.resize(allowed);
    }
    bindings_ += rules.size();
  }

  grpc::Result<std::shared_ptr<const Transcoder>> transcoder(const pb::MethodDescriptor& method,
                                                             const HttpRule& rule) {
    const auto refused = [&](const std::string& what) {
      return refusal(method.full_name() + " (" + rule.verb + " " + rule.path_template +
                     "): " + what);
    };
    const auto& request = *method.input_type();
    const auto& response = *method.output_type();
    if (!rule.body.empty() && rule.body != "*" && !request.FindFieldByName(rule.body))
      return refused("body: " + request.full_name() + " has no field \"" + rule.body + "\"");
    RequestBinder binder(input_->add(request), *input_,
                         {rule.body, rule.verb == "PATCH", options_.ignore_unknown});
    for (const std::string& field : template_fields(rule.path_template)) {
      const std::string complaint = binder.refused_path_field(field);
      if (!complaint.empty())
        return refused("the path's field \"" + field + "\" of " + request.full_name() + " " +
                       complaint);
    }

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
                                                     std::move(binder), table, response_body);
  }

  std::shared_ptr<MessageTables> tables(const JsonOptions& options) {
    auto& made =
        output_[{options.always_print_fields, options.proto_names, options.enums_as_numbers}];
    if (made) return made;
    made = std::make_shared<MessageTables>(options);
    for_each_message([&](const pb::Descriptor& message) { made->add(message); });
    return made;
  }

  /// Every message of the set, since an Any may hold each of them.
  template <class Do>
  void for_each_message(const Do& visit) const {
    for (const auto* file : files_) {
      for (int i = 0; i < file->message_type_count(); ++i)
        visit_nested(*file->message_type(i), visit);
    }
  }

  template <class Do>
  static void visit_nested(const pb::Descriptor& message, const Do& visit) {
    visit(message);
    for (int i = 0; i < message.nested_type_count(); ++i)
      visit_nested(*message.nested_type(i), visit);
  }

  const std::vector<const pb::FileDescriptor*>& files_;
  std::vector<std::string>& complaints_;
  const SchemaOptions options_;
  std::size_t bindings_ = 0;  // that were tried
  std::shared_ptr<InputTables> input_;
  std::map<std::tuple<bool, bool, bool>, std::shared_ptr<MessageTables>> output_;
};

}  // namespace

grpc::Result<Schema> Schema::build(std::string_view descriptor_set, const SchemaOptions& options) {
  const auto files = build_file_pool(descriptor_set);
  if (!files) return files.error();
  Schema schema;
  schema.files_ = *files;
  schema.complaints_ = files->complaints;
  Compiler compiler(files->files, schema.complaints_, options);
  std::size_t methods = 0;
  for (const auto* file : files->files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        if (++methods > kMostMethods) continue;
        auto method = compiler.method(*file->service(s)->method(m));
        if (method) {
          schema.methods_.push_back(std::move(*method));
        } else {
          schema.complaints_.push_back(method.error().message);
        }
      }
    }
  }
  auto& complaints = schema.complaints_;
  if (complaints.size() > kMostComplaints) {
    const std::size_t more = complaints.size() - kMostComplaints;
    complaints.resize(kMostComplaints);
    complaints.push_back("descriptors: " + std::to_string(more) + " more are not listed");
  }
  if (methods > kMostMethods) {
    complaints.push_back("descriptors: of " + std::to_string(methods) + " methods the first " +
                         std::to_string(kMostMethods) + " are taken");
  }
  return schema;
}

}  // namespace trunkline::transcode
