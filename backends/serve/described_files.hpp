#pragma once

// The .proto files that a program was built from, comments and all, and what is declared in which.
// The pool of generated code has them too, but without a comment. Any thread.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class DescriptorPool;
class FileDescriptor;
}  // namespace google::protobuf

namespace trunkline::serve {

class DescribedFiles {
 public:
  /// Serialized FileDescriptorProtos: a file, then all that it imports.
  using Files = std::vector<std::string>;

  /// `set`: a serialized FileDescriptorSet, imports before those who import them. Throws
  /// std::runtime_error if it is none.
  explicit DescribedFiles(std::string_view set);
  ~DescribedFiles();

  /// Nothing if there is no such file, symbol, extension or message.
  std::optional<Files> file(const std::string& name) const;
  std::optional<Files> file_of_symbol(const std::string& full_name) const;
  std::optional<Files> file_of_extension(const std::string& message, int number) const;
  std::optional<std::vector<int>> extension_numbers(const std::string& message) const;

 private:
  std::optional<Files> with_imports(const google::protobuf::FileDescriptor* file) const;

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::map<std::string, std::string, std::less<>> serialized_;  // by the file's name
};

}  // namespace trunkline::serve
