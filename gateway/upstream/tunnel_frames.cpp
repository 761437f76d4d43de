#include "gateway/upstream/tunnel_frames.hpp"

#include <algorithm>
#include <utility>

#include <absl/strings/escaping.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace trunkline::upstream {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

// Field numbers, all below 16: a tag is one byte.
namespace caller {
constexpr int kCalls = 1;
constexpr int kCancels = 2;
constexpr int kCredit = 3;
}  // namespace caller
namespace call {
constexpr int kId = 1;
constexpr int kMethod = 2;
constexpr int kTimeout = 3;
constexpr int kRequest = 4;
constexpr int kMetadata = 5;
}  // namespace call
namespace metadata {
constexpr int kName = 1;
constexpr int kValue = 2;
}  // namespace metadata
namespace server {
constexpr int kAnswers = 1;
constexpr int kLimits = 2;
constexpr int kDrain = 3;
}  // namespace server
namespace answer {
constexpr int kId = 1;
constexpr int kData = 2;
constexpr int kEnd = 3;
constexpr int kMetadata = 4;
constexpr int kMessageBytes = 5;
}  // namespace answer
namespace end {
constexpr int kCode = 1;
constexpr int kMessage = 2;
constexpr int kDetails = 3;
constexpr int kMetadata = 4;
constexpr int kNotBegun = 5;
}  // namespace end

void append_varint(std::string& out, std::uint64_t value) {
  std::uint8_t bytes[10];
  const std::uint8_t* past = CodedOutputStream::WriteVarint64ToArray(value, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(past - bytes));
}

void append_head(std::string& out, int field, std::size_t size) {
  out.push_back(
      static_cast<char>(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED)));
  append_varint(out, size);
}

void append_bytes(std::string& out, int field, std::string_view bytes) {
  append_head(out, field, bytes.size());
  out.append(bytes);
}

void append_number(std::string& out, int field, std::uint64_t value) {
  out.push_back(static_cast<char>(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT)));
  append_varint(out, value);
}

std::size_t bytes_size(std::size_t size) {
  return 1 + CodedOutputStream::VarintSize64(size) + size;
}

std::size_t number_size(std::uint64_t value) {
  return 1 + CodedOutputStream::VarintSize64(value);
}

/// What is said elsewhere in the frame, or means the connection.
bool travels(std::string_view name) {
  return name != "te" && name != "content-type" && !name.starts_with("grpc-");
}

bool is_binary(std::string_view name) {
  return name.ends_with("-bin");
}

/// Calls `visit(name, value)` for each field that travels, with its value as the tunnel has it.
template <class Visit>
void for_each_metadata(const http::Headers& headers, Visit visit) {
  std::string plain;
  for (const auto [name, value] : headers) {
    if (!travels(name)) continue;
    if (!is_binary(name)) {
      visit(name, value);
    } else if (absl::Base64Unescape(absl::string_view(value.data(), value.size()), &plain)) {
      visit(name, std::string_view(plain));
    }
  }
}

/// A field of a message that is read: a number, or bytes.
struct Field {
  int number;
  std::uint64_t value = 0;
  std::string_view bytes;
  bool is_bytes;
};

/// Calls `visit(field)`, which says whether to go on, for each number and bytes; others are
/// skipped.
template <class Visit>
bool for_each_field(std::string_view message, Visit visit) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(message.data()),
                         static_cast<int>(message.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    Field field{WireFormatLite::GetTagFieldNumber(tag), 0, {}, false};
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        if (!input.ReadVarint64(&field.value)) return false;
        break;
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
        std::uint32_t size = 0;
        if (!input.ReadVarint32(&size)) return false;
        const auto begin = static_cast<std::size_t>(input.CurrentPosition());
        if (size > message.size() - begin || !input.Skip(static_cast<int>(size))) return false;
        field.bytes = message.substr(begin, size);
        field.is_bytes = true;
        break;
      }
      default:
        if (!WireFormatLite::SkipField(&input, tag)) return false;
        continue;
    }
    if (!visit(field)) return false;
  }
  return input.ConsumedEntireMessage();
}

/// What comes by a tunnel has passed no HTTP/2 codec, and may go on to a client as a field.
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

bool is_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool read_metadata(std::string_view message, http::Headers& headers) {
  std::string_view name;
  std::string_view value;
  const bool whole = for_each_field(message, [&](const Field& field) {
    if (field.is_bytes && field.number == metadata::kName) name = field.bytes;
    if (field.is_bytes && field.number == metadata::kValue) value = field.bytes;
    return true;
  });
  if (!whole) return false;
  if (!is_name(name) || !travels(name)) return true;
  if (is_binary(name)) {
    headers.add(name, absl::Base64Escape(absl::string_view(value.data(), value.size())));
  } else if (is_text(value)) {
    headers.add(name, value);
  }
  return true;
}

bool read_end(std::string_view message, EndFrame& read) {
  return for_each_field(message, [&](const Field& field) {
    if (!field.is_bytes) {
      if (field.number == end::kCode) read.code = static_cast<std::uint32_t>(field.value);
      if (field.number == end::kNotBegun) read.not_begun = field.value != 0;
      return true;
    }
    if (field.number == end::kMessage) read.message = field.bytes;
    if (field.number == end::kDetails) read.details = field.bytes;
    return field.number != end::kMetadata || read_metadata(field.bytes, read.metadata);
  });
}

bool read_answer(std::string_view message, AnswerFrame& read) {
  return for_each_field(message, [&](const Field& field) {
    if (!field.is_bytes) {
      if (field.number == answer::kId) read.id = field.value;
      if (field.number == answer::kMessageBytes) read.message_bytes = field.value;
      return true;
    }
    switch (field.number) {
      case answer::kData:
        read.data = field.bytes;
        read.has_data = true;
        return true;
      case answer::kEnd: return read_end(field.bytes, read.end.emplace());
      case answer::kMetadata: return read_metadata(field.bytes, read.metadata);
      default: return true;
    }
  });
}

bool read_limits(std::string_view message, LimitsFrame& limits) {
  return for_each_field(message, [&](const Field& field) {
    if (field.is_bytes) return true;
    std::uint32_t* const read[] = {&limits.calls, &limits.request_bytes, &limits.metadata_bytes,
                                   &limits.message_bytes};
    const auto index = static_cast<std::size_t>(field.number - 1);
    if (index < std::size(read)) *read[index] = static_cast<std::uint32_t>(field.value);
    return true;
  });
}

bool read_drain(std::string_view message, std::uint64_t& last_id) {
  return for_each_field(message, [&](const Field& field) {
    if (!field.is_bytes && field.number == 1) last_id = field.value;
    return true;
  });
}

}  // namespace

void append_call(std::string& message, const CallFrame& frame) {
  const auto timeout = static_cast<std::uint64_t>(frame.timeout.count());
  std::size_t size = number_size(frame.id) + bytes_size(frame.method.size()) +
                     bytes_size(frame.request.size()) + (timeout > 0 ? number_size(timeout) : 0);
  for_each_metadata(frame.metadata, [&](std::string_view name, std::string_view value) {
    size += bytes_size(bytes_size(name.size()) + bytes_size(value.size()));
  });
  append_head(message, caller::kCalls, size);
  append_number(message, call::kId, frame.id);
  append_bytes(message, call::kMethod, frame.method);
  if (timeout > 0) append_number(message, call::kTimeout, timeout);
  append_bytes(message, call::kRequest, frame.request);
  for_each_metadata(frame.metadata, [&](std::string_view name, std::string_view value) {
    append_head(message, call::kMetadata, bytes_size(name.size()) + bytes_size(value.size()));
    append_bytes(message, metadata::kName, name);
    append_bytes(message, metadata::kValue, value);
  });
}

void append_cancel(std::string& message, std::uint64_t id) {
  append_head(message, caller::kCancels, CodedOutputStream::VarintSize64(id));  // packed
  append_varint(message, id);
}

void append_credit(std::string& message, std::uint64_t bytes) {
  append_number(message, caller::kCredit, bytes);
}

bool read_server_frames(std::string_view message, ServerFrames& frames) {
  return for_each_field(message, [&](const Field& field) {
    if (!field.is_bytes) return true;
    switch (field.number) {
      case server::kAnswers: {
        AnswerFrame answer;
        if (!read_answer(field.bytes, answer)) return false;
        frames.on_answer(std::move(answer));
        return true;
      }
      case server::kLimits: {
        LimitsFrame limits;
        if (!read_limits(field.bytes, limits)) return false;
        frames.on_limits(limits);
        return true;
      }
      case server::kDrain: {
        std::uint64_t last_id = 0;
        if (!read_drain(field.bytes, last_id)) return false;
        frames.on_drain(last_id);
        return true;
      }
      default: return true;
    }
  });
}

}  // namespace trunkline::upstream
