#pragma once

// How a target reads libFuzzer's bytes: the first four choose how the rest is used, so that the
// same input always does the same; the rest is what a peer sends. No clock, no other randomness.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace trunkline::fuzz {

/// Numbers that follow from a seed alone (SplitMix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  /// From 0 to n - 1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

struct Input {
  static constexpr std::size_t kChoices = 4;

  /// A short input has zeros for the choices that it lacks.
  Input(const std::uint8_t* data, std::size_t size) {
    const auto at = [&](std::size_t i) { return i < size ? data[i] : std::uint8_t{0}; };
    options = at(0);
    variant = at(1);
    seed = static_cast<std::uint16_t>(at(2) << 8 | at(3));
    if (size > kChoices) {
      bytes = {reinterpret_cast<const char*>(data) + kChoices, size - kChoices};
    }
  }

  bool option(unsigned bit) const { return (options >> bit & 1) != 0; }

  std::uint8_t options;  ///< one bit a yes or no
  std::uint8_t variant;
  std::uint16_t seed;  ///< of the dice
  std::string_view bytes;
};

/// A copy in memory of exactly its size, so that AddressSanitizer sees who reads beyond it, or
/// after it is gone.
class Exact {
 public:
  explicit Exact(std::string_view bytes)
      : bytes_(std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
    bytes.copy(bytes_.get(), size_);
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// Cuts bytes into pieces of 1 to `most` bytes.
class Pieces {
 public:
  Pieces(std::string_view bytes, std::size_t most, std::uint64_t seed)
      : rest_(bytes), most_(most), dice_(seed) {}

  bool done() const { return rest_.empty(); }
  std::string_view next() {
    const std::string_view piece = rest_.substr(0, 1 + dice_.below(most_));
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
  std::size_t most_;
  Dice dice_;
};

}  // namespace trunkline::fuzz
