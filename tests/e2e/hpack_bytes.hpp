#pragma once

// Field blocks of RFC 7541: as a client with a dynamic table and Huffman coding makes them, and
// single representations byte by byte, right or wrong.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

namespace trunkline::e2e {

using Fields = std::vector<std::pair<std::string, std::string>>;

class HpackEncoder {
 public:
  HpackEncoder();
  std::string encode(const Fields& fields);

 private:
  struct Free {
    void operator()(nghttp2_hd_deflater* deflater) const;
  };
  std::unique_ptr<nghttp2_hd_deflater, Free> deflater_;
};

class HpackDecoder {
 public:
  HpackDecoder();
  /// Throws std::runtime_error when the block is none.
  Fields decode(std::string_view block);

 private:
  struct Free {
    void operator()(nghttp2_hd_inflater* inflater) const;
  };
  std::unique_ptr<nghttp2_hd_inflater, Free> inflater_;
};

/// An integer in a prefix of so many bits, below the bits of `pattern` (RFC 7541 section 5.1).
std::string hpack_integer(std::uint64_t value, int bits, std::uint8_t pattern);
/// A string without Huffman coding (section 5.2).
std::string hpack_string(std::string_view text);
/// A literal with a new name: 0x40 is with indexing, 0x00 without, 0x10 never (section 6.2).
std::string hpack_literal(std::string_view name, std::string_view value,
                          std::uint8_t pattern = 0x00);
/// Nothing but literals without indexing: leaves no trace in the peer's table.
std::string plain_block(const Fields& fields);
/// Section 6.3.
std::string table_size_update(std::uint64_t size);

}  // namespace trunkline::e2e
