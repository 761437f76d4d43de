#pragma once

// The values that one request gives to fields of its message, gathered in any order and then
// written in the canonical one. Lives for one request. Private to the room.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/input_table.hpp"

namespace trunkline::transcode {

struct BoundValue {
  std::vector<const InputField*> path;  ///< from the request message to a leaf
  std::string name;                     ///< as the client wrote it
  std::string content;                  ///< as encode_value() makes it
  bool from_path = false;
};

class BoundValues {
 public:
  void add(BoundValue value) { values_.push_back(std::move(value)); }
  void refuse(std::string name, std::string description) {
    violations_.push_back({std::move(name), std::move(description)});
  }

  /// Appends the message, or says everything that was refused.
  grpc::Result<void> write(std::string& message);

 private:
  using Iterator = std::vector<BoundValue>::const_iterator;

  void write_level(std::size_t depth, Iterator first, Iterator last, std::string& wire);
  void write_leaf(const InputField& field, Iterator first, Iterator last, std::string& wire);
  bool given_once(Iterator first, Iterator last);

  std::vector<BoundValue> values_;
  std::vector<grpc::FieldViolation> violations_;
};

}  // namespace trunkline::transcode
