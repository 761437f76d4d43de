#include "torture.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using torture::Everything;
namespace pb = google::protobuf;

// The bindings of TortureService.Echo, in their order.
constexpr std::size_t kWhole = 3, kChild = 4, kChildren = 5, kMap = 6, kText = 7, kNamed = 8,
                      kNamedChild = 9, kValue = 10;

grpc::Result<std::string> wire(std::string_view body, std::size_t binding = kWhole,
                               std::vector<PathValue> path = {}, std::string_view query = {},
                               bool ignore_unknown = false, const char* method = "Echo") {
  static const std::string set = descriptor_set_of(*Everything::descriptor()->file());
  static const Schema strict = Schema::build(set).value();
  static const Schema lax = Schema::build(set, {.ignore_unknown = true}).value();
  std::string message;
  const auto done =
      transcoder_of(ignore_unknown ? lax : strict,
                    std::string("trunkline.torture.TortureService.") + method, binding)
          ->request(path, query, body, message);
  if (!done) return done.error();
  return message;
}

/// The body makes this message, in protobuf's text format.
void expect(std::string_view body, const char* text, std::size_t binding = kWhole,
            std::vector<PathValue> path = {}, std::string_view query = {}) {
  const auto bytes = wire(body, binding, std::move(path), query);
  ASSERT_TRUE(bytes.has_value()) << body << ": " << bytes.error().message;
  Everything wanted;
  Everything got;
  ASSERT_TRUE(pb::TextFormat::ParseFromString(text, &wanted));
  ASSERT_TRUE(got.ParseFromString(*bytes));
  EXPECT_EQ(got.DebugString(), wanted.DebugString()) << body;
}

std::string message_of(const grpc::Result<std::string>& bytes) {
  if (bytes) return "accepted";
  EXPECT_EQ(bytes.error().code, grpc::Code::kInvalidArgument);
  EXPECT_EQ(bytes.error().source, grpc::Source::kClient);
  return bytes.error().message;
}

std::string refused(std::string_view body, std::size_t binding = kWhole,
                    std::vector<PathValue> path = {}, std::string_view query = {}) {
  return message_of(wire(body, binding, std::move(path), query));
}

TEST(Body, MayBeEmptyOrBlank) {
  for (const char* body : {"", " ", "\r\n\t "}) {
    expect(body, "");
    expect(body, "", kChild);
  }
  expect(" { } ", "");
  expect(" { } ", "child {}", kChild);
}

TEST(Body, TakesNumbersOf64BitsAsNumbersAndAsStrings) {
  expect(R"({"int64Field": -9223372036854775808, "uint64Field": 18446744073709551615})",
         "int64_field: -9223372036854775808 uint64_field: 18446744073709551615");
  expect(R"({"int64Field": "-9223372036854775808", "uint64Field": "18446744073709551615"})",
         "int64_field: -9223372036854775808 uint64_field: 18446744073709551615");
}

TEST(Body, TakesIntegersInEveryFormThatJsonHas) {
  expect(R"({"int32s": [1.0, 1e5, 100E-2, -0, -0.0, 12.50e1, "1e2", 0.00000001e8]})",
         "int32s: [1, 100000, 1, 0, 0, 125, 100, 1]");
  expect(R"({"uint64s": [9007199254740993.0, 18446744073709551615.0, 1.8446744073709551615e19]})",
         "uint64s: [9007199254740993, 18446744073709551615, 18446744073709551615]");
  expect(R"({"uint32s": [-0, 0e999, 0.0e-999]})", "uint32s: [0, 0, 0]");
}

TEST(Body, RefusesIntegersThatAreNoneOrOutOfRange) {
  EXPECT_EQ(refused(R"({"int32Field": 2147483648})"),
            "int32Field: \"2147483648\" is not a number from -2147483648 to 2147483647");
  for (const char* value :
       {"1.5", "1e-1", "1e400", "2147483648", "-2147483649", "1e10", "\"\"", "\" 1\"", "\"1 \"",
        "\"+1\"", "\"0x1\"", "\"1.\"", "\".5\"", "\"1e\"", "true", "\"-\"", "{}", "[]", "\"NaN\""})
    EXPECT_THAT(refused(std::string(R"({"int32Field": )") + value + "}"), HasSubstr("int32Field: "))
        << value;
  for (const char* value : {"-1", "18446744073709551616", "1e20", "18446744073709551615.5"})
    EXPECT_THAT(refused(std::string(R"({"uint64Field": )") + value + "}"),
                HasSubstr("uint64Field: "))
        << value;
}

TEST(Body, TakesFloatsWithoutLosingADigit) {
  expect(R"({"doubleField": 0.1, "floatField": 3.4028235e38})",
         "double_field: 0.1 float_field: 3.4028235e38");
  expect(
      R"({"doubles": ["NaN", "Infinity", "-Infinity", "1.5", 1e-400, 5e-324, 123456789012345678]})",
      "doubles: [nan, inf, -inf, 1.5, 0, 5e-324, 123456789012345678]");
  expect(R"({"doubleField": -0, "floatField": -0.0})", "double_field: -0.0 float_field: -0.0");
}

TEST(Body, RefusesFloatsOutOfRange) {
  for (const char* body :
       {R"({"doubleField": 1e309})", R"({"floatField": 3.5e38})", R"({"doubleField": "inf"})",
        R"({"doubleField": "nan"})", R"({"doubleField": "-1e309"})", R"({"value": 1e309})",
        R"({"doubleField": true})", R"({"doubleField": ".5"})"})
    EXPECT_THAT(refused(body), HasSubstr("is not a")) << body;
}

TEST(Body, TakesBytesInBothAlphabetsWithAndWithoutPadding) {
  expect(R"({"byteses": ["_-8=", "/+8=", "_-8", "/+8", ""]})",
         R"(byteses: ["\xff\xef", "\xff\xef", "\xff\xef", "\xff\xef", ""])");
  EXPECT_EQ(refused(R"({"bytesField": "*"})"), "bytesField: \"*\" is not base64");
}

TEST(Body, TakesEnumsByNameAndNumber) {
  expect(R"({"color": "BLUE", "colors": ["NEGATIVE", -3, 77, "CRIMSON", 1.0, "5"]})",
         "color: BLUE colors: [-3, -3, 77, 1, 1, 5]");
  EXPECT_EQ(refused(R"({"colors": ["RED", "red"]})"),
            "colors[1]: \"red\" is not one of COLOR_UNSPECIFIED, RED, CRIMSON, BLUE, NEGATIVE");
}

TEST(Body, TakesBoolsAndStringsAsNothingElse) {
  expect(R"({"boolField": true, "stringField": "true"})", "bool_field: true string_field: 'true'");
  EXPECT_EQ(refused(R"({"boolField": "true"})"), "boolField: \"true\" is not true or false");
  EXPECT_EQ(refused(R"({"boolField": 1})"), "boolField: 1 is not true or false");
  EXPECT_EQ(refused(R"({"stringField": 1})"), "stringField: 1 is not a string");
  EXPECT_EQ(refused(R"({"stringField": false})"), "stringField: false is not a string");
}

TEST(Body, TakesBothNamesOfAField) {
  expect(R"({"int32_field": 1, "stringField": "x", "other \"name\"": "y"})",
         "int32_field: 1 string_field: 'x' renamed: 'y'");
}

TEST(Body, TakesMapsWithEveryKindOfKey) {
  expect(R"({"stringMap": {"a": "b", "": ""}, "int32Map": {"-1": {"name": "x"}},
             "int64Map": {"-9223372036854775808": "1"}, "uint32Map": {"4294967295": 1},
             "uint64Map": {"18446744073709551615": true}, "sint32Map": {"-5": "RED"},
             "sint64Map": {"-6": "YQ"}, "fixed32Map": {"7": "1970-01-01T00:00:01Z"},
             "fixed64Map": {"8": 9}, "sfixed32Map": {"-8": "s"}, "boolMap": {"true": "t",
             "false": "f"}})",
         "string_map { key: '' value: '' } string_map { key: 'a' value: 'b' }"
         "int32_map { key: -1 value { name: 'x' } }"
         "int64_map { key: -9223372036854775808 value: 1 }"
         "uint32_map { key: 4294967295 value: 1 }"
         "uint64_map { key: 18446744073709551615 value: true }"
         "sint32_map { key: -5 value: RED } sint64_map { key: -6 value: 'a' }"
         "fixed32_map { key: 7 value { seconds: 1 } } fixed64_map { key: 8 value { value: 9 } }"
         "sfixed32_map { key: -8 value: 's' }"
         "bool_map { key: true value: 't' } bool_map { key: false value: 'f' }");
}

TEST(Body, RefusesMapKeysThatDoNotFitAndThoseThatComeTwice) {
  EXPECT_EQ(refused(R"({"boolMap": {"yes": "x"}})"),
            "boolMap[\"yes\"]: the key \"yes\" is not true or false");
  EXPECT_THAT(refused(R"({"int32Map": {"1.0": {}}})"), HasSubstr("is not a number"));
  EXPECT_EQ(refused(R"({"stringMap": {"a": "1", "b": "2", "a": "3"}})"),
            "stringMap: the key \"a\" is given twice");
  EXPECT_EQ(refused(R"({"int32Map": {"-1": {}, "2": {}, "-01": {}}})"),
            "int32Map: the key \"-1\" is given twice");
  EXPECT_EQ(refused(R"({"struct": {"k": {"a": 1, "a": 2}}})"),
            "struct[\"k\"]: the key \"a\" is given twice");
}

TEST(Body, TakesNullForWhatIsAbsent) {
  expect(R"({"int32Field": null, "child": null, "int32s": null, "stringMap": null, "time": null,
             "int64Value": null, "optionalInt32": null, "any": null, "color": null})",
         "");
  expect(R"({"value": null, "values": [null, 1], "choiceNull": null})",
         "value { null_value: NULL_VALUE } values { null_value: NULL_VALUE }"
         "values { number_value: 1 } choice_null: NULL_VALUE");
  for (const char* body : {R"({"int32s": [null]})", R"({"children": [null]})",
                           R"({"stringMap": {"a": null}})", R"({"int64Values": [null]})"})
    EXPECT_THAT(refused(body), HasSubstr("null is not")) << body;
}

TEST(Body, KeepsOptionalFieldsAndMembersOfOneofsEvenAsDefaults) {
  expect(R"({"optionalInt32": 0, "optionalString": "", "choiceNumber": 0, "int32Field": 0})",
         "optional_int32: 0 optional_string: '' choice_number: 0");
}

TEST(Body, TakesOneMemberOfAOneof) {
  EXPECT_EQ(refused(R"({"choiceString": "x", "choiceNumber": 1})"),
            "choiceNumber: excludes choiceString, which is given, too");
  EXPECT_EQ(refused(R"({"choice_string": "x", "choiceNumber": 1})"),
            "choiceNumber: excludes choice_string, which is given, too");
  EXPECT_THAT(refused(R"({"choiceChild": {}, "choiceNull": null})"), HasSubstr("excludes"));
  EXPECT_THAT(refused(R"({"choiceNumber": 1, "choiceChild": {}})"), HasSubstr("excludes"));
  expect(R"({"choiceString": null, "choiceNumber": 1})", "choice_number: 1");
  expect(R"({"choiceNumber": 1, "choiceString": null})", "choice_number: 1");
}

TEST(Body, TakesWellKnownTypesInTheirJsonForm) {
  expect(R"({"time": "2015-04-01T14:00:00.5+02:00", "duration": "-1.5s", "mask": "aB.c,d",
             "int64Value": "-5", "stringValue": "", "boolValue": false, "bytesValue": "_-8",
             "doubleValue": "Infinity", "int64Values": [1, "0"], "empty": {}})",
         "time { seconds: 1427889600 nanos: 500000000 } duration { seconds: -1 nanos: -500000000 }"
         "mask { paths: ['a_b.c', 'd'] } int64_value { value: -5 } string_value {} bool_value {}"
         "bytes_value { value: '\\377\\357' } double_value { value: inf } int64_values { value: 1 }"
         "int64_values {} empty {}");
  expect(R"({"struct": {"b": [1, "x", {"y": null}], "a": true}, "value": {"v": []},
             "list": [[], {}], "values": [{}, [1], "s"]})",
         "struct { fields { key: 'a' value { bool_value: true } } fields { key: 'b' value {"
         "list_value { values { number_value: 1 } values { string_value: 'x' } values {"
         "struct_value { fields { key: 'y' value { null_value: NULL_VALUE } } } } } } } }"
         "value { struct_value { fields { key: 'v' value { list_value {} } } } }"
         "list { values { list_value {} } values { struct_value {} } }"
         "values { struct_value {} } values { list_value { values { number_value: 1 } } }"
         "values { string_value: 's' }");
}

TEST(Body, TakesTimesInTheirRanges) {
  expect(R"({"times": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"]})",
         "times { seconds: -62135596800 } times { seconds: 253402300799 nanos: 999999999 }");
  for (const char* body :
       {R"({"time": "0000-12-31T23:59:59Z"})", R"({"time": "9999-12-31T23:59:59-01:00"})",
        R"({"time": "2015-02-29T00:00:00Z"})", R"({"time": "2015-01-01T00:00:00.1234567890Z"})",
        R"({"time": 1})", R"({"duration": "315576000001s"})", R"({"duration": "1"})",
        R"({"duration": {}})", R"({"mask": "a_b"})", R"({"mask": ["a"]})"})
    EXPECT_THAT(refused(body), HasSubstr("is not a")) << body;
}

TEST(Body, TakesAnyOfEveryTypeThatTheDescriptorsHave) {
  const char* const child =
      "any { type_url: 'type.googleapis.com/trunkline.torture.Child' value: '\\n\\001x\\020\\007' "
      "}";
  expect(R"({"any": {"@type": "type.googleapis.com/trunkline.torture.Child", "name": "x",
             "numberOfThings": 7}})",
         child);
  expect(R"({"any": {"number_of_things": 7, "name": "x",
             "@type": "type.googleapis.com/trunkline.torture.Child"}})",
         child);
  expect(R"({"any": {"@type": "a/google.protobuf.Duration", "value": "1s"}})",
         "any { type_url: 'a/google.protobuf.Duration' value: '\\010\\001' }");
  expect(R"({"anys": [{"value": "1s", "@type": "a/google.protobuf.Duration"}, {}]})",
         "anys { type_url: 'a/google.protobuf.Duration' value: '\\010\\001' } anys {}");
  for (const char* body : {R"({"any": {"@type": "a/google.protobuf.Empty"}})",
                           R"({"any": {"@type": "a/google.protobuf.Empty", "value": {}}})",
                           R"({"any": {"value": {}, "@type": "a/google.protobuf.Empty"}})"})
    expect(body, "any { type_url: 'a/google.protobuf.Empty' }");
  EXPECT_EQ(refused(R"({"any": {"@type": "a/google.protobuf.Empty", "value": 1}})"),
            "any.value: 1 is not an object");
  EXPECT_EQ(refused(R"({"any": {"@type": "a/google.protobuf.Empty", "value": {"a": 1}}})"),
            "any.value.a: is not a field of google.protobuf.Empty");
}

TEST(Body, TakesAnyWithinAnyWhereverTheTypesStand) {
  const std::string first = R"({"any": {"@type": "a/trunkline.torture.Everything", "any":
      {"@type": "a/google.protobuf.Any", "value":
      {"@type": "a/trunkline.torture.Child", "name": "x", "tags": ["y"]}}}})";
  const std::string last = R"({"any": {"any": {"value": {"tags": ["y"], "name": "x",
      "@type": "a/trunkline.torture.Child"}, "@type": "a/google.protobuf.Any"},
      "@type": "a/trunkline.torture.Everything"}})";
  ASSERT_TRUE(wire(first).has_value()) << wire(first).error().message;
  ASSERT_TRUE(wire(last).has_value()) << wire(last).error().message;
  EXPECT_EQ(*wire(first), *wire(last));
  EXPECT_GT(wire(first)->size(), 70u);
}

TEST(Body, RefusesAnyThatDoesNotTellWhatItIs) {
  EXPECT_EQ(refused(R"({"any": {"name": "x"}})"), "any: needs an \"@type\"");
  EXPECT_EQ(refused(R"({"any": {"@type": "a/no.such.Type"}})"),
            "any.@type: \"a/no.such.Type\" is not the type of a known message");
  EXPECT_THAT(refused(R"({"any": {"@type": "trunkline.torture.Child"}})"), HasSubstr("any.@type"));
  EXPECT_EQ(refused(R"({"any": {"@type": 7}})"), "any.@type: 7 is not a string");
  EXPECT_THAT(refused(R"({"any": {"@type": {}}})"), HasSubstr("any.@type"));
  EXPECT_EQ(refused(R"({"any": {"@type": "a/google.protobuf.Duration"}})"),
            "any: needs a \"value\", as google.protobuf.Duration has it");
  EXPECT_EQ(refused(R"({"any": {"@type": "a/google.protobuf.Duration", "values": 1}})"),
            "any.values: is not a member of an Any of google.protobuf.Duration");
  EXPECT_EQ(refused(R"({"any": {"@type": "a/trunkline.torture.Child", "@type": "b"}})"),
            "any.@type: is given twice");
  EXPECT_EQ(refused(R"({"any": {"name": "", "@type": "a/trunkline.torture.Child", "@type": "b"}})"),
            "any.@type: is given twice");
  EXPECT_EQ(refused(R"({"any": {"tags": [{}], "@type": "a/trunkline.torture.Child"}})"),
            "any.tags[0]: an object is not a string");
  EXPECT_THAT(refused(R"({"any": 1})"), HasSubstr("any: 1 is not an object"));
}

TEST(Body, RefusesUnknownFieldsNamingThem) {
  EXPECT_EQ(refused(R"({"colour": 1})"), "colour: is not a field of trunkline.torture.Everything");
  EXPECT_EQ(refused(R"({"children": [{}, {"child": {"nam": 1}}]})"),
            "children[1].child.nam: is not a field of trunkline.torture.Child");
  EXPECT_THAT(refused(R"({"int32Map": {"7": {"nam": 1}}})"), HasSubstr("int32Map[\"7\"].nam: "));
}

TEST(Body, NamesTheEmptyKeyToo) {
  EXPECT_EQ(refused(R"({"": 1})"), "\"\": is not a field of trunkline.torture.Everything");
  EXPECT_EQ(refused(R"({"child": {"": 1}})"),
            "child.\"\": is not a field of trunkline.torture.Child");
  EXPECT_EQ(refused(R"({"stringMap": {"": 1}})"), "stringMap[\"\"]: 1 is not a string");
}

TEST(Body, EscapesTheKeysOfMapsInItsNames) {
  EXPECT_EQ(refused(R"({"stringMap": {"a\"].b\\": 1}})"),
            R"(stringMap["a\"].b\\"]: 1 is not a string)");
}

TEST(Body, ShortensLongNamesInItsComplaint) {
  std::string key;
  for (int i = 0; i < 10000; ++i) key += "\\u0001";
  for (const std::string& body : {"{\"" + key + "\": 1}", "{\"stringMap\": {\"" + key + "\": 1}}",
                                  "{\"int32Map\": {\"" + key + "\": 1}}"})
    EXPECT_LT(refused(body).size(), 300u);
}

TEST(Body, SkipsUnknownFieldsAndParametersIfToldTo) {
  const auto bytes = wire(R"({"colour": {"a": [1, {"b": null}]}, "stringField": "x", "no": 1,
                              "any": {"@type": "a/google.protobuf.Duration", "x": {}, "value": "1s"}})",
                          kWhole, {}, {}, true);
  ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
  Everything got;
  ASSERT_TRUE(got.ParseFromString(*bytes));
  EXPECT_EQ(got.string_field(), "x");
  EXPECT_EQ(got.any().value(), "\x08\x01");
  EXPECT_TRUE(wire("", 0, {}, "colour=1&child.nam=2&int32Field=3", true).has_value());
  EXPECT_THAT(message_of(wire("", 0, {}, "int32Field=x", true)), HasSubstr("int32Field"));
  EXPECT_THAT(message_of(wire(R"({"a": {"b": tru}})", kWhole, {}, {}, true)),
              HasSubstr("syntax error"));
}

TEST(Body, RefusesFieldsGivenTwiceByWhateverName) {
  EXPECT_EQ(refused(R"({"int32Field": 1, "int32_field": 1})"), "int32_field: is given twice");
  EXPECT_EQ(refused(R"({"child": null, "child": {}})"), "child: is given twice");
  EXPECT_EQ(refused(R"({"childr\u0065n": [], "color": 1, "children": []})"),
            "children: is given twice");
}

TEST(Body, RefusesTheWrongKindOfValueNamingBoth) {
  EXPECT_EQ(refused(R"({"child": 7})"), "child: 7 is not an object");
  EXPECT_EQ(refused(R"({"child": []})"), "child: an array is not an object");
  EXPECT_EQ(refused(R"({"children": {}})"), "children: an object is not an array");
  EXPECT_EQ(refused(R"({"children": "x"})"), "children: \"x\" is not an array");
  EXPECT_EQ(refused(R"({"stringMap": []})"), "stringMap: an array is not an object");
  EXPECT_EQ(refused(R"({"stringMap": 1})"), "stringMap: 1 is not an object");
  EXPECT_EQ(refused(R"({"int32s": [[1]]})"), "int32s[0]: an array is not a number");
  EXPECT_EQ(refused(R"({"int32s": [1, {}]})"), "int32s[1]: an object is not a number");
  EXPECT_EQ(refused("[]"), "The body is not right: an array is not an object.");
  EXPECT_EQ(refused("7"), "The body is not right: 7 is not an object.");
  EXPECT_EQ(refused("null"), "The body is not right: null is not an object.");
}

TEST(Body, SaysWhereItIsNoJson) {
  EXPECT_EQ(refused("{\n  \"child\": {,\n}"),
            "The body is not JSON: it has a syntax error at line 2, column 13.");
  EXPECT_EQ(refused("{\"child\": {}"), "The body is not JSON: it ends too early.");
  EXPECT_EQ(refused("{} {}"),
            "The body is not JSON: it has something behind its end at line 1, "
            "column 4.");
  EXPECT_TRUE(wire("{}").has_value());
}

TEST(Body, RefusesWhatIsNearlyJson) {
  using namespace std::string_literals;
  for (const std::string& body : {"{'stringField': \"x\"}"s,
                                  "{stringField: \"x\"}"s,
                                  "{\"stringField\": \"x\",}"s,
                                  "{\"int32s\": [1,]}"s,
                                  "{\"int32Field\": 01}"s,
                                  "{\"int32Field\": +1}"s,
                                  "{\"int32Field\": .5}"s,
                                  "{\"int32Field\": 0x1}"s,
                                  "{\"doubleField\": NaN}"s,
                                  "{/* */}"s,
                                  "\xef\xbb\xbf{}"s,
                                  "{\"stringField\": \"\n\"}"s,
                                  "{\"stringField\": \"\\x\"}"s,
                                  "{\"stringField\": \"\\ud800\"}"s,
                                  "{\"stringField\": \"\\ude00\\ud83d\"}"s,
                                  "{\"stringField\": \"\xff\"}"s,
                                  "{\"stringField\": \"\xc0\x80\"}"s,
                                  "{\"stringField\": \"\xed\xa0\x80\"}"s,
                                  "{\"\xff\": 1}"s,
                                  "{}\0"s})
    EXPECT_THAT(refused(body), HasSubstr("not JSON")) << body;
}

TEST(Body, DecodesEscapes) {
  expect(R"({"stringField": "a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00\u0000b"})",
         "string_field: 'a\\\"\\\\/\\010\\014\\n\\r\\t\\303\\251\\342\\202\\254\\360\\237\\230\\200"
         "\\000b'");
  const std::string longer(5000, 'x');
  const auto bytes = wire(R"({"stringField": "\u00e9)" + longer + R"(\u00e9"})");
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(bytes->size(), 5000u + 4 + 3);
}

TEST(Body, IsAsDeepAsAHundredMessagesAndNoDeeper) {
  const auto nested = [](int levels) {
    std::string body;
    for (int i = 0; i < levels; ++i) body += R"({"everything":)";
    return body + "{}" + std::string(static_cast<std::size_t>(levels), '}');
  };
  Everything message;
  EXPECT_TRUE(message.ParseFromString(*wire(nested(99))));
  EXPECT_THAT(refused(nested(100)), HasSubstr("nested more than 100 levels deep"));
  // Each JSON array is a Value and a ListValue on the wire, which protobuf counts.
  const auto lists = [](int levels) {
    return R"({"value":)" + std::string(static_cast<std::size_t>(levels), '[') +
           std::string(static_cast<std::size_t>(levels), ']') + "}";
  };
  ASSERT_TRUE(wire(lists(50)).has_value());
  EXPECT_TRUE(message.ParseFromString(*wire(lists(50))));
  EXPECT_THAT(refused(lists(51)), HasSubstr("is nested too deeply"));
}

TEST(Body, HasTheSameBytesInWhateverOrderItIsWritten) {
  const std::string ordered = R"({"int32Field": 1, "child": {"name": "a", "tags": ["x", "y"]},
      "stringMap": {"a": "1", "b": "2"}, "struct": {"a": {"b": 1, "c": 2}}})";
  const std::string mixed = R"({"struct": {"a": {"c": 2, "b": 1}}, "stringMap": {"b": "2",
      "a": "1"}, "boolField": false, "child": {"tags": ["x", "y"], "numberOfThings": 0,
      "name": "a"}, "strings": [], "int32_field": "1"})";
  ASSERT_TRUE(wire(ordered).has_value());
  EXPECT_EQ(*wire(ordered), wire(mixed).value());
}

TEST(Body, OrdersMapsByTheValueOfTheirKeys) {
  const auto bytes = wire(R"({"sint32Map": {"20": 1, "3": 1, "-1": 1}})");
  ASSERT_TRUE(bytes.has_value());
  // Zigzag keys in the order -1, 3, 20.
  EXPECT_EQ(*bytes,
            "\x92\x04\x04\x08\x01\x10\x01\x92\x04\x04\x08\x06\x10\x01\x92\x04\x04\x08\x28"
            "\x10\x01");
}

TEST(Body, OfOneFieldIsThatFieldsJson) {
  expect(R"({"name": "x"})", "child { name: 'x' }", kChild);
  expect(R"([{"name": "x"}, {}])", "children { name: 'x' } children {}", kChildren);
  expect(R"({"b": "2", "a": "1"})",
         "string_map { key: 'a' value: '1' } string_map { key: 'b' value: '2' }", kMap);
  expect(R"("text")", "string_field: 'text'", kText);
  expect("null", "", kText);
  expect("null", "value { null_value: NULL_VALUE } int32_field: 7", kValue, {{"int32_field", "7"}});
  expect("[1]", "value { list_value { values { number_value: 1 } } }", kValue,
         {{"int32_field", "0"}});
  EXPECT_EQ(refused("7", kText), "string_field: 7 is not a string");
  EXPECT_EQ(refused(R"([{}, {"nam": 1}])", kChildren),
            "children[1].nam: is not a field of trunkline.torture.Child");
  EXPECT_EQ(refused(R"({"nam": 1})", kChild),
            "child.nam: is not a field of trunkline.torture.Child");
}

TEST(Body, LeavesTheOtherFieldsToTheQuery) {
  expect(R"({"name": "x"})", "child { name: 'x' } int32_field: 1 everything { string_field: 'y' }",
         kChild, {}, "int32Field=1&everything.stringField=y");
  EXPECT_EQ(refused("{}", kChild, {}, "child.name=x"),
            "child.name: belongs into the body of the request");
  EXPECT_EQ(refused("{}", kWhole, {}, "int32Field=1"),
            "int32Field: belongs into the body of the request");
}

TEST(Body, MergesWithWhatThePathGives) {
  expect(R"({"int32Field": 1})", "child { name: 'names/7' } int32_field: 1", kNamed,
         {{"child.name", "names/7"}});
  expect(R"({"child": {"tags": ["a"]}})", "child { name: 'names/7' tags: 'a' }", kNamed,
         {{"child.name", "names/7"}});
  expect(R"({"child": null})", "child { name: 'names/7' }", kNamed, {{"child.name", "names/7"}});
  expect(R"({"child": {"tags": ["a"], "name": null}})", "child { name: 'names/7' tags: 'a' }",
         kNamed, {{"child.name", "names/7"}});
  expect(R"({"child": {"name": "names/7"}})", "child { name: 'names/7' }", kNamed,
         {{"child.name", "names/7"}});
  expect(R"({"tags": ["a"]})", "child { name: 'names/7' tags: 'a' }", kNamedChild,
         {{"child.name", "names/7"}});
  expect("", "child { name: 'names/7' }", kNamedChild, {{"child.name", "names/7"}});
  EXPECT_EQ(*wire(R"({"child": {"tags": ["a"]}})", kNamed, {{"child.name", "n"}}),
            *wire(R"({"child": {"tags": ["a"], "name": "n"}})"));
}

TEST(Body, RefusesToSayOtherwiseThanThePath) {
  EXPECT_EQ(refused(R"({"child": {"name": "names/8"}})", kNamed, {{"child.name", "names/7"}}),
            "child.name: the body says otherwise than the path, which gives \"names/7\"");
  EXPECT_THAT(refused(R"({"name": ""})", kNamedChild, {{"child.name", "names/7"}}),
              HasSubstr("child.name: the body says otherwise"));
}

TEST(Body, IsRefusedWhereTheRuleHasNone) {
  EXPECT_THAT(refused("{}", 0), HasSubstr("This method takes no body"));
  EXPECT_TRUE(wire(" \n", 0).has_value());
}

std::vector<std::string> mask_of(std::string_view body, std::string_view query = {},
                                 std::size_t binding = 0, bool ignore_unknown = false) {
  std::vector<PathValue> path;
  if (binding < 2) path.push_back({"thing.string_field", "x"});
  const auto bytes = wire(body, binding, path, query, ignore_unknown, "Update");
  if (!bytes) return {bytes.error().message};
  torture::UpdateRequest request;
  EXPECT_TRUE(request.ParseFromString(*bytes));
  if (!request.has_update_mask()) return {"none"};
  return {request.update_mask().paths().begin(), request.update_mask().paths().end()};
}

TEST(Body, OfAPatchTellsWhatItUpdates) {
  EXPECT_THAT(mask_of(R"({"int32Field": 1, "color": "RED"})"), ElementsAre("color", "int32_field"));
  EXPECT_THAT(mask_of(R"({"child": {"numberOfThings": 0, "child": {"name": "x"}}})"),
              ElementsAre("child.child.name", "child.number_of_things"));
  EXPECT_THAT(mask_of(R"({"child": {}, "everything": {"child": null}})"),
              ElementsAre("child", "everything.child"));
  EXPECT_THAT(mask_of(R"({"strings": ["x"], "children": [{"name": "x"}], "stringMap": {"a": "b"},
                          "struct": {"a": {"b": 1}}, "value": {"a": 1}, "time":
                          "1970-01-01T00:00:00Z", "list": [1], "any": {"name": "x",
                          "@type": "a/trunkline.torture.Child"}, "int32Value": 1, "bools": []})"),
              ElementsAre("any", "bools", "children", "int32_value", "list", "string_map",
                          "strings", "struct", "time", "value"));
  EXPECT_THAT(mask_of("{}"), ElementsAre());
}

TEST(Body, OfAPatchNeverAsksToWipeWhatOnlyHoldsUnknownFields) {
  EXPECT_THAT(mask_of(R"({"child": {"nmae": "x"}, "int32Field": 1})", {}, 0, true),
              ElementsAre("int32_field"));
  EXPECT_THAT(mask_of(R"({"everything": {"child": {"nmae": {}}}})", {}, 0, true), ElementsAre());
}

TEST(Body, OfAPatchThatIsNullTellsNoMask) {
  EXPECT_THAT(mask_of("null"), ElementsAre("none"));
}

TEST(Body, OfAPatchDerivesNoMaskThatOutgrowsIt) {
  std::string body;
  for (int i = 0; i < 60; ++i) body += R"({"everything":)";
  const std::string leaves = R"({"int32Field":1,"int64Field":1,"uint32Field":1,"uint64Field":1,
      "sint32Field":1,"sint64Field":1,"fixed32Field":1,"fixed64Field":1,"boolField":true})";
  const std::string end(60, '}');
  EXPECT_EQ(mask_of(body + leaves + end).size(), 9u);
  std::string wide = leaves;
  for (int i = 0; i < 60; ++i) {
    wide = R"({"everything":)" + wide +
           R"(,"int32Field":1,"int64Field":1,"uint32Field":1,)"
           R"("uint64Field":1,"sint32Field":1,"sint64Field":1,"fixed32Field":1,"boolField":true})";
  }
  EXPECT_THAT(mask_of(wide), ElementsAre("update_mask: what the body names takes more than 65536 "
                                         "bytes to tell: give this parameter"));
  EXPECT_THAT(mask_of(wide, "updateMask=everything"), ElementsAre("everything"));
}

TEST(Body, TellsNoMaskWhereTheClientDoesOrTheRuleIsAnother) {
  EXPECT_THAT(mask_of(R"({"int32Field": 1})", "updateMask=color"), ElementsAre("color"));
  EXPECT_THAT(mask_of(R"({"int32Field": 1})", "validateOnly=true"), ElementsAre("int32_field"));
  EXPECT_THAT(mask_of(""), ElementsAre("none"));
  EXPECT_THAT(mask_of(R"({"int32Field": 1})", "", 1), ElementsAre("none"));
  EXPECT_THAT(mask_of(R"({"thing": {"int32Field": 1}})", "", 2), ElementsAre("none"));
}

TEST(Body, RefusesGroups) {
  pb::FileDescriptorProto file;
  ASSERT_TRUE(pb::TextFormat::ParseFromString(
      "name: 'old.proto' syntax: 'proto2' package: 'old' message_type { name: 'Q'"
      " field { name: 'part' number: 1 type: TYPE_GROUP type_name: '.old.Q.Part' label: "
      "LABEL_OPTIONAL } field { name: 'kind' number: 2 type: TYPE_ENUM type_name: '.old.Kind' "
      "label: LABEL_OPTIONAL } nested_type { name: 'Part' } }"
      " enum_type { name: 'Kind' value { name: 'A' number: 1 } }"
      " service { name: 'S' method { name: 'M' input_type: '.old.Q' output_type: '.old.Q' } }",
      &file));
  pb::FileDescriptorSet set;
  *set.add_file() = file;
  const auto schema = Schema::build(set.SerializeAsString(), {.ignore_unknown = true}).value();
  const auto& transcoder = *schema.methods().at(0).transcoder;
  std::string message;
  EXPECT_EQ(transcoder.request({}, {}, R"({"part": {}})", message).error().message,
            "part: is a group, which JSON has no form for");
  EXPECT_EQ(transcoder.request({}, {}, R"({"kind": 2})", message).error().message,
            "kind: \"2\" is not one of A");
  EXPECT_TRUE(transcoder.request({}, {}, R"({"kind": 1})", message).has_value());
}

TEST(Body, ThatIsBadHidesNoBadParameter) {
  const auto bad = [](std::string_view body) {
    const auto error = wire(body, kChild, {}, "int32Field=x&a=1").error();
    std::vector<std::string> fields;
    for (const auto& violation : error.violations) fields.push_back(violation.field);
    return std::pair(error.message, fields);
  };
  EXPECT_THAT(bad(R"({"nam": 1})").second, ElementsAre("child.nam", "int32Field", "a"));
  EXPECT_THAT(bad(R"({"nam": 1})").first, HasSubstr("(and 2 more)"));
  EXPECT_THAT(bad("{").second, ElementsAre("int32Field", "a"));
  EXPECT_EQ(bad("{").first, "The body is not JSON: it ends too early. (and 2 more)");
}

}  // namespace
}  // namespace trunkline::transcode
