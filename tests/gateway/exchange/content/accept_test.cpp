#include "gateway/exchange/content/accept.hpp"

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

constexpr std::string_view kOffered[] = {"application/json", "application/x-ndjson",
                                         "text/event-stream"};

std::string chosen(std::initializer_list<http::Headers::Field> fields) {
  const auto index = choose_type(http::Headers(fields), kOffered);
  return index ? std::string(kOffered[*index]) : "none";
}

std::string accepting(std::string_view value) {
  return chosen({{"accept", value}});
}

TEST(Accept, TakesTheFirstWhenNothingIsSaid) {
  EXPECT_EQ(chosen({}), "application/json");
  EXPECT_EQ(accepting(""), "application/json");
  EXPECT_EQ(accepting("*/*"), "application/json");
}

TEST(Accept, TakesWhatIsNamed) {
  EXPECT_EQ(accepting("text/event-stream"), "text/event-stream");
  EXPECT_EQ(accepting("Application/X-NDJSON"), "application/x-ndjson");
  EXPECT_EQ(accepting("text/html, application/x-ndjson ; q=0.2"), "application/x-ndjson");
}

TEST(Accept, GoesByTheWeights) {
  EXPECT_EQ(accepting("application/json;q=0.5, text/event-stream;q=0.8"), "text/event-stream");
  EXPECT_EQ(accepting("application/json;q=0.5, text/event-stream;q=0.500"), "application/json");
  EXPECT_EQ(accepting("application/json;q=0.001,text/event-stream;q=0"), "application/json");
}

// As the JDK's own client wrote them until Java 17.
TEST(Accept, ReadsWeightsWithoutTheirZero) {
  EXPECT_EQ(accepting("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"), "application/json");
  EXPECT_EQ(accepting("application/json;q=.2, text/event-stream;q=.8"), "text/event-stream");
  EXPECT_EQ(accepting("application/json;q=.125, text/event-stream;q=0.124"), "application/json");
}

TEST(Accept, LetsWildcardsCoverWhatIsNotNamed) {
  EXPECT_EQ(accepting("text/*"), "text/event-stream");
  EXPECT_EQ(accepting("application/*;q=0.3, text/*;q=0.4"), "text/event-stream");
  EXPECT_EQ(accepting("application/json;q=0.1, */*;q=0.2"), "application/x-ndjson");
}

TEST(Accept, LetsTheMorePreciseRangeDecide) {
  EXPECT_EQ(accepting("*/*, application/json;q=0, application/*;q=0.1"), "text/event-stream");
  EXPECT_EQ(accepting("text/*;q=0.9, text/event-stream;q=0.1, application/json;q=0.5"),
            "application/json");
}

TEST(Accept, PrefersOfEqualsWhatIsNamedAndThenWhatIsNamedFirst) {
  EXPECT_EQ(accepting("*/*, text/event-stream"), "text/event-stream");
  EXPECT_EQ(accepting("text/event-stream, application/json"), "text/event-stream");
  EXPECT_EQ(accepting("application/json, text/event-stream"), "application/json");
}

TEST(Accept, TakesNothingWhenAllIsRuledOut) {
  EXPECT_EQ(accepting("text/html"), "none");
  EXPECT_EQ(accepting("application/json;q=0"), "none");
  EXPECT_EQ(accepting("*/*;q=0"), "none");
  EXPECT_EQ(accepting("*/*;q=0.000"), "none");
}

TEST(Accept, JoinsSeveralFields) {
  EXPECT_EQ(chosen({{"accept", "text/html"}, {"accept", "text/event-stream;q=0.1"}}),
            "text/event-stream");
}

TEST(Accept, LeavesOutWhatIsNoRange) {
  for (const char* broken :
       {"json", "text/", "/json", "*/json", "text/event-stream;q=2", "text/event-stream;q=0.1234",
        "text/event-stream;q=x", "text/event-stream;q=1.1", "text/event-stream;q=.",
        "text/event-stream;q=.1234", "text/event-stream;q=.x", "a b/c"}) {
    EXPECT_EQ(accepting(std::string(broken) + ", application/x-ndjson"), "application/x-ndjson")
        << broken;
    EXPECT_EQ(accepting(broken), "application/json") << broken << ": accepts nothing readable";
  }
}

TEST(Accept, IsNotConfusedByParametersAndQuotes) {
  EXPECT_EQ(accepting("text/event-stream;level=1;q=0.9, application/json;q=0.1"),
            "text/event-stream");
  EXPECT_EQ(accepting(R"(text/html;x=", text/event-stream, ";q=0.1, application/x-ndjson)"),
            "application/x-ndjson");
  EXPECT_EQ(accepting(R"(text/html;x="\", text/event-stream", application/x-ndjson)"),
            "application/x-ndjson");
  EXPECT_EQ(accepting(R"(text/event-stream;q="0, application/x-ndjson)"), "application/json")
      << "all of it is in the one quoted string";
}

}  // namespace
}  // namespace trunkline::exchange
