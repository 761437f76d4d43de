#include "gateway/grpc/web_trailers.hpp"

#include <utility>

#include "gateway/grpc/framing.hpp"

namespace trunkline::grpc {
namespace {

constexpr char kTrailersFlag = static_cast<char>(0x80);

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

WebTrailers::WebTrailers() : frame_(kPrefixBytes, '\0') {}

void WebTrailers::add(std::string_view name, std::string_view value) {
  frame_.append(name).append(": ");
  for (const char c : value) frame_.push_back(is_control(c) ? ' ' : c);
  frame_.append("\r\n");
}

std::string WebTrailers::take() {
  write_prefix(frame_);
  frame_[0] = kTrailersFlag;
  return std::move(frame_);
}

}  // namespace trunkline::grpc
