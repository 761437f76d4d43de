#pragma once

// Tells whether two messages are the same with all that they refer to, whichever pools they are of:
// equal texts may hold names that mean something else elsewhere. Private to the room.

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
}  // namespace google::protobuf

namespace trunkline::openapi {

class Closures {
 public:
  /// Equal for messages whose closures are equal, and for them only. Descriptors must outlive this.
  int of(const google::protobuf::Descriptor& message);
  int of(const google::protobuf::EnumDescriptor& enumeration);

 private:
  struct Visit;

  int number_of(const std::string& text);
  void close_group(const std::vector<const google::protobuf::Descriptor*>& group);

  std::unordered_map<const void*, int> known_;
  std::map<std::string, int> numbers_;
};

}  // namespace trunkline::openapi
