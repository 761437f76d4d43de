#pragma once

// The values that path and query give to fields of one request's message, gathered in any order
// and then merged into the message, level by level, where its body has nothing else to say. Lives
// for one request. Private to the room.
//
//   add(), refuse()..., sort(), merge() where each message ends, error() if anything is refused()

#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/canonical_wire.hpp"
#include "gateway/transcode/input_table.hpp"

namespace trunkline::transcode {

struct BoundValue {
  std::vector<const InputField*> path;  ///< from the request message to a leaf
  std::string name;                     ///< as the client wrote it
  std::string content;                  ///< as encode_value() makes it
  std::string_view from_path = {};      ///< the text that the path gave; outlives this
  bool in_path = false;
};

/// Those that lead into one message: they share the first `depth` steps of their paths.
struct BoundRange {
  const BoundValue* first = nullptr;
  const BoundValue* last = nullptr;
  std::size_t depth = 0;

  bool empty() const noexcept { return first == last; }
  const InputField& field() const { return *first->path[depth]; }
  bool is_leaf() const { return first->path.size() == depth + 1; }
  /// Those of the first field.
  BoundRange group() const;
  /// Those that lead into this field, which is a message.
  BoundRange within(const InputField& field) const;
};

class BoundValues {
 public:
  /// Violations that an error names.
  static constexpr std::size_t kMaxViolations = 16;

  void add(BoundValue value) { values_.push_back(std::move(value)); }
  /// Of one parameter or field. The first few are named, the others counted: each is some hundred
  /// bytes, of which a client gets as many as it sends ampersands.
  void refuse(std::string_view name, std::string description);

  bool empty() const noexcept { return values_.empty(); }
  void sort();
  BoundRange all() const noexcept { return {values_.data(), values_.data() + values_.size()}; }
  /// Whether one of them is of this field of the request message.
  bool gives(const InputField& field) const;

  /// Adds what the open message of `wire` lacks. What both have must be the same.
  void merge(BoundRange range, CanonicalWire& wire);

  bool refused() const noexcept { return !violations_.empty(); }
  /// Everything that was refused, in one error.
  grpc::Error error();
  /// The same behind an error of the body.
  grpc::Error error_with(grpc::Error first);

 private:
  void merge_leaf(BoundRange group, CanonicalWire& wire);
  bool given_once(BoundRange group);

  std::vector<BoundValue> values_;
  std::vector<grpc::FieldViolation> violations_;
  std::size_t refused_ = 0;
};

}  // namespace trunkline::transcode
