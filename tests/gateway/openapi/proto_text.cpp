#include "tests/gateway/openapi/proto_text.hpp"

#include <set>
#include <stdexcept>

#include "trunkline/api/v1/json.pb.h"
#include <google/api/annotations.pb.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;

class Complaints : public pb::io::ErrorCollector {
 public:
  void AddError(int line, pb::io::ColumnNumber, const std::string& what) override {
    throw std::invalid_argument("line " + std::to_string(line + 1) + ": " + what);
  }
};

void parse(const std::string& text, pb::FileDescriptorProto& file) {
  Complaints complaints;
  pb::io::ArrayInputStream bytes(text.data(), static_cast<int>(text.size()));
  pb::io::Tokenizer tokens(&bytes, &complaints);
  pb::compiler::Parser parser;
  parser.RecordErrorsTo(&complaints);
  if (!parser.Parse(&tokens, &file)) throw std::invalid_argument("no .proto file: " + text);
}

void add_with_imports(const pb::FileDescriptor& file, std::set<std::string>& seen,
                      pb::FileDescriptorSet& set) {
  if (!seen.insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i)
    add_with_imports(*file.dependency(i), seen, set);
  file.CopyTo(set.add_file());
}

constexpr char kFieldBehavior[] = R"(
syntax = "proto3";
package google.api;
import "google/protobuf/descriptor.proto";
enum FieldBehavior {
  FIELD_BEHAVIOR_UNSPECIFIED = 0;
  OPTIONAL = 1;
  REQUIRED = 2;
  OUTPUT_ONLY = 3;
  INPUT_ONLY = 4;
}
extend google.protobuf.FieldOptions { repeated FieldBehavior field_behavior = 1052; }
)";

}  // namespace

transcode::Schema schema_of(std::string_view proto, std::string_view package) {
  pb::FileDescriptorSet set;
  std::set<std::string> seen;
  std::string imports = "import \"google/api/field_behavior.proto\";\n";
  for (const auto* file :
       {google::api::HttpRule::descriptor()->file(),
        pb::DescriptorPool::generated_pool()->FindFileByName("google/api/annotations.proto"),
        api::v1::JsonOptions::descriptor()->file(), pb::Any::descriptor()->file(),
        pb::Duration::descriptor()->file(), pb::Empty::descriptor()->file(),
        pb::FieldMask::descriptor()->file(), pb::Struct::descriptor()->file(),
        pb::Timestamp::descriptor()->file(), pb::StringValue::descriptor()->file()}) {
    add_with_imports(*file, seen, set);
    imports += "import \"" + file->name() + "\";\n";
  }
  auto& behavior = *set.add_file();
  parse(kFieldBehavior, behavior);
  behavior.set_name("google/api/field_behavior.proto");
  auto& file = *set.add_file();
  parse("syntax = \"proto3\";\npackage " + std::string(package) + ";\n" + imports +
            std::string(proto),
        file);
  file.set_name(std::string(package) + ".proto");
  auto built = transcode::Schema::build(set.SerializeAsString());
  if (!built) throw std::invalid_argument(built.error().message);
  return std::move(*built);
}

}  // namespace trunkline::openapi
