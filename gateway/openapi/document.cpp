#include "gateway/openapi/document.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gateway/openapi/comment.hpp"
#include "gateway/openapi/error_schema.hpp"
#include "gateway/openapi/operation.hpp"
#include "gateway/openapi/path.hpp"
#include "gateway/openapi/schemas.hpp"
#include "gateway/transcode/http_rule.hpp"

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;
using transcode::HttpRule;

constexpr std::array kMethods{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"};

/// The field of a path's item, or nothing if OpenAPI has none for that HTTP method.
std::string item_field(const std::string& verb) {
  if (std::find(kMethods.begin(), kMethods.end(), verb) == kMethods.end()) return {};
  std::string field = verb;
  for (char& c : field) c = static_cast<char>(c - 'A' + 'a');
  return field;
}

class Composer {
 public:
  Composer(std::span<const Offered> methods, const Limits& limits) : limits_(limits) {
    std::set<std::string> services;
    for (const Offered& one : methods) {
      const auto* method = descriptor(one);
      if (method && services.insert(method->service()->full_name()).second)
        ++services_called_[method->service()->name()];
    }
    for (const Offered& one : methods) {
      if (const auto* method = descriptor(one)) add(one, *method);
    }
  }

  Document document(const Info& info) {
    Json error = error_response(schemas_);
    schemas_.make(room());
    const std::size_t left_out = operations_left_out_ + schemas_.left_out();
    std::string description = info.description;
    if (left_out > 0) {
      description += (description.empty() ? "" : "\n\n") +
                     ("Not all is here: " + std::to_string(operations_left_out_)) +
                     " operations and " + std::to_string(schemas_.left_out()) +
                     " schemas are left out, since a document has at most " +
                     std::to_string(limits_.operations) + " operations and about " +
                     std::to_string(limits_.bytes) + " bytes.";
    }
    Json about = {{"title", info.title}, {"version", info.version}};
    if (!description.empty()) about["description"] = description;
    Json result = {{"openapi", "3.1.0"}, {"info", std::move(about)}};
    result["servers"] = Json::array({Json{{"url", "/"}}});
    result["tags"] = Json::array();
    for (auto& [name, tag] : tags_) result["tags"].push_back(std::move(tag));
    Json& paths = result["paths"] = Json::object();
    for (auto& [path, item] : paths_) add_new(paths, path, std::move(item));
    Json& components = result["components"];
    components["responses"]["Error"] = std::move(error);
    components["schemas"] = schemas_.components();
    return {text_of(result), left_out};
  }

 private:
  static const pb::MethodDescriptor* descriptor(const Offered& offered) {
    return offered.files->pool->FindMethodByName(offered.method->full_name);
  }

  void add(const Offered& offered, const pb::MethodDescriptor& method) {
    Json& tag = tag_of(*method.service());
    const auto rules = transcode::http_rules(method);
    std::map<std::pair<std::string_view, std::string_view>, const HttpRule*> by_pattern;
    if (rules) {
      for (const HttpRule& rule : *rules)
        by_pattern.try_emplace({rule.verb, rule.path_template}, &rule);
    }
    bool reached = false;
    for (const transcode::HttpBinding* binding : offered.bindings) {
      const auto rule = by_pattern.find({binding->verb, binding->path_template});
      if (rule == by_pattern.end()) continue;
      add(method, *rule->second);
      reached = true;
    }
    if (reached) return;
    if (!method.client_streaming() && !method.server_streaming())
      return add(method, {"POST", offered.method->path, "*", ""});
    Json by_grpc = {{"rpc", offered.method->path}};
    if (const std::string text = comment_of(method); !text.empty()) by_grpc["description"] = text;
    tag["x-grpc-only"].push_back(std::move(by_grpc));
  }

  void add(const pb::MethodDescriptor& method, const HttpRule& rule) {
    if (operations_ == limits_.operations || room() == 0) {
      ++operations_left_out_;
      return;
    }
    ++operations_;
    Path path = openapi_path(rule.path_template);
    const auto [like, first] = by_shape_.try_emplace(path.shape, path);
    if (!first) rename_parts(path, like->second);
    Json made = operation({method, rule, path}, free_id(method), schemas_);
    bytes_ += path.text.size() + text_of(made).size();
    bytes_ += schemas_.make(room());
    Json& item = item_of(path.text);
    const std::string field = item_field(rule.verb);
    if (!field.empty() && !item.contains(field)) {
      item[field] = std::move(made);
    } else {
      // Methods of one's own; and one segment beside any number of them, which look alike here.
      item["x-operations"].push_back({{"method", rule.verb}, {"template", rule.path_template}});
      item["x-operations"].back()["operation"] = std::move(made);
    }
  }

  std::size_t room() const { return limits_.bytes - std::min(bytes_, limits_.bytes); }

  Json& item_of(const std::string& path) {
    const auto [place, added] = places_.try_emplace(path, paths_.size());
    if (added) paths_.emplace_back(path, Json());
    return paths_[place->second].second;
  }

  Json& tag_of(const pb::ServiceDescriptor& service) {
    const auto [known, added] = tags_.try_emplace(service.full_name());
    if (added) {
      known->second = {{"name", service.full_name()}};
      if (const std::string text = comment_of(service); !text.empty())
        known->second["description"] = text;
    }
    return known->second;
  }

  /// "AgentService_GetAgent", with the package before it where two services have the name.
  std::string free_id(const pb::MethodDescriptor& method) {
    const auto& service = *method.service();
    std::string name = services_called_[service.name()] > 1 ? service.full_name() : service.name();
    std::replace(name.begin(), name.end(), '.', '_');
    name += "_" + method.name();
    std::string id = name;
    int& n = last_number_.try_emplace(name, 1).first->second;
    while (!ids_.insert(id).second) id = name + "_" + std::to_string(++n);
    return id;
  }

  const Limits limits_;
  std::size_t operations_ = 0;
  std::size_t operations_left_out_ = 0;
  std::size_t bytes_ = 0;  // of operations and schemas, as JSON
  Schemas schemas_;
  std::map<std::string, Json> tags_;
  std::vector<std::pair<std::string, Json>> paths_;  // in the order of the services
  std::map<std::string, std::size_t> places_;        // of paths in it
  std::map<std::string, int> services_called_;
  std::set<std::string> ids_;
  std::map<std::string, int> last_number_;  // behind an id, by the name before it
  std::map<std::string, Path> by_shape_;
};

}  // namespace

std::vector<Offered> all_of(const transcode::Schema& schema) {
  std::vector<Offered> all;
  for (const transcode::Method& method : schema.methods()) {
    Offered& one = all.emplace_back(Offered{&schema.files(), &method, {}});
    for (const transcode::HttpBinding& binding : method.bindings) one.bindings.push_back(&binding);
  }
  return all;
}

Document document(std::span<const Offered> methods, const Info& info, const Limits& limits) {
  return Composer(methods, limits).document(info);
}

}  // namespace trunkline::openapi
