#include "backends/serve/server_frames.hpp"

#include <array>
#include <utility>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace trunkline::serve {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;
namespace v1 = tunnel::v1;

// Below that, copying is cheaper than one more slice for gRPC to count and to gather.
constexpr std::size_t kWorthASlice = 2048;
// Trailers of direct calls end near that too.
constexpr std::size_t kLongestEnd = 16 * 1024;
constexpr std::size_t kLongestMessage = 4 * 1024;

// All our fields have numbers below 16, so that a tag is one byte.
char tag(int field, WireFormatLite::WireType type) {
  return static_cast<char>(WireFormatLite::MakeTag(field, type));
}

void append_varint(std::string& out, std::uint64_t value) {
  std::array<std::uint8_t, 10> bytes;
  const auto* end = CodedOutputStream::WriteVarint64ToArray(value, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::size_t>(end - bytes.data()));
}

void append_varint(std::string& out, int field, std::uint64_t value) {
  out.push_back(tag(field, WireFormatLite::WIRETYPE_VARINT));
  append_varint(out, value);
}

void append_length(std::string& out, int field, std::size_t size) {
  out.push_back(tag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  append_varint(out, size);
}

std::size_t length_size(std::size_t size) {
  return size + 1 + CodedOutputStream::VarintSize64(size);
}

// Empty for a plain OK, which is what most calls end with.
std::string end_of(const Answer& answer, bool not_begun) {
  if (answer.status.ok() && answer.trailers.empty()) return {};
  v1::End end;
  end.set_code(static_cast<std::uint32_t>(answer.status.error_code()));
  end.set_message(answer.status.error_message().substr(0, kLongestMessage));
  end.set_details(answer.status.error_details());
  end.set_not_begun(not_begun);
  for (const auto& [name, value] : answer.trailers) {
    auto& metadata = *end.add_metadata();
    metadata.set_name(name);
    metadata.set_value(value);
  }
  if (end.ByteSizeLong() > kLongestEnd) {
    end.clear_details();
    end.clear_metadata();
  }
  return end.SerializeAsString();
}

}  // namespace

void ServerFrames::limits(const TunnelSettings& settings) {
  v1::ServerFrames frames;
  auto& limits = *frames.mutable_limits();
  limits.set_calls(settings.calls);
  limits.set_request_bytes(settings.request_bytes);
  limits.set_metadata_bytes(kMetadataBytes);
  limits.set_message_bytes(kTunnelMessageBytes);
  frames.AppendToString(&text_);
}

void ServerFrames::drain(std::uint64_t last_id) {
  v1::ServerFrames frames;
  frames.mutable_drain()->set_last_id(last_id);
  frames.AppendToString(&text_);
}

void ServerFrames::piece(const Answer& answer, const Piece& piece) {
  const auto end = piece.last ? end_of(answer, piece.not_begun) : std::string();
  const bool cut = piece.from == 0 && !piece.last;
  std::size_t size = 1 + CodedOutputStream::VarintSize64(piece.id);
  if (cut) size += 1 + CodedOutputStream::VarintSize64(answer.message.size());
  if (piece.size > 0) size += length_size(piece.size);
  if (piece.last) size += length_size(end.size());

  append_length(text_, v1::ServerFrames::kAnswersFieldNumber, size);
  append_varint(text_, v1::Answer::kIdFieldNumber, piece.id);
  if (cut) append_varint(text_, v1::Answer::kMessageBytesFieldNumber, answer.message.size());
  if (piece.size > 0) append_length(text_, v1::Answer::kDataFieldNumber, piece.size);
  if (piece.size >= kWorthASlice) {
    slices_.emplace_back(std::exchange(text_, {}));
    slices_.push_back(answer.message.sub(piece.from, piece.from + piece.size));
    referred_ += slices_.rbegin()[0].size() + slices_.rbegin()[1].size();
  } else if (piece.size > 0) {
    text_.append(reinterpret_cast<const char*>(answer.message.begin()) + piece.from, piece.size);
  }
  if (!piece.last) return;
  append_length(text_, v1::Answer::kEndFieldNumber, end.size());
  text_.append(end);
}

::grpc::ByteBuffer ServerFrames::take() {
  if (!text_.empty()) slices_.emplace_back(text_);
  ::grpc::ByteBuffer message(slices_.data(), slices_.size());
  text_.clear();
  slices_.clear();
  referred_ = 0;
  return message;
}

}  // namespace trunkline::serve
