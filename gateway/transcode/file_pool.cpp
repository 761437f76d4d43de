#include "gateway/transcode/file_pool.hpp"

#include <map>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

/// Keeps the first complaint; the others often follow from it.
class FirstError : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& what) override {
    if (text.empty()) text = file + ": " + element + ": " + what;
  }

  std::string text;
};

/// Builds each file after those it imports.
class Builder {
 public:
  explicit Builder(const pb::FileDescriptorSet& set) : pool_(std::make_shared<Pool>()) {
    for (const auto& file : set.file()) files_.try_emplace(file.name(), File{&file, State::kNew});
  }

  /// Nothing on an error, which is then in `complaint`.
  const pb::FileDescriptor* built(const std::string& name, const std::string& wanted_by) {
    const auto found = files_.find(name);
    if (found == files_.end())
      return complain(wanted_by + " imports " + name + ", which is missing");
    File& file = found->second;
    if (file.state == State::kDone) return pool_->FindFileByName(name);
    if (file.state == State::kOpen) return complain(name + " imports itself, by way of others");
    file.state = State::kOpen;
    for (const auto& dependency : file.proto->dependency()) {
      if (!built(dependency, name)) return nullptr;
    }
    file.state = State::kDone;
    FirstError errors;
    const auto* descriptor = pool_->BuildFileCollectingErrors(*file.proto, &errors);
    return descriptor ? descriptor : complain(errors.text);
  }

  std::shared_ptr<pb::DescriptorPool> pool() const { return pool_; }
  std::string complaint;

 private:
  using Pool = pb::DescriptorPool;
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct File {
    const pb::FileDescriptorProto* proto;
    State state;
  };

  const pb::FileDescriptor* complain(std::string what) {
    if (complaint.empty()) complaint = std::move(what);
    return nullptr;
  }

  std::shared_ptr<Pool> pool_;
  std::map<std::string, File> files_;
};

grpc::Error refusal(std::string message) {
  return {grpc::Code::kInvalidArgument, "descriptors: " + std::move(message),
          grpc::Source::kUpstream};
}

}  // namespace

grpc::Result<FilePool> build_file_pool(std::string_view descriptor_set) {
  pb::FileDescriptorSet set;
  if (!set.ParseFromArray(descriptor_set.data(), static_cast<int>(descriptor_set.size())))
    return refusal("not a google.protobuf.FileDescriptorSet");
  Builder builder(set);
  FilePool result;
  for (const auto& file : set.file()) {
    const auto* descriptor = builder.built(file.name(), file.name());
    if (!descriptor) return refusal(builder.complaint);
    result.files.push_back(descriptor);
  }
  result.pool = builder.pool();
  return result;
}

}  // namespace trunkline::transcode
