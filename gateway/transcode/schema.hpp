#pragma once

// The services that stand behind the gateway, as their descriptors tell: methods, HTTP bindings,
// and for each binding a Transcoder compiled to tables. Built at start or when an upstream comes
// back with other descriptors; immutable from then on and shared by all workers.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/csv_table.hpp"
#include "gateway/transcode/file_pool.hpp"
#include "gateway/transcode/transcoder.hpp"
#include "gateway/transcode/watch_rule.hpp"

namespace trunkline::transcode {

/// One pattern of a google.api.http rule, or one of its additional_bindings.
struct HttpBinding {
  std::string verb;           ///< "GET"
  std::string path_template;  ///< "/v1/{name=agents/*}"
  std::shared_ptr<const Transcoder> transcoder;
  std::shared_ptr<const CsvTable> csv;  ///< null unless the answer is a list
};

struct Method {
  std::string full_name;  ///< "trunkline.agents.v1.AgentService.GetAgent"
  std::string path;       ///< "/trunkline.agents.v1.AgentService/GetAgent"
  bool client_streaming = false;
  bool server_streaming = false;
  bool no_side_effects = false;                  ///< idempotency_level = NO_SIDE_EFFECTS
  std::optional<WatchFields> watch;              ///< (trunkline.api.v1.watch)
  std::shared_ptr<const Transcoder> transcoder;  ///< whole messages, for JSON at the path itself
  std::vector<HttpBinding> bindings;

  /// "trunkline.agents.v1.AgentService"
  std::string_view service() const { return std::string_view(path).substr(1, path.rfind('/') - 1); }
};

struct SchemaOptions {
  /// Skip query parameters and fields of JSON bodies that the request does not have, where they
  /// are else refused by name.
  bool ignore_unknown = false;
};

class Schema {
 public:
  /// `descriptor_set`: a serialized google.protobuf.FileDescriptorSet with all imports, in any
  /// order. What is wrong takes down no more than itself: a file with those that import it, one
  /// binding of a method. So does what is more than anybody needs: of files, methods, bindings,
  /// complaints. An error only if nothing remains.
  static grpc::Result<Schema> build(std::string_view descriptor_set,
                                    const SchemaOptions& options = {});

  const std::vector<Method>& methods() const noexcept { return methods_; }

  /// The descriptors themselves, with their comments if the set has them.
  const FilePool& files() const noexcept { return files_; }

  /// What was left out and why: each names the file, method or field that is at fault.
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }

 private:
  FilePool files_;
  std::vector<Method> methods_;
  std::vector<std::string> complaints_;
};

}  // namespace trunkline::transcode
