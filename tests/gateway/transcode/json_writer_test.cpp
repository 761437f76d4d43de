#include "gateway/transcode/json_writer.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline::transcode {
namespace {

/// From a buffer of exactly the text's size, or from within a longer one.
std::string written(std::string_view text, std::size_t readable_behind = 0) {
  std::vector<char> buffer(text.begin(), text.end());
  buffer.resize(text.size() + readable_behind, '"');
  std::string json;
  JsonWriter writer(json, 0);
  if (!writer.string({buffer.data(), text.size()}, buffer.data() + buffer.size())) return "refused";
  writer.finish();
  return json;
}

TEST(JsonWriter, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(written("a\"b\\c/d<e>\x7f"), "\"a\\\"b\\\\c/d<e>\x7f\"");
  EXPECT_EQ(written("\b\f\n\r\t\x01\x1f"), R"("\b\f\n\r\t\u0001\u001f")");
  EXPECT_EQ(written(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonWriter, CopiesUtf8) {
  for (const char* text : {"é", "€uro", "😀", "\u2028", "\u07FF\u0800\uFFFF\U00010000\U0010FFFF"})
    EXPECT_EQ(written(text), '"' + std::string(text) + '"');
}

TEST(JsonWriter, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3"})
    EXPECT_EQ(written(text), "refused");
}

TEST(JsonWriter, FindsASpecialByteAtEveryPositionOfEveryLength) {
  for (std::size_t size = 1; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char* special : {"\"", "\\", "\x1f", "\x7f", "é"}) {
        std::string text(size, 'x');
        text.replace(at, 1, special);
        for (const std::size_t behind : {0u, 5u, 16u, 40u})
          ASSERT_EQ(nlohmann::json::parse(written(text, behind)), text);
      }
    }
  }
}

TEST(JsonWriter, GrowsFromNothing) {
  std::string json;
  JsonWriter writer(json, 0);
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    writer.string("\n\n\n\n\n\n\n\n\n\n");
    expected += R"("\n\n\n\n\n\n\n\n\n\n")";
  }
  writer.finish();
  EXPECT_EQ(json, expected);
}

TEST(JsonWriter, WritesTheLimitsOfIntegers) {
  std::string json;
  JsonWriter writer(json, 0);
  writer.integer(std::numeric_limits<std::int64_t>::min());
  writer.put(' ');
  writer.quoted(std::numeric_limits<std::uint64_t>::max());
  writer.finish();
  EXPECT_EQ(json, "-9223372036854775808 \"18446744073709551615\"");
}

}  // namespace
}  // namespace trunkline::transcode
