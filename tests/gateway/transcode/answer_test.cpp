#include <cmath>

#include "torture.pb.h"
#include "trunkline/agents/v1/agents.pb.h"
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using torture::Everything;

const Schema& torture_schema() {
  static const Schema built =
      Schema::build(descriptor_set_of(*Everything::descriptor()->file())).value();
  return built;
}

std::string json_of(const std::string& wire, const char* method = "Echo") {
  std::string json;
  const auto done =
      transcoder_of(torture_schema(), std::string("trunkline.torture.TortureService.") + method)
          ->answer(wire, json);
  return done ? json : done.error().message;
}

std::string json_of(const Everything& message, const char* method = "Echo") {
  return json_of(message.SerializeAsString(), method);
}

/// Of a message in protobuf's text format.
std::string json_of_text(const char* text, const char* method = "Echo") {
  Everything message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return json_of(message, method);
}

TEST(Answer, OfAnEmptyMessageIsAnEmptyObject) {
  EXPECT_EQ(json_of(Everything()), "{}");
}

TEST(Answer, HasFieldsInAscendingOrder) {
  EXPECT_EQ(json_of_text("far_away: 'z' int32_field: 1 child { name: 'n' } double_field: 2"),
            R"({"doubleField":2,"int32Field":1,"child":{"name":"n"},"farAway":"z"})");
}

TEST(Answer, WritesNumbersOf64BitsAsStrings) {
  EXPECT_EQ(json_of_text("int64_field: -9223372036854775808 uint64_field: 18446744073709551615 "
                         "sint64_field: -1 fixed64_field: 2 sfixed64_field: -3"),
            R"({"int64Field":"-9223372036854775808","uint64Field":"18446744073709551615",)"
            R"("sint64Field":"-1","fixed64Field":"2","sfixed64Field":"-3"})");
}

TEST(Answer, WritesNumbersOf32BitsAsNumbers) {
  EXPECT_EQ(json_of_text("int32_field: -2147483648 uint32_field: 4294967295 sint32_field: -7 "
                         "fixed32_field: 4294967295 sfixed32_field: -1"),
            R"({"int32Field":-2147483648,"uint32Field":4294967295,"sint32Field":-7,)"
            R"("fixed32Field":4294967295,"sfixed32Field":-1})");
}

TEST(Answer, WritesFloatsWithTheFewestDigitsThatReadBack) {
  EXPECT_EQ(json_of_text("doubles: [0.1, 100000, 1e300, -0.0, 123456.5] floats: [0.1, 16777216]"),
            R"({"doubles":[0.1,100000,1e+300,-0.0,123456.5],"floats":[0.1,16777216]})");
}

TEST(Answer, WritesWhatIsNoNumberAsAString) {
  EXPECT_EQ(json_of_text("doubles: [nan, inf, -inf] float_field: inf"),
            R"({"floatField":"Infinity","doubles":["NaN","Infinity","-Infinity"]})");
}

TEST(Answer, WritesBytesAsBase64WithPadding) {
  EXPECT_EQ(json_of_text(R"(byteses: ["", "a", "ab", "abc", "\xff\xfe\xfd\xfc"])"),
            R"({"byteses":["","YQ==","YWI=","YWJj","//79/A=="]})");
}

TEST(Answer, WritesEnumsByTheirFirstName) {
  EXPECT_EQ(json_of_text("colors: [COLOR_UNSPECIFIED, CRIMSON, BLUE, NEGATIVE]"),
            R"({"colors":["COLOR_UNSPECIFIED","RED","BLUE","NEGATIVE"]})");
}

TEST(Answer, WritesUnknownEnumValuesAsNumbers) {
  Everything message;
  message.set_color(static_cast<torture::Color>(42));
  EXPECT_EQ(json_of(message), R"({"color":42})");
}

TEST(Answer, WritesPresentFieldsEvenWhenTheyAreDefaults) {
  EXPECT_EQ(json_of_text("optional_int32: 0 optional_string: '' choice_number: 0 child {}"),
            R"({"child":{},"optionalInt32":0,"optionalString":"","choiceNumber":0})");
}

TEST(Answer, LeavesOutImplicitFieldsThatAreDefaultsOnTheWire) {
  using namespace std::string_literals;
  EXPECT_EQ(json_of("\x18\x00\x72\x00\xaa\x01\x00"s), "{}");
}

TEST(Answer, WritesMapsWithEveryKindOfKey) {
  EXPECT_EQ(json_of_text("string_map { key: 'a\"b' value: 'c' } int64_map { key: -1 value: 2 } "
                         "uint64_map { key: 3 value: true } sint32_map { key: -4 value: BLUE } "
                         "bool_map { key: true value: 'x' }"),
            R"({"stringMap":{"a\"b":"c"},"int64Map":{"-1":"2"},"uint64Map":{"3":true},)"
            R"("sint32Map":{"-4":"BLUE"},"boolMap":{"true":"x"}})");
}

TEST(Answer, TakesMissingMapKeysAndValuesAsDefaults) {
  using namespace std::string_literals;
  EXPECT_EQ(json_of("\xea\x03\x00\xf2\x03\x00"s), R"({"stringMap":{"":""},"int32Map":{"0":{}}})");
}

TEST(Answer, TakesTheLastOfEqualMapKeys) {
  EXPECT_EQ(json_of("\xea\x03\x06\x0a\x01k\x12\x01x\xea\x03\x06\x0a\x01k\x12\x01y"),
            R"({"stringMap":{"k":"y"}})");
}

TEST(Answer, ReadsPackedAndUnpackedAlike) {
  EXPECT_EQ(json_of("\xba\x01\x02\x01\x02"), R"({"int32s":[1,2]})");
  EXPECT_EQ(json_of("\xb8\x01\x01\xb8\x01\x02"), R"({"int32s":[1,2]})");
  EXPECT_EQ(json_of("\xb8\x01\x01\xba\x01\x02\x02\x03"), R"({"int32s":[1,2,3]})");
}

TEST(Answer, TakesTheLastOfASingularFieldThatComesTwice) {
  EXPECT_EQ(json_of("\x18\x01\x18\x02"), R"({"int32Field":2})");
}

TEST(Answer, MergesAMessageThatComesTwice) {
  EXPECT_EQ(json_of("\x8a\x01\x03\x0a\x01\x61\x8a\x01\x02\x10\x05"),
            R"({"child":{"name":"a","numberOfThings":5}})");
}

TEST(Answer, TakesTheLastMemberOfAOneof) {
  EXPECT_EQ(json_of("\x9a\x03\x01x\xa0\x03\x07"), R"({"choiceNumber":7})");
  EXPECT_EQ(json_of("\xa0\x03\x07\x9a\x03\x01x"), R"({"choiceString":"x"})");
}

TEST(Answer, GathersARepeatedFieldThatComesInRuns) {
  EXPECT_EQ(json_of("\x92\x02\x01\x61\x18\x01\x92\x02\x01\x62"),
            R"({"int32Field":1,"strings":["a","b"]})");
}

TEST(Answer, SkipsAKnownFieldWithAnotherWireType) {
  EXPECT_EQ(json_of("\x1a\x01x\x70\x05\x68\x01"), R"({"boolField":true})");
}

TEST(Answer, WritesWellKnownTypesTheirWay) {
  EXPECT_EQ(
      json_of_text("time { seconds: 1427889600 nanos: 500000000 } duration { seconds: -1 nanos: "
                   "-1000 } mask { paths: ['a_b.c', 'd'] } int64_value { value: 5 } "
                   "string_value {} bool_value { value: true } empty {}"),
      R"({"time":"2015-04-01T12:00:00.500Z","duration":"-1.000001s","mask":"aB.c,d","empty":{},)"
      R"("int64Value":"5","boolValue":true,"stringValue":""})");
}

TEST(Answer, WritesDynamicValues) {
  EXPECT_EQ(json_of_text("struct { fields { key: 'k' value { list_value { values { null_value: "
                         "NULL_VALUE } values { number_value: 1.5 } values { struct_value {} } } "
                         "} } } value { string_value: 's' } list {} choice_null: NULL_VALUE"),
            R"({"choiceNull":null,"struct":{"k":[null,1.5,{}]},"value":"s","list":[]})");
}

TEST(Answer, WritesEveryNumberOfNullValueAsNull) {
  EXPECT_EQ(json_of_text("choice_null: 8 value { null_value: -1 }"),
            R"({"choiceNull":null,"value":null})");
}

TEST(Answer, RefusesNaNInADynamicValue) {
  EXPECT_EQ(json_of_text("value { number_value: nan }"),
            "The upstream's answer has a value that JSON has no text for.");
}

TEST(Answer, WritesAnyWithItsType) {
  EXPECT_EQ(json_of_text("anys { [type.googleapis.com/trunkline.torture.Child] { name: 'n' } } "
                         "anys { [type.googleapis.com/google.protobuf.Duration] { seconds: 2 } } "
                         "anys { [type.googleapis.com/trunkline.torture.Child] {} } anys {}"),
            R"({"anys":[{"@type":"type.googleapis.com/trunkline.torture.Child","name":"n"},)"
            R"({"@type":"type.googleapis.com/google.protobuf.Duration","value":"2s"},)"
            R"({"@type":"type.googleapis.com/trunkline.torture.Child"},{}]})");
}

TEST(Answer, QuotesJsonNames) {
  EXPECT_EQ(json_of_text("renamed: 'x'"), R"({"other \"name\"":"x"})");
  EXPECT_EQ(json_of_text("renamed: 'x'", "EchoNames"), R"({"renamed":"x"})");
}

TEST(Answer, WritesEnumsAsNumbersWhenTold) {
  EXPECT_EQ(json_of_text("color: BLUE int32_field: 1 choice_null: NULL_VALUE", "EchoNames"),
            R"({"int32_field":1,"color":5,"choice_null":null})");
}

TEST(Answer, AlwaysPrintsEveryFieldButMembersOfOneofsWhenTold) {
  const auto json = json_of(Everything(), "EchoAlways");
  for (const char* part :
       {R"({"doubleField":0,)", R"("int64Field":"0")", R"("boolField":false)", R"("bytesField":"")",
        R"("color":"COLOR_UNSPECIFIED")", R"("child":null)", R"("doubles":[])", R"("stringMap":{})",
        R"("optionalInt32":null)", R"("time":null)", R"("int64Value":null)", R"("farAway":""})"})
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  EXPECT_EQ(json.find("choice"), std::string::npos);
}

TEST(Answer, AppendsToWhatIsThere) {
  std::string json = "data: ";
  ASSERT_TRUE(transcoder_of(torture_schema(), "trunkline.torture.TortureService.Echo")
                  ->answer("\x18\x01", json));
  EXPECT_EQ(json, "data: {\"int32Field\":1}");
}

class AgentAnswers : public ::testing::Test {
 protected:
  static std::string json_of(const char* method, const google::protobuf::Message& message) {
    static const Schema schema =
        Schema::build(descriptor_set_of(*agents::v1::Agent::descriptor()->file())).value();
    std::string json;
    transcoder_of(schema, std::string("trunkline.agents.v1.AgentService.") + method)
        ->answer(message.SerializeAsString(), json)
        .value();
    return json;
  }
};

TEST_F(AgentAnswers, StatusesAreTheArrayOf2015) {
  agents::v1::ListAgentStatusesResponse list;
  for (const char* number : {"300", "301"}) {
    auto& agent = *list.add_agents();
    agent.set_number(number);
    agent.set_status("offline");
    agent.set_extension_status("-1");
    agent.set_paused("0");
  }
  list.mutable_agents(1)->set_extension("1001");
  list.mutable_agents(1)->set_context("default");
  list.mutable_agents(1)->set_state_interface("PJSIP/x");
  EXPECT_EQ(json_of("ListAgentStatuses", list),
            R"([{"number":"300","extension":null,"context":null,"state_interface":null,)"
            R"("status":"offline","extension_status":"-1","paused":"0"},)"
            R"({"number":"301","extension":"1001","context":"default","state_interface":"PJSIP/x",)"
            R"("status":"offline","extension_status":"-1","paused":"0"}])");
}

TEST_F(AgentAnswers, FiftyStatusesHave6401Bytes) {
  agents::v1::ListAgentStatusesResponse list;
  for (int number = 300; number < 350; ++number) {
    auto& agent = *list.add_agents();
    agent.set_number(std::to_string(number));
    agent.set_status("offline");
    agent.set_extension_status("-1");
    agent.set_paused("0");
  }
  EXPECT_EQ(json_of("ListAgentStatuses", list).size(), 6401u);
}

TEST_F(AgentAnswers, StatusesOfNobodyAreAnEmptyArray) {
  EXPECT_EQ(json_of("ListAgentStatuses", agents::v1::ListAgentStatusesResponse()), "[]");
}

TEST_F(AgentAnswers, OneAgentIsCanonicalJson) {
  agents::v1::Agent agent;
  agent.set_name("agents/7");
  agent.set_firstname("Zoé");
  agent.set_state(agents::v1::Agent::PAUSED);
  agent.mutable_login()->set_state_interface("PJSIP/x");
  agent.mutable_login()->mutable_login_time()->set_seconds(1427889600);
  agent.mutable_pause()->set_paused(true);
  EXPECT_EQ(json_of("GetAgent", agent),
            R"({"name":"agents/7","firstname":"Zoé","state":"PAUSED","login":{)"
            R"("stateInterface":"PJSIP/x","loginTime":"2015-04-01T12:00:00Z"},)"
            R"("pause":{"paused":true}})");
}

/// Responses with one field picked: a message of each shape.
class ResponseBody : public ::testing::Test {
 protected:
  static std::string json_of(std::string_view field, const std::string& wire) {
    const std::string set = descriptor_set_of(
        "message_type { name: 'R'"
        " field { name: 'text' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }"
        " field { name: 'numbers' number: 2 type: TYPE_INT32 label: LABEL_REPEATED }"
        " field { name: 'inner' number: 3 type: TYPE_MESSAGE type_name: '.test.R' label: "
        "LABEL_OPTIONAL } }"
        "service { name: 'S' method { name: 'M' input_type: '.test.R' output_type: '.test.R' "
        "options { [google.api.http] { get: '/m' response_body: '" +
        std::string(field) + "' } } } }");
    std::string json;
    const auto schema = Schema::build(set).value();
    const auto done = transcoder_of(schema, "test.S.M")->answer(wire, json);
    return done ? json : done.error().message;
  }
};

TEST_F(ResponseBody, IsTheFieldAlone) {
  EXPECT_EQ(json_of("text", "\x0a\x02hi\x10\x01"), "\"hi\"");
  EXPECT_EQ(json_of("numbers", "\x10\x01\x0a\x02hi\x12\x02\x02\x03"), "[1,2,3]");
  EXPECT_EQ(json_of("inner", "\x1a\x03\x0a\x01x\x1a\x02\x10\x05"), R"({"text":"x","numbers":[5]})");
}

TEST_F(ResponseBody, OfAnAbsentFieldIsItsDefault) {
  EXPECT_EQ(json_of("text", ""), "\"\"");
  EXPECT_EQ(json_of("numbers", ""), "[]");
  EXPECT_EQ(json_of("inner", ""), "null");
}

TEST_F(ResponseBody, IsRefusedWhenTheWireIsMalformed) {
  EXPECT_EQ(json_of("text", "\x10"), "The upstream's answer is malformed.");
}

}  // namespace
}  // namespace trunkline::transcode
