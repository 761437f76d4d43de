#include "gateway/transcode/file_pool.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

constexpr std::size_t kMostFiles = 10'000;
// Of imports of imports: here and in the library each takes of the stack.
constexpr int kMostDepth = 500;

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
  explicit Builder(const std::deque<pb::FileDescriptorProto>& files)
      : pool_(std::make_shared<Pool>()) {
    for (const auto& file : files) files_.try_emplace(file.name(), File{&file, State::kNew});
  }

  /// Nothing on an error, of which the first of each file is then in `complaints`.
  const pb::FileDescriptor* built(const std::string& name, const std::string& wanted_by,
                                  int depth = 0) {
    const auto found = files_.find(name);
    if (found == files_.end())
      return complain(wanted_by + " imports " + name + ", which is missing");
    File& file = found->second;
    if (file.state == State::kDone) return file.built;
    if (file.state == State::kOpen) return complain(name + " imports itself, by way of others");
    if (depth == kMostDepth) return complain_of_depth(name);
    file.state = State::kOpen;
    bool whole = true;
    for (const auto& dependency : file.proto->dependency()) {
      whole = whole && built(dependency, name, depth + 1) != nullptr;
      if (whole) file.below = std::max(file.below, files_.at(dependency).below + 1);
    }
    file.state = State::kDone;
    if (!whole) return nullptr;  // the complaint is about the other
    if (file.below >= kMostDepth) return complain_of_depth(name);
    FirstError errors;
    file.built = pool_->BuildFileCollectingErrors(*file.proto, &errors);
    return file.built ? file.built : complain(errors.text);
  }

  std::shared_ptr<pb::DescriptorPool> pool() const { return pool_; }
  std::vector<std::string> complaints;

 private:
  using Pool = pb::DescriptorPool;
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct File {
    const pb::FileDescriptorProto* proto;
    State state;
    const pb::FileDescriptor* built = nullptr;
    int below = 0;  // how many files the longest way down its imports has
  };

  const pb::FileDescriptor* complain_of_depth(const std::string& name) {
    return complain(name + " is at an end of more than " + std::to_string(kMostDepth) +
                    " files that import each other in a row");
  }

  const pb::FileDescriptor* complain(std::string what) {
    complaints.push_back("descriptors: " + std::move(what));
    return nullptr;
  }

  std::shared_ptr<Pool> pool_;
  std::map<std::string, File> files_;
};

grpc::Error refusal(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kUpstream};
}

/// Each file by itself, since one that can't be read must not take the others with it.
grpc::Result<std::deque<pb::FileDescriptorProto>> read_files(std::string_view descriptor_set,
                                                             std::vector<std::string>& complaints) {
  constexpr int kFile = pb::FileDescriptorSet::kFileFieldNumber;
  std::deque<pb::FileDescriptorProto> files;
  std::size_t count = 0;
  const auto read_file = [&](int field, std::string_view bytes) {
    if (field != kFile || ++count > kMostFiles) return;
    auto& file = files.emplace_back();
    if (file.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
    complaints.push_back("descriptors: file " + std::to_string(count) +
                         (file.name().empty() ? "" : ", " + file.name() + ",") +
                         " is no google.protobuf.FileDescriptorProto, or not all of its text is "
                         "UTF-8");
    files.pop_back();
  };
  if (!grpc::for_each_bytes_field(descriptor_set, read_file))
    return refusal("descriptors: not a google.protobuf.FileDescriptorSet");
  if (count > kMostFiles) {
    return refusal("descriptors: " + std::to_string(count) + " files, of which at most " +
                   std::to_string(kMostFiles) + " are allowed");
  }
  return files;
}

}  // namespace

grpc::Result<FilePool> build_file_pool(std::string_view descriptor_set) {
  std::vector<std::string> unreadable;
  const auto files = read_files(descriptor_set, unreadable);
  if (!files) return files.error();
  Builder builder(*files);
  builder.complaints = std::move(unreadable);
  FilePool result;
  for (const auto& file : *files) {
    const auto* descriptor = builder.built(file.name(), file.name());
    const bool again = std::find(result.files.begin(), result.files.end(), descriptor) !=
                       result.files.end();  // a set may hold a file twice
    if (descriptor && !again) result.files.push_back(descriptor);
  }
  if (result.files.empty() && !builder.complaints.empty()) {
    return refusal(builder.complaints.front());
  }
  result.complaints = std::move(builder.complaints);
  result.pool = builder.pool();
  return result;
}

}  // namespace trunkline::transcode
