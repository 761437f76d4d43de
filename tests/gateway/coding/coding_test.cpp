// Decoded by the libraries' other halves.

#include "gateway/coding/coding.hpp"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace trunkline::coding {
namespace {

std::string decode(Coding coding, std::string_view coded, std::size_t size) {
  std::string plain(size, '\0');
  auto* const to = reinterpret_cast<std::uint8_t*>(plain.data());
  const auto* const from = reinterpret_cast<const std::uint8_t*>(coded.data());
  switch (coding) {
    case Coding::kZstd:
      size = ZSTD_decompress(plain.data(), size, coded.data(), coded.size());
      break;
    case Coding::kBrotli:
      if (BrotliDecoderDecompress(coded.size(), from, &size, to) != BROTLI_DECODER_RESULT_SUCCESS) {
        return "not brotli";
      }
      break;
    case Coding::kGzip: {
      z_stream stream{};
      inflateInit2(&stream, 15 + 16);
      stream.next_in = const_cast<std::uint8_t*>(from);
      stream.avail_in = static_cast<uInt>(coded.size());
      stream.next_out = to;
      stream.avail_out = static_cast<uInt>(size);
      const int ended = inflate(&stream, Z_FINISH);
      size = stream.total_out;
      inflateEnd(&stream);
      if (ended != Z_STREAM_END) return "not gzip";
      break;
    }
    case Coding::kIdentity: return std::string(coded);
  }
  plain.resize(std::min(size, plain.size()));
  return plain;
}

class EachCoding : public testing::TestWithParam<Coding> {};

TEST_P(EachCoding, GivesTheBytesBack) {
  std::string json = "[";
  for (int i = 0; i < 1000; ++i) json += R"({"id":)" + std::to_string(i) + R"(,"paused":false},)";
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string(70'000, '\0'), json}) {
    const auto coded = encode(GetParam(), bytes);
    ASSERT_TRUE(coded);
    EXPECT_EQ(decode(GetParam(), *coded, bytes.size()), bytes);
  }
}

TEST_P(EachCoding, ButIdentityMakesJsonMuchSmaller) {
  std::string json = "[";
  for (int i = 0; i < 1000; ++i) json += R"({"id":)" + std::to_string(i) + R"(,"paused":false},)";
  const std::size_t size = encode(GetParam(), json)->size();
  if (GetParam() == Coding::kIdentity) {
    EXPECT_EQ(size, json.size());
  } else {
    EXPECT_LT(size, json.size() / 4);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EachCoding, testing::ValuesIn(kCodings),
                         [](const auto& each) { return std::string(name_of(each.param)); });

}  // namespace
}  // namespace trunkline::coding
