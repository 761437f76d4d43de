#pragma once

// Appends protobuf's wire format to a string. Private to the room.

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/transcode/field_kind.hpp"

namespace trunkline::transcode {

inline void write_varint(std::string& wire, std::uint64_t value) {
  if (value < 0x80) return wire.push_back(static_cast<char>(value));
  char bytes[10];
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
  bytes[size++] = static_cast<char>(value);
  wire.append(bytes, size);
}

inline void write_tag(std::string& wire, std::uint32_t number, WireType type) {
  write_varint(wire, std::uint64_t{number} << 3 | static_cast<std::uint64_t>(type));
}

inline void write_bytes(std::string& wire, std::string_view bytes) {
  write_varint(wire, bytes.size());
  wire += bytes;
}

template <class Integer>
void write_fixed(std::string& wire, Integer value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) wire += static_cast<char>(value >> (8 * i));
}

}  // namespace trunkline::transcode
