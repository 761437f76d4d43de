#include "gateway/grpc/web_text.hpp"

#include <random>

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

using namespace std::string_literals;

/// What comes out when `text` goes in by pieces of `size`; nothing if it was refused or ended
/// early.
std::optional<std::string> decoded(std::string_view text, std::size_t size) {
  WebTextDecoder decoder;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += size) {
    const auto piece = decoder.decode(text.substr(at, size));
    if (!piece) return std::nullopt;
    bytes.append(*piece);
  }
  if (decoder.partial()) return std::nullopt;
  return bytes;
}

TEST(WebText, IsDecodedHoweverItIsCut) {
  // Each piece is padded on its own: "a", "bc", "def", "", "g".
  const std::string text = "YQ==YmM=ZGVmZw==";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    EXPECT_EQ(decoded(text, size), "abcdefg") << size;
  }
}

TEST(WebText, GivesBytesAsSoonAsTheyAreWhole) {
  WebTextDecoder decoder;
  EXPECT_EQ(decoder.decode("YWJ").value(), "");
  EXPECT_TRUE(decoder.partial());
  EXPECT_EQ(decoder.decode("jZGV").value(), "abc");
  EXPECT_EQ(decoder.decode("m").value(), "def");
  EXPECT_FALSE(decoder.partial());
}

TEST(WebText, RefusesWhatIsNotBase64) {
  for (const char* bad : {"Y=Jj", "YQ=A", "====", "Y===", "=YQ=", "YW J", "YWJ\n", "Y-Jj", "Y_Jj",
                          "YWJ.", "YQ..", "\xc3\xa9YW"}) {
    EXPECT_FALSE(decoded(bad, 4)) << bad;
    EXPECT_FALSE(decoded(bad, 1)) << bad;
    EXPECT_FALSE(decoded("YWJj"s + bad, 8)) << bad;
  }
}

TEST(WebText, BlamesTheClient) {
  WebTextDecoder decoder;
  const auto refused = decoder.decode("....");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  EXPECT_EQ(refused.error().source, Source::kClient);
}

TEST(WebText, KnowsThatCharactersAreMissing) {
  for (const char* cut : {"Y", "YW", "YWJ", "YWJjZ"}) EXPECT_FALSE(decoded(cut, 3)) << cut;
}

TEST(WebText, EncodesEveryPieceOnItsOwn) {
  EXPECT_EQ(encode_web_text("a") + encode_web_text("bc") + encode_web_text("def"), "YQ==YmM=ZGVm");
  EXPECT_EQ(encode_web_text(""), "");
}

TEST(WebText, SurvivesARoundTripOfAnyBytesInAnyPieces) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    std::string text;
    for (int piece = 0; piece < 8; ++piece) {
      std::string part(random() % 40, '\0');
      for (char& c : part) c = static_cast<char>(random());
      bytes += part;
      text += encode_web_text(part);
    }
    EXPECT_EQ(decoded(text, 1 + random() % 20), bytes);
  }
}

}  // namespace
}  // namespace trunkline::grpc
