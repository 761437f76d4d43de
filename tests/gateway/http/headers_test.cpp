#include "gateway/http/headers.hpp"

namespace trunkline::http {
namespace {

std::string text_of(const Headers& headers) {
  std::string text;
  for (const auto field : headers) text.append(field.name) += "=" + std::string(field.value) + ";";
  return text;
}

TEST(Headers, KeepOrderAndRepeats) {
  Headers headers{{"b", "1"}, {"a", "2"}};
  headers.add("b", "3");
  headers.add("empty", "");
  EXPECT_EQ(text_of(headers), "b=1;a=2;b=3;empty=;");
  EXPECT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers.count("b"), 2u);
  EXPECT_EQ(headers[1].name, "a");
  EXPECT_EQ(headers[1].value, "2");
}

TEST(Headers, FindTheFirstOfAName) {
  const Headers headers{{"b", "1"}, {"b", "2"}, {"empty", ""}};
  EXPECT_EQ(headers.find("b"), "1");
  EXPECT_EQ(headers.find("empty"), "");
  EXPECT_EQ(headers.find("B"), std::nullopt);
  EXPECT_FALSE(headers.contains("bb"));
  EXPECT_EQ(headers.count("c"), 0u);
}

TEST(Headers, SetReplacesEveryFieldOfAName) {
  Headers headers{{"b", "1"}, {"a", "2"}, {"b", "3"}};
  headers.set("b", "4");
  EXPECT_EQ(text_of(headers), "a=2;b=4;");
}

TEST(Headers, RemoveEveryFieldOfAName) {
  Headers headers{{"b", "1"}, {"a", "2"}, {"b", "3"}};
  headers.remove("b");
  headers.remove("c");
  EXPECT_EQ(text_of(headers), "a=2;");
}

TEST(Headers, TakeAnyBytes) {
  Headers headers;
  headers.add(std::string_view("\0", 1), std::string_view("\xff\0:", 3));
  EXPECT_EQ(headers.find(std::string_view("\0", 1)), std::string_view("\xff\0:", 3));
}

TEST(Headers, AreReusedWithoutAllocatingAnew) {
  Headers headers;
  const std::string value(100, 'x');
  headers.add("a", value);
  const char* const bytes = headers[0].name.data();
  headers.clear();
  EXPECT_TRUE(headers.empty());
  EXPECT_TRUE(headers.begin() == headers.end());
  headers.add("b", value);
  EXPECT_EQ(headers[0].name.data(), bytes);
}

TEST(Headers, CopyAsValues) {
  Headers headers{{"a", "1"}};
  const Headers copy = headers;
  headers.set("a", "2");
  EXPECT_EQ(copy.find("a"), "1");
}

}  // namespace
}  // namespace trunkline::http
