#pragma once

// What a field holds, in the terms of the wire. The numbers of Kind are those of
// google.protobuf.FieldDescriptorProto.Type. Private to the room.

#include <cstdint>

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

enum class Kind : std::uint8_t {
  kDouble = 1,
  kFloat = 2,
  kInt64 = 3,
  kUint64 = 4,
  kInt32 = 5,
  kFixed64 = 6,
  kFixed32 = 7,
  kBool = 8,
  kString = 9,
  kGroup = 10,
  kMessage = 11,
  kBytes = 12,
  kUint32 = 13,
  kEnum = 14,
  kSfixed32 = 15,
  kSfixed64 = 16,
  kSint32 = 17,
  kSint64 = 18,
};

enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

constexpr WireType wire_type(Kind kind) noexcept {
  switch (kind) {
    case Kind::kDouble:
    case Kind::kFixed64:
    case Kind::kSfixed64: return WireType::kFixed64;
    case Kind::kFloat:
    case Kind::kFixed32:
    case Kind::kSfixed32: return WireType::kFixed32;
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kMessage: return WireType::kBytes;
    case Kind::kGroup: return WireType::kStartGroup;
    default: return WireType::kVarint;
  }
}

constexpr bool packable(Kind kind) noexcept {
  const WireType type = wire_type(kind);
  return type != WireType::kBytes && type != WireType::kStartGroup;
}

/// The messages that proto3's JSON mapping writes in a way of their own.
enum class WellKnown : std::uint8_t {
  kNone,
  kAny,
  kTimestamp,
  kDuration,
  kFieldMask,
  kStruct,
  kValue,
  kListValue,
  kWrapper,
};

/// By its name, and only if it has the fields of that name: what an upstream describes need not be
/// what protobuf's own files say.
WellKnown well_known(const google::protobuf::Descriptor& message);

}  // namespace trunkline::transcode
