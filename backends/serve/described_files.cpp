#include "backends/serve/described_files.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace trunkline::serve {

namespace pb = google::protobuf;

DescribedFiles::DescribedFiles(std::string_view set)
    : pool_(std::make_unique<pb::DescriptorPool>()) {
  pb::FileDescriptorSet files;
  if (!files.ParseFromArray(set.data(), static_cast<int>(set.size()))) {
    throw std::runtime_error("the descriptors are not a google.protobuf.FileDescriptorSet");
  }
  for (const auto& file : files.file()) {
    if (!pool_->BuildFile(file)) {
      throw std::runtime_error("the descriptors of " + file.name() + " are no good");
    }
    serialized_[file.name()] = file.SerializeAsString();
  }
}

DescribedFiles::~DescribedFiles() = default;

std::optional<DescribedFiles::Files> DescribedFiles::file(const std::string& name) const {
  return with_imports(pool_->FindFileByName(name));
}

std::optional<DescribedFiles::Files> DescribedFiles::file_of_symbol(
    const std::string& full_name) const {
  return with_imports(pool_->FindFileContainingSymbol(full_name));
}

std::optional<DescribedFiles::Files> DescribedFiles::file_of_extension(const std::string& message,
                                                                       int number) const {
  const auto* extended = pool_->FindMessageTypeByName(message);
  const auto* found = extended ? pool_->FindExtensionByNumber(extended, number) : nullptr;
  return found ? with_imports(found->file()) : std::nullopt;
}

std::optional<std::vector<int>> DescribedFiles::extension_numbers(
    const std::string& message) const {
  const auto* extended = pool_->FindMessageTypeByName(message);
  if (!extended) return std::nullopt;
  std::vector<const pb::FieldDescriptor*> extensions;
  pool_->FindAllExtensions(extended, &extensions);
  std::vector<int> numbers;
  for (const auto* extension : extensions) numbers.push_back(extension->number());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::optional<DescribedFiles::Files> DescribedFiles::with_imports(
    const pb::FileDescriptor* file) const {
  if (!file) return std::nullopt;
  std::vector<const pb::FileDescriptor*> wanted{file};
  std::set<const pb::FileDescriptor*> seen{file};
  Files files;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    files.push_back(serialized_.at(wanted[i]->name()));
    for (int d = 0; d < wanted[i]->dependency_count(); ++d) {
      const auto* import = wanted[i]->dependency(d);
      if (seen.insert(import).second) wanted.push_back(import);
    }
  }
  return files;
}

}  // namespace trunkline::serve
