#pragma once

// Reads and writes the length-delimited fields of a protobuf message: enough for the few messages
// of gRPC's own protocols (reflection, google.rpc.Status) without code generated for them.

#include <cstdint>
#include <string>
#include <string_view>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace trunkline::grpc {

/// Calls `visit(field_number, bytes)` for every length-delimited field and skips the others; false
/// if `message` is broken, in which case some fields may have been visited.
template <class Visit>
bool for_each_bytes_field(std::string_view message, Visit visit) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return false;
      continue;
    }
    std::uint32_t size = 0;
    if (!input.ReadVarint32(&size)) return false;
    const auto begin = static_cast<std::size_t>(input.CurrentPosition());
    if (size > message.size() - begin || !input.Skip(static_cast<int>(size))) return false;
    visit(WireFormatLite::GetTagFieldNumber(tag), message.substr(begin, size));
  }
  return input.ConsumedEntireMessage();
}

inline void append_bytes_field(std::string& out, int field_number, std::string_view bytes) {
  using google::protobuf::internal::WireFormatLite;
  using google::protobuf::io::CodedOutputStream;
  std::uint8_t head[10];
  std::uint8_t* end = CodedOutputStream::WriteVarint32ToArray(
      WireFormatLite::MakeTag(field_number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(bytes.size()), end);
  out.append(reinterpret_cast<const char*>(head), static_cast<std::size_t>(end - head));
  out.append(bytes);
}

}  // namespace trunkline::grpc
