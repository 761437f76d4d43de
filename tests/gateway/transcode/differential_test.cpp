// The oracle is protobuf's own JSON code: the same value from the same bytes, and back to the
// same message. Texts may differ where JSON allows it (escapes, digits of floats); so parsed JSON
// is compared, and that every number reads back is proved by the way back.

#include "torture.pb.h"
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/descriptor_sets.hpp"
#include "tests/gateway/transcode/random_message.hpp"
#include "tests/gateway/transcode/rounds.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;
using nlohmann::json;
using torture::Everything;

class Differential : public ::testing::Test {
 protected:
  static const Schema& schema() {
    static const Schema built =
        Schema::build(descriptor_set_of(*Everything::descriptor()->file())).value();
    return built;
  }

  static std::string ours(const char* method, const std::string& wire) {
    std::string text;
    const auto done = transcoder_of(schema(), method)->answer(wire, text);
    EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
    return text;
  }

  static std::string theirs(const Everything& message, const pb::util::JsonPrintOptions& options) {
    std::string text;
    EXPECT_TRUE(pb::util::MessageToJsonString(message, &text, options).ok());
    return text;
  }
};

bool same_number(double a, double b) {
  return a == b || static_cast<float>(a) == static_cast<float>(b);
}

/// Where two values differ: "/struct/k"; empty if nowhere.
std::string difference(const json& a, const json& b) {
  if (a.is_number() && b.is_number())
    return same_number(a.get<double>(), b.get<double>()) ? "" : "/";
  if (a.type() != b.type() || a.size() != b.size()) return "/";
  if (!a.is_structured()) return a == b ? "" : "/";
  for (const auto& [key, value] : a.items()) {
    if (a.is_object() && !b.contains(key)) return "/" + key;
    const auto inner = difference(value, a.is_object() ? b.at(key) : b.at(std::stoul(key)));
    if (!inner.empty()) return "/" + key + inner;
  }
  return "";
}

/// Without the nulls that stand for absent fields, of which protobuf prints none.
json without_nulls(json value) {
  if (!value.is_structured()) return value;
  for (auto at = value.begin(); at != value.end();) {
    if (value.is_object() && at->is_null()) {
      at = value.erase(at);
    } else {
      *at = without_nulls(*at);
      ++at;
    }
  }
  return value;
}

void expect_same(const std::string& ours, const std::string& theirs) {
  const auto a = json::parse(ours, nullptr, false);
  ASSERT_FALSE(a.is_discarded()) << ours;
  ASSERT_EQ(difference(a, json::parse(theirs)), "") << "ours:   " << ours << "\ntheirs: " << theirs;
}

TEST_F(Differential, PrintsWhatProtobufPrints) {
  RandomMessage random(1);
  for (int i = 0; i < rounds(6000) && !HasFailure(); ++i) {
    Everything message;
    random.fill(message, 3, 2 + i % 20);
    const auto text = ours("trunkline.torture.TortureService.Echo", message.SerializeAsString());
    expect_same(text, theirs(message, {}));
  }
}

TEST_F(Differential, PrintsProtoNamesAndEnumNumbersAsProtobufDoes) {
  RandomMessage random(2);
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_enums_as_ints = true;
  for (int i = 0; i < rounds(4000) && !HasFailure(); ++i) {
    Everything message;
    random.fill(message, 3, 2 + i % 20);
    expect_same(ours("trunkline.torture.TortureService.EchoNames", message.SerializeAsString()),
                theirs(message, options));
  }
}

TEST_F(Differential, AlwaysPrintsWhatProtobufAlwaysPrints) {
  RandomMessage random(3);
  random.leave_out_any();  // protobuf forgets the option within an Any
  pb::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  for (int i = 0; i < rounds(2000) && !HasFailure(); ++i) {
    Everything message;
    random.fill(message, 2, 4 + i % 20);
    const auto text =
        ours("trunkline.torture.TortureService.EchoAlways", message.SerializeAsString());
    expect_same(without_nulls(json::parse(text)).dump(),
                without_nulls(json::parse(theirs(message, options))).dump());
  }
}

TEST_F(Differential, ReadsDisorderedWireAsProtobufDoes) {
  RandomMessage random(4);
  for (int i = 0; i < rounds(6000) && !HasFailure(); ++i) {
    Everything message;
    random.fill(message, 3, 4 + i % 20);
    const auto wire = random.disordered(message);
    Everything read;
    ASSERT_TRUE(read.ParseFromString(wire));
    read.DiscardUnknownFields();  // protobuf's printer stumbles over groups
    expect_same(ours("trunkline.torture.TortureService.Echo", wire), theirs(read, {}));
  }
}

TEST_F(Differential, ReadsBackAsTheSameMessage) {
  RandomMessage random(5);
  for (int i = 0; i < rounds(4000) && !HasFailure(); ++i) {
    Everything message;
    random.fill(message, 3, 4 + i % 20);
    const auto text = ours("trunkline.torture.TortureService.Echo", message.SerializeAsString());
    Everything back;
    const auto status = pb::util::JsonStringToMessage(text, &back);
    ASSERT_TRUE(status.ok()) << status.ToString() << "\n" << text;
    // By their JSON, since a NaN equals nothing and an Any may be packed in another order.
    expect_same(theirs(message, {}), theirs(back, {}));
  }
}

}  // namespace
}  // namespace trunkline::transcode
