#include "tests/e2e/hpack_bytes.hpp"

#include <stdexcept>

#include <nghttp2/nghttp2.h>

namespace trunkline::e2e {
namespace {

constexpr std::size_t kTable = 4096;  // RFC 9113 section 6.5.2, the initial value

std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

nghttp2_hd_deflater* make_deflater() {
  nghttp2_hd_deflater* made = nullptr;
  if (::nghttp2_hd_deflate_new(&made, kTable) != 0) throw std::runtime_error("No memory.");
  return made;
}

}  // namespace

void HpackEncoder::Free::operator()(nghttp2_hd_deflater* deflater) const {
  ::nghttp2_hd_deflate_del(deflater);
}

HpackEncoder::HpackEncoder() : deflater_(make_deflater()) {}

std::string HpackEncoder::encode(const Fields& fields) {
  std::vector<nghttp2_nv> list;
  for (const auto& [name, value] : fields) {
    list.push_back(
        {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  std::string out(::nghttp2_hd_deflate_bound(deflater_.get(), list.data(), list.size()), '\0');
  const auto size =
      ::nghttp2_hd_deflate_hd(deflater_.get(), bytes_of(out), out.size(), list.data(), list.size());
  if (size < 0) throw std::runtime_error("The fields can't be encoded.");
  out.resize(static_cast<std::size_t>(size));
  return out;
}

void HpackDecoder::Free::operator()(nghttp2_hd_inflater* inflater) const {
  ::nghttp2_hd_inflate_del(inflater);
}

HpackDecoder::HpackDecoder() {
  nghttp2_hd_inflater* made = nullptr;
  if (::nghttp2_hd_inflate_new(&made) != 0) throw std::runtime_error("No memory.");
  inflater_.reset(made);
}

Fields HpackDecoder::decode(std::string_view block) {
  Fields fields;
  for (;;) {
    nghttp2_nv field{};
    int flags = 0;
    const auto taken = ::nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags,
                                                reinterpret_cast<const std::uint8_t*>(block.data()),
                                                block.size(), 1);
    if (taken < 0) throw std::runtime_error("The gateway's fields can't be decoded.");
    block.remove_prefix(static_cast<std::size_t>(taken));
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                          std::string(reinterpret_cast<char*>(field.value), field.valuelen));
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
  }
  ::nghttp2_hd_inflate_end_headers(inflater_.get());
  return fields;
}

std::string hpack_integer(std::uint64_t value, int bits, std::uint8_t pattern) {
  const std::uint64_t most = (1u << bits) - 1;
  if (value < most) return {static_cast<char>(pattern | value)};
  std::string out{static_cast<char>(pattern | most)};
  for (value -= most; value >= 128; value >>= 7) {
    out.push_back(static_cast<char>(0x80 | (value & 0x7f)));
  }
  out.push_back(static_cast<char>(value));
  return out;
}

std::string hpack_string(std::string_view text) {
  return hpack_integer(text.size(), 7, 0).append(text);
}

std::string hpack_literal(std::string_view name, std::string_view value, std::uint8_t pattern) {
  return static_cast<char>(pattern) + hpack_string(name) + hpack_string(value);
}

std::string plain_block(const Fields& fields) {
  std::string block;
  for (const auto& [name, value] : fields) block += hpack_literal(name, value);
  return block;
}

std::string table_size_update(std::uint64_t size) {
  return hpack_integer(size, 5, 0x20);
}

}  // namespace trunkline::e2e
