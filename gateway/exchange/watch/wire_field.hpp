#pragma once

// Private to exchange: the fields of a protobuf message one after another, from bytes that nobody
// has vouched for.

#include <cstdint>
#include <string>
#include <string_view>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace trunkline::exchange {

struct WireField {
  enum class Kind : std::uint8_t { kNumber, kBytes, kOther };

  std::uint32_t number;
  Kind kind;
  std::uint64_t value;     ///< of a number
  std::string_view bytes;  ///< of what has a length
  std::string_view whole;  ///< with its tag
};

/// Calls `visit(field)` for each; false if the message is broken, or as soon as `visit` says so.
template <class Visit>
bool for_each_field(std::string_view message, Visit visit) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size()));
  const auto at = [&] { return static_cast<std::size_t>(input.CurrentPosition()); };
  for (std::size_t from = 0; const std::uint32_t tag = input.ReadTag(); from = at()) {
    WireField field{static_cast<std::uint32_t>(WireFormatLite::GetTagFieldNumber(tag)),
                    WireField::Kind::kOther,
                    0,
                    {},
                    {}};
    const auto type = WireFormatLite::GetTagWireType(tag);
    if (type == WireFormatLite::WIRETYPE_VARINT) {
      field.kind = WireField::Kind::kNumber;
      if (!input.ReadVarint64(&field.value)) return false;
    } else if (type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      field.kind = WireField::Kind::kBytes;
      std::uint32_t size = 0;
      if (!input.ReadVarint32(&size) || size > message.size() - at()) return false;
      field.bytes = message.substr(at(), size);
      if (!input.Skip(static_cast<int>(size))) return false;
    } else if (!WireFormatLite::SkipField(&input, tag)) {
      return false;
    }
    field.whole = message.substr(from, at() - from);
    if (field.number == 0 || !visit(field)) return false;
  }
  return input.ConsumedEntireMessage();
}

}  // namespace trunkline::exchange
