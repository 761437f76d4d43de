// The mutator of both HTTP/2 targets. Bytes changed blindly break a frame's length and end the
// connection before anything of interest; so most mutations change whole frames, or one frame's
// payload with its length kept right.

#include <algorithm>
#include <cstring>

#include "tests/fuzz/h2_frames.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/gateway/h2/wire.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace trunkline::fuzz {
namespace {

using h2::field;

std::string mutated(std::string bytes, std::size_t most) {
  const std::size_t size = bytes.size();
  bytes.resize(std::max(size, most));
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
  return bytes;
}

class Mutation {
 public:
  explicit Mutation(unsigned seed) : dice_(seed) {}

  std::string of(std::string_view bytes) {
    std::string begin;
    if (bytes.starts_with(h2::kPreface)) {
      begin = h2::kPreface;
      bytes.remove_prefix(begin.size());
    }
    std::vector<H2Frame> frames;
    while (auto frame = H2Frame::take(bytes)) frames.push_back(std::move(*frame));
    const std::string rest(bytes);  // no whole frame
    for (std::size_t changes = 1 + dice_.below(3); changes > 0; --changes) change(frames);
    for (const H2Frame& frame : frames) frame.append_to(begin);
    return begin + rest;
  }

 private:
  void change(std::vector<H2Frame>& frames) {
    const std::size_t at = dice_.below(frames.size() + 1);
    const auto place = frames.begin() + static_cast<std::ptrdiff_t>(at);
    if (place == frames.end() || dice_.one_in(4)) {
      frames.insert(place, fresh());
      return;
    }
    switch (dice_.below(8)) {
      case 0: frames.erase(place); break;
      case 1: frames.insert(place, H2Frame(*place)); break;
      case 2: std::swap(*place, frames[dice_.below(frames.size())]); break;
      case 3: place->flags ^= static_cast<std::uint8_t>(1u << dice_.below(8)); break;
      case 4: place->stream = stream(); break;
      case 5: split(frames, at); break;
      default: place->payload = mutated(std::move(place->payload), place->payload.size() + 64);
    }
  }

  /// HEADERS become HEADERS and CONTINUATION, anything else two of its kind.
  void split(std::vector<H2Frame>& frames, std::size_t at) {
    H2Frame& first = frames[at];
    H2Frame second = first;
    const std::size_t half = dice_.below(first.payload.size() + 1);
    second.payload.erase(0, half);
    first.payload.erase(half);
    if (first.type == h2::kHeaders || first.type == h2::kContinuation) {
      second.type = h2::kContinuation;
      second.flags &= h2::kEndHeaders;
      first.flags &= static_cast<std::uint8_t>(~h2::kEndHeaders);
    }
    frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(second));
  }

  std::uint32_t stream() { return static_cast<std::uint32_t>(dice_.below(12)); }
  std::uint32_t odd_stream() { return static_cast<std::uint32_t>(1 + 2 * dice_.below(8)); }

  H2Frame fresh() {
    const std::string number{'\0', '\0', static_cast<char>(dice_.below(256)),
                             static_cast<char>(dice_.below(256))};
    switch (dice_.below(10)) {
      case 0:
      case 1: {
        const std::uint8_t end = dice_.one_in(2) ? h2::kEndStream : 0;
        return {h2::kHeaders, static_cast<std::uint8_t>(h2::kEndHeaders | end), odd_stream(),
                fields()};
      }
      case 2:
      case 3:
        return {h2::kData, static_cast<std::uint8_t>(dice_.below(2)), odd_stream(),
                std::string(dice_.below(300), 'd')};
      case 4: return {h2::kSettings, static_cast<std::uint8_t>(dice_.below(2)), 0, setting()};
      case 5: return {h2::kWindowUpdate, 0, dice_.one_in(2) ? 0 : odd_stream(), number};
      case 6: return {h2::kRstStream, 0, odd_stream(), number};
      case 7: return {h2::kPing, static_cast<std::uint8_t>(dice_.below(2)), 0, "draining"};
      case 8: return {h2::kGoaway, 0, 0, std::string(4, '\0') + number};
      default:
        return {static_cast<std::uint8_t>(dice_.below(12)), static_cast<std::uint8_t>(0), stream(),
                number};
    }
  }

  std::string fields() {
    switch (dice_.below(5)) {
      case 0: return h2::get_fields("/a/b?c=d");
      case 1: return std::string("\x83\x86\x84\x41\x01") + "a" + field("te", "trailers");
      case 2: return "\x88" + field("content-type", "application/grpc");  // an answer, 200
      case 3: return field(":status", "103");
      default: return field("grpc-status", "0");  // trailers
    }
  }

  /// One of RFC 9113 section 6.5.2, with a value that matters.
  std::string setting() {
    constexpr std::uint32_t kValues[] = {0, 1, 100, 16'384, 65'535, 0x7fffffff, 0x80000000};
    const std::uint32_t value = kValues[dice_.below(std::size(kValues))];
    return {'\0',
            static_cast<char>(dice_.below(10)),
            static_cast<char>(value >> 24),
            static_cast<char>(value >> 16),
            static_cast<char>(value >> 8),
            static_cast<char>(value)};
  }

  Dice dice_;
};

}  // namespace
}  // namespace trunkline::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  using trunkline::fuzz::Input;
  trunkline::fuzz::Dice dice(seed);
  if (size <= Input::kChoices || dice.one_in(5)) return LLVMFuzzerMutate(data, size, most);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + Input::kChoices,
                               size - Input::kChoices);
  const std::string made = trunkline::fuzz::Mutation(seed).of(bytes);
  const std::size_t count = std::min(made.size(), most - Input::kChoices);
  std::memcpy(data + Input::kChoices, made.data(), count);
  return Input::kChoices + count;
}
