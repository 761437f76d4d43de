#pragma once

// Random messages of any type by reflection, and their bytes in disorder.

#include <random>
#include <string>

#include <google/protobuf/message.h>

namespace trunkline::transcode {

class RandomMessage {
 public:
  explicit RandomMessage(unsigned seed) : random_(seed) {}

  /// Fills about one in `sparseness` fields; nests at most `depth` levels deep.
  void fill(google::protobuf::Message& message, int depth, int sparseness);

  /// The same message as protobuf reads it, but its fields, at every level, in any order, some
  /// of them twice, and strangers among them.
  std::string disordered(const google::protobuf::Message& message);

  /// From now on no google.protobuf.Any is filled.
  void leave_out_any() { any_ = false; }

  /// From 0 to n-1.
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }

 private:
  bool fill_well_known(google::protobuf::Message& message, int depth);
  void fill_field(google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, int depth, int sparseness);
  std::string shuffled(const google::protobuf::Descriptor& type, std::string_view wire, int depth);
  std::string text();
  std::string bytes();
  double number();
  std::uint64_t integer();

  std::mt19937_64 random_;
  bool any_ = true;
};

}  // namespace trunkline::transcode
