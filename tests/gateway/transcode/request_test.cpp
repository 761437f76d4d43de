#include "torture.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using ::testing::HasSubstr;
using torture::Everything;
namespace pb = google::protobuf;

class Request : public ::testing::Test {
 protected:
  static grpc::Result<std::string> wire(std::string_view query, std::vector<PathValue> path = {},
                                        std::string_view body = {}, std::size_t binding = 0) {
    static const Schema schema =
        Schema::build(descriptor_set_of(*Everything::descriptor()->file())).value();
    std::string message;
    const auto done = transcoder_of(schema, "trunkline.torture.TortureService.Echo", binding)
                          ->request(path, query, body, message);
    if (!done) return done.error();
    return message;
  }

  /// The query makes this message, in protobuf's text format.
  static void expect(std::string_view query, const char* text, std::vector<PathValue> path = {}) {
    const auto bytes = wire(query, std::move(path));
    ASSERT_TRUE(bytes.has_value()) << query << ": " << bytes.error().message;
    Everything wanted;
    Everything got;
    ASSERT_TRUE(pb::TextFormat::ParseFromString(text, &wanted));
    ASSERT_TRUE(got.ParseFromString(*bytes));
    EXPECT_EQ(got.DebugString(), wanted.DebugString()) << query;
  }

  static std::string refused(std::string_view query, std::vector<PathValue> path = {}) {
    const auto bytes = wire(query, std::move(path));
    if (bytes) return "accepted";
    EXPECT_EQ(bytes.error().code, grpc::Code::kInvalidArgument);
    EXPECT_EQ(bytes.error().source, grpc::Source::kClient);
    EXPECT_FALSE(bytes.error().violations.empty());
    return bytes.error().message;
  }
};

TEST_F(Request, WithoutParametersIsAnEmptyMessage) {
  EXPECT_EQ(*wire(""), "");
  EXPECT_EQ(*wire("&&"), "");
}

TEST_F(Request, TakesEveryScalarKind) {
  expect(
      "doubleField=1.5&floatField=-2e3&int32Field=-7&int64Field=-9223372036854775808&"
      "uint32Field=4294967295&uint64Field=18446744073709551615&sint32Field=-2147483648&"
      "sint64Field=-5&fixed32Field=6&fixed64Field=7&sfixed32Field=-8&sfixed64Field=-9&"
      "boolField=true&stringField=hi&bytesField=YWJj&color=BLUE",
      "double_field: 1.5 float_field: -2000 int32_field: -7 int64_field: -9223372036854775808 "
      "uint32_field: 4294967295 uint64_field: 18446744073709551615 sint32_field: -2147483648 "
      "sint64_field: -5 fixed32_field: 6 fixed64_field: 7 sfixed32_field: -8 sfixed64_field: -9 "
      "bool_field: true string_field: 'hi' bytes_field: 'abc' color: BLUE");
}

TEST_F(Request, TakesBothNamesOfAField) {
  expect("int32_field=1&stringField=x", "int32_field: 1 string_field: 'x'");
}

TEST_F(Request, DecodesNamesAndValues) {
  expect("string%5Ffield=a+b%2Bc%26%3D%C3%A9", "string_field: 'a b+c&=\\303\\251'");
  expect("string_field=a=b", "string_field: 'a=b'");
  expect("string_field", "");
}

TEST_F(Request, TakesNestedFields) {
  expect("child.child.name=x&child.number_of_things=2&child.tags=a&child.tags=b",
         "child { child { name: 'x' } number_of_things: 2 tags: ['a', 'b'] }");
}

TEST_F(Request, TakesRepeatedFieldsInOrder) {
  expect("int32s=3&strings=b&int32s=1&strings=a&colors=RED&colors=5&int64s=1&int64s=2",
         "int32s: [3, 1] strings: ['b', 'a'] colors: [RED, BLUE] int64s: [1, 2]");
}

TEST_F(Request, TakesEnumsByNameAndNumber) {
  expect("colors=NEGATIVE&colors=-3&colors=77&colors=CRIMSON", "colors: [-3, -3, 77, 1]");
}

TEST_F(Request, TakesWellKnownTypesInTheirJsonForm) {
  expect(
      "time=2015-04-01T14:00:00.5%2B02:00&duration=-1.5s&mask=aB.c,d&int64Value=-5&"
      "stringValue=&boolValue=false&bytesValue=_-8&doubleValue=Infinity&int64Values=1&int64Values="
      "0",
      "time { seconds: 1427889600 nanos: 500000000 } duration { seconds: -1 nanos: -500000000 } "
      "mask { paths: ['a_b.c', 'd'] } int64_value { value: -5 } string_value {} bool_value {} "
      "bytes_value { value: '\\377\\357' } double_value { value: inf } int64_values { value: 1 } "
      "int64_values {}");
}

TEST_F(Request, TakesOptionalFieldsAndMembersOfOneofsEvenAsDefaults) {
  expect("optionalInt32=0&choiceNumber=0", "optional_int32: 0 choice_number: 0");
}

TEST_F(Request, TakesPathValues) {
  expect("int32Field=1", "string_field: 'a b' int32_field: 1", {{"string_field", "a b"}});
  expect("child.numberOfThings=2", "child { name: 'names/7' number_of_things: 2 }",
         {{"child.name", "names/7"}});
}

TEST_F(Request, HasTheSameBytesInWhateverOrderItIsAsked) {
  EXPECT_EQ(*wire("int32Field=1&child.name=x&stringField=y&child.numberOfThings=3"),
            *wire("child.number_of_things=3&string_field=y&child.name=x&int32_field=1"));
  EXPECT_EQ(*wire("int32Field=0&stringField="), "");
}

TEST_F(Request, RefusesUnknownParametersNamingThem) {
  EXPECT_EQ(refused("colour=RED"), "colour: is not a parameter of this method");
  EXPECT_THAT(refused("child.nam=x"), HasSubstr("child.nam: "));
  EXPECT_EQ(refused("=x"), "\"\": is not a parameter of this method");
  for (const char* query : {"=x", ".=x", "child.=x", ".child=x", "time.seconds=1", "x.y.z=1"})
    EXPECT_THAT(refused(query), HasSubstr("is not a parameter")) << query;
}

TEST_F(Request, RefusesWrongValuesNamingFieldValueAndWhatIsAllowed) {
  EXPECT_EQ(refused("int32_field=abc"),
            "int32_field: \"abc\" is not a number from -2147483648 to 2147483647");
  EXPECT_EQ(refused("boolField=yes"), "boolField: \"yes\" is not true or false");
  EXPECT_EQ(refused("color=GREEN"),
            "color: \"GREEN\" is not one of COLOR_UNSPECIFIED, RED, CRIMSON, BLUE, NEGATIVE");
  EXPECT_EQ(refused("duration=1"),
            "duration: \"1\" is not a duration in seconds, such as \"1.5s\"");
}

TEST_F(Request, RefusesNumbersThatAreNone) {
  for (const char* query : {"int32Field=",       "int32Field=1.5",
                            "int32Field=0x1",    "int32Field=2147483648",
                            "int32Field=%201",   "int32Field=%2B1",
                            "uint32Field=-1",    "uint64Field=18446744073709551616",
                            "doubleField=nan",   "doubleField=inf",
                            "doubleField=0x1p3", "doubleField=1e999",
                            "floatField=1e39",   "doubleField=",
                            "doubleField=1.5.1", "bytesField=*",
                            "time=now",          "mask=a_b",
                            "mask=a,",           "mask=a..b",
                            "mask=a,.",          "boolField=1",
                            "boolField=",        "color=",
                            "color=2147483648"})
    EXPECT_NE(refused(query), "accepted") << query;
}

TEST_F(Request, NamesEveryBadParameterInItsViolations) {
  const auto result = wire("a=1&int32Field=x&boolField=y");
  ASSERT_TRUE(result.has_error());
  EXPECT_THAT(result.error().message, HasSubstr("(and 2 more)"));
  std::vector<std::string> fields;
  for (const auto& violation : result.error().violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::ElementsAre("a", "int32Field", "boolField"));
}

TEST_F(Request, RefusesASingularFieldGivenTwice) {
  EXPECT_EQ(refused("int32Field=1&int32_field=1"), "int32Field: is given more than once");
}

TEST_F(Request, RefusesAParameterThatThePathGives) {
  EXPECT_EQ(refused("stringField=x", {{"string_field", "y"}}),
            "stringField: is already given by the path");
}

TEST_F(Request, RefusesTwoMembersOfAOneof) {
  EXPECT_EQ(refused("choiceString=x&choiceNumber=1"), "choiceNumber: excludes choiceString");
}

TEST_F(Request, RefusesWhatIsNoSingleText) {
  for (const char* query : {"child=x", "stringMap=x", "struct=x", "any=x", "value=x", "empty=x",
                            "children.name=x", "stringMap.key=x", "children=x"})
    EXPECT_NE(refused(query), "accepted") << query;
}

TEST_F(Request, RefusesInvalidUtf8AndBrokenEncoding) {
  EXPECT_EQ(refused("stringField=%ff"), "stringField: the value is not valid UTF-8");
  EXPECT_EQ(refused("int32Field=%ff"), "int32Field: the value is not valid UTF-8");
  EXPECT_EQ(refused("%ff=1"), "%ff: is not percent-encoded UTF-8");
  EXPECT_EQ(refused("stringField=%f"),
            "stringField: the value has a '%' without two hexadecimal digits");
  EXPECT_EQ(refused("", {{"string_field", "\xff"}}), "string_field: the value is not valid UTF-8");
}

TEST_F(Request, ShortensLongValuesInItsComplaint) {
  const auto complaint = refused("int32Field=" + std::string(5000, 'x'));
  EXPECT_LT(complaint.size(), 200u);
}

TEST_F(Request, NamesSixteenBadParametersAndCountsTheRest) {
  std::string query;
  for (int i = 0; i < 4096; ++i) query += "a&";
  const auto error = wire(query).error();
  EXPECT_EQ(error.violations.size(), 16u);
  EXPECT_THAT(error.message, HasSubstr("(and 4095 more)"));
  const auto named = wire(std::string(5000, 'n')).error();
  EXPECT_LT(named.message.size(), 200u);
  EXPECT_LT(named.violations.at(0).field.size(), 100u);
}

TEST_F(Request, RefusesABodyWhereTheRuleHasNone) {
  EXPECT_EQ(wire("", {}, "{}").error().code, grpc::Code::kInvalidArgument);
}

TEST_F(Request, LeavesToTheBodyWhatBelongsThere) {
  EXPECT_THAT(wire("int32Field=1", {}, "", 3).error().message, HasSubstr("belongs into the body"));
  EXPECT_THAT(wire("child.name=x", {}, "", 4).error().message, HasSubstr("belongs into the body"));
  EXPECT_TRUE(wire("int32Field=1", {}, "", 4).has_value());
}

TEST_F(Request, SurvivesAnyQuery) {
  std::srand(7);
  constexpr std::string_view kPieces[] = {
      "child", ".",    "=", "&",      "%", "%41", "+",    "name", "é",           "time",
      "color", "\xff", "1", "int32s", "-", "2e",  "mask", ",",    "choiceString"};
  for (int i = 0; i < 50'000; ++i) {
    std::string query;
    for (int n = std::rand() % 14; n > 0; --n)
      query += kPieces[static_cast<std::size_t>(std::rand()) % std::size(kPieces)];
    const auto result = wire(query);
    if (result) {
      ASSERT_TRUE(Everything().ParseFromString(*result)) << query;
    }
  }
}

}  // namespace
}  // namespace trunkline::transcode
