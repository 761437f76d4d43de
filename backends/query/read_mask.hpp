#pragma once

// Which fields of an answer a caller wants (AIP-157): `read_mask`, or `fields`, which is the same
// for those who like it short. Pure.

#include <optional>
#include <string>
#include <string_view>

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

namespace trunkline::query {

class ReadMask {
 public:
  /// What is wrong with a mask: the field of the request that it stood in, and what of it.
  struct Complaint {
    std::string field;
    std::string text;
  };

  /// Reads the mask out of a request that has `read_mask` and `fields`. `of`: the message that it
  /// chooses from.
  template <class Request>
  std::optional<Complaint> read(const Request& request, const google::protobuf::Descriptor& of) {
    if (request.has_read_mask() && request.has_fields()) {
      return Complaint{"fields", "must not be given together with read_mask"};
    }
    if (request.has_read_mask()) return read("read_mask", request.read_mask(), of);
    if (request.has_fields()) return read("fields", request.fields(), of);
    return std::nullopt;
  }

  /// Whether all fields are wanted.
  bool all() const { return mask_.paths_size() == 0; }

  /// Empties what is not wanted.
  void apply(google::protobuf::Message& message) const;

  /// Equal masks have equal texts: for the name of a question that is shared.
  std::string text() const;

 private:
  std::optional<Complaint> read(std::string_view field, const google::protobuf::FieldMask& mask,
                                const google::protobuf::Descriptor& of);

  google::protobuf::FieldMask mask_;  // canonical; without paths: all
};

}  // namespace trunkline::query
