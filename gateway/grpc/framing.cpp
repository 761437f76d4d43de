#include "gateway/grpc/framing.hpp"

#include <algorithm>

#include <boost/endian/conversion.hpp>

namespace trunkline::grpc {
namespace {

// What a call that lives long may keep between two messages.
constexpr std::size_t kKeptBytes = 16 * 1024;

}  // namespace

void write_prefix(std::string& frame, std::size_t at) {
  auto* bytes = reinterpret_cast<unsigned char*>(frame.data()) + at;
  bytes[0] = 0;
  boost::endian::store_big_u32(bytes + 1,
                               static_cast<std::uint32_t>(frame.size() - at - kPrefixBytes));
}

Result<std::size_t> Deframer::message_size(std::string_view prefix) const {
  // We ask for identity encoding, so a compressed message is a mistake of the upstream.
  if (prefix[0] != 0) {
    return Error{Code::kInternal, "The upstream sent a compressed message unasked.",
                 Source::kUpstream};
  }
  const std::size_t size =
      boost::endian::load_big_u32(reinterpret_cast<const unsigned char*>(prefix.data()) + 1);
  if (size > limit_) {
    return Error{Code::kInternal,
                 "A message of " + std::to_string(size) + " bytes is over the limit of " +
                     std::to_string(limit_) + ".",
                 Source::kUpstream};
  }
  return size;
}

Result<std::optional<std::string_view>> Deframer::next(std::string_view& input) {
  if (given_) {
    buffer_.clear();
    if (buffer_.capacity() > kKeptBytes) buffer_.shrink_to_fit();
    given_ = false;
  }
  if (buffer_.empty() && input.size() >= kPrefixBytes) {
    const auto size = message_size(input);
    if (!size) return size.error();
    if (input.size() - kPrefixBytes >= *size) {
      const std::string_view message = input.substr(kPrefixBytes, *size);
      input.remove_prefix(kPrefixBytes + *size);
      return std::optional(message);
    }
  }

  const auto take = [&](std::size_t up_to) {
    const std::size_t count = std::min(up_to - buffer_.size(), input.size());
    buffer_.append(input.substr(0, count));
    input.remove_prefix(count);
    return buffer_.size() == up_to;
  };
  if (buffer_.size() < kPrefixBytes && !take(kPrefixBytes)) {
    return std::optional<std::string_view>{};
  }
  const auto size = message_size(buffer_);
  if (!size) return size.error();
  // Memory follows what has really come, not what the prefix promises.
  if (!take(kPrefixBytes + *size)) return std::optional<std::string_view>{};
  given_ = true;
  return std::optional(std::string_view(buffer_).substr(kPrefixBytes));
}

}  // namespace trunkline::grpc
