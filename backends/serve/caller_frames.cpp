#include "backends/serve/caller_frames.hpp"

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace trunkline::serve {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using Fault = CallerFrames::Fault;
namespace v1 = tunnel::v1;

// gRPC bounds messages far below; more than an int can tell is not read.
constexpr std::size_t kLongest = 64 * 1024 * 1024;

constexpr std::uint32_t varint(int field) {
  return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT);
}
constexpr std::uint32_t bytes(int field) {
  return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
}

bool read_view(CodedInputStream& in, std::string_view& view) {
  std::uint32_t size = 0;
  if (!in.ReadVarint32(&size)) return false;
  view = {};
  if (size == 0) return true;
  const void* data = nullptr;
  int left = 0;
  if (!in.GetDirectBufferPointer(&data, &left) || size > static_cast<std::uint32_t>(left)) {
    return false;
  }
  view = {static_cast<const char*>(data), size};
  return in.Skip(static_cast<int>(size));
}

// Calls `take(tag, in)` for each field, which says whether it could read it; it leaves fields that
// it does not know to skip(). False unless all could be read.
template <class Take>
bool read_fields(std::string_view message, Take take) {
  if (message.size() > kLongest) return false;
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(message.data()),
                      static_cast<int>(message.size()));
  while (const std::uint32_t tag = in.ReadTag()) {
    if (!take(tag, in)) return false;
  }
  return in.ConsumedEntireMessage();
}

bool skip(std::uint32_t tag, CodedInputStream& in) {
  return WireFormatLite::SkipField(&in, tag);
}

struct Metadata {
  std::string_view name;
  std::string_view value;
};

bool read_metadata(std::string_view message, Metadata& metadata) {
  return read_fields(message, [&](std::uint32_t tag, CodedInputStream& in) {
    if (tag == bytes(v1::Metadata::kNameFieldNumber)) return read_view(in, metadata.name);
    if (tag == bytes(v1::Metadata::kValueFieldNumber)) return read_view(in, metadata.value);
    return skip(tag, in);
  });
}

bool measure_metadata(CodedInputStream& in, std::size_t& total) {
  std::string_view frame;
  Metadata metadata;
  if (!read_view(in, frame) || !read_metadata(frame, metadata)) return false;
  total += metadata.name.size() + metadata.value.size() + 32;
  return true;
}

bool read_call(std::string_view message, CallerFrames::Call& call) {
  call.frame = message;
  return read_fields(message, [&](std::uint32_t tag, CodedInputStream& in) {
    switch (tag) {
      case varint(v1::Call::kIdFieldNumber): return in.ReadVarint64(&call.id);
      case bytes(v1::Call::kMethodFieldNumber): return read_view(in, call.method);
      case varint(v1::Call::kTimeoutUsFieldNumber): return in.ReadVarint64(&call.timeout_us);
      case bytes(v1::Call::kRequestFieldNumber): return read_view(in, call.request);
      case bytes(v1::Call::kMetadataFieldNumber): return measure_metadata(in, call.metadata_bytes);
      default: return skip(tag, in);
    }
  });
}

class Reader {
 public:
  Reader(CallerFrames& frames, std::size_t most) : frames_(frames), most_(most) {}

  Fault read(std::string_view message) {
    const bool readable = read_fields(message, [this](std::uint32_t tag, CodedInputStream& in) {
      switch (tag) {
        case bytes(v1::CallerFrames::kCallsFieldNumber): return call(in);
        case varint(v1::CallerFrames::kCancelsFieldNumber): return cancel(in);
        case bytes(v1::CallerFrames::kCancelsFieldNumber): return cancels(in);
        case varint(v1::CallerFrames::kCreditFieldNumber): return in.ReadVarint64(&frames_.credit);
        default: return skip(tag, in);
      }
    });
    if (too_many_) return Fault::kTooMany;
    return readable ? Fault::kNone : Fault::kUnreadable;
  }

 private:
  bool call(CodedInputStream& in) {
    too_many_ = frames_.calls.size() == most_;
    std::string_view message;
    return !too_many_ && read_view(in, message) && read_call(message, frames_.calls.emplace_back());
  }
  bool cancel(CodedInputStream& in) {
    too_many_ = frames_.cancels.size() == most_;
    return !too_many_ && in.ReadVarint64(&frames_.cancels.emplace_back());
  }
  bool cancels(CodedInputStream& in) {
    std::string_view packed;
    if (!read_view(in, packed)) return false;
    CodedInputStream ids(reinterpret_cast<const std::uint8_t*>(packed.data()),
                         static_cast<int>(packed.size()));
    while (ids.BytesUntilLimit() > 0) {
      if (!cancel(ids)) return false;
    }
    return true;
  }

  CallerFrames& frames_;
  const std::size_t most_;
  bool too_many_ = false;
};

}  // namespace

Fault CallerFrames::read(std::string_view bytes, std::size_t most) {
  calls.clear();
  cancels.clear();
  credit = 0;
  return Reader(*this, most).read(bytes);
}

std::optional<std::string_view> metadata_of(const CallerFrames::Call& call, std::string_view name) {
  std::optional<std::string_view> value;
  read_fields(call.frame, [&](std::uint32_t tag, CodedInputStream& in) {
    if (value || tag != bytes(v1::Call::kMetadataFieldNumber)) return skip(tag, in);
    std::string_view frame;
    Metadata metadata;
    if (!read_view(in, frame) || !read_metadata(frame, metadata)) return false;
    if (metadata.name == name) value = metadata.value;
    return true;
  });
  return value;
}

}  // namespace trunkline::serve
