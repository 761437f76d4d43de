// The oracle of bodies is protobuf's own JSON code: what it reads, we read, as the canonical bytes
// of the same message, however it is spelled; and what it refuses, we refuse. Where we differ on
// purpose is listed here, each with its reason; everything else fails.

#include <regex>

#include "torture.pb.h"
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/canonical_message.hpp"
#include "tests/gateway/transcode/descriptor_sets.hpp"
#include "tests/gateway/transcode/random_json.hpp"
#include "tests/gateway/transcode/random_message.hpp"
#include "tests/gateway/transcode/rounds.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;
using nlohmann::json;
using torture::Everything;

grpc::Result<std::string> ours(std::string_view text) {
  static const Schema schema =
      Schema::build(descriptor_set_of(*Everything::descriptor()->file())).value();
  static const auto transcoder = transcoder_of(schema, "trunkline.torture.TortureService.Echo", 3);
  std::string wire;
  const auto done = transcoder->request({}, {}, text, wire);
  if (!done) return done.error();
  return wire;
}

/// Prints with either set of options.
json printed(const Everything& message, bool second) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = second;
  options.always_print_enums_as_ints = second;
  options.always_print_primitive_fields = second;
  std::string text;
  EXPECT_TRUE(pb::util::MessageToJsonString(message, &text, options).ok());
  return json::parse(text);
}

TEST(BodyDifferential, ReadsEverySpellingAsTheSameBytes) {
  RandomMessage random(21);
  RandomJson spelling(random);
  for (int i = 0; i < rounds(1500); ++i) {
    Everything message;
    random.fill(message, 3, 3 + i % 20);
    const json value = printed(message, i % 2 != 0);
    const std::string text = spelling.spelled(value, *Everything::descriptor());
    Everything read;
    const auto status = pb::util::JsonStringToMessage(text, &read);
    ASSERT_TRUE(status.ok()) << status.ToString() << "\n" << text;
    const auto wire = ours(text);
    ASSERT_TRUE(wire.has_value()) << wire.error().message << "\n" << text;
    Everything back;
    ASSERT_TRUE(back.ParseFromString(*wire)) << text;
    ASSERT_EQ(*wire, canonical(read)) << text << "\nours:   " << back.ShortDebugString()
                                      << "\ntheirs: " << read.ShortDebugString();
  }
}

struct Difference {
  const char* message;  ///< what the one who refuses says
  const char* reason;
};

/// We refuse, protobuf does not.
const Difference kStricter[] = {
    {": is given twice", "two values for one field: the mapping leaves open which counts"},
    {"the key \".*\" is given twice", "as above"},
    {"is not a list of field paths", "the mapping has lowerCamel names, and no empty ones"},
    {"is not an RFC 3339 time", "protobuf takes single digits, too"},
    {"is not one of NULL_VALUE", "null has no other numbers"},
    {"is not true or false", "the mapping has no bool in quotes, nor \"f\" for false"},
    {"\"-?0x.*\" is not a number", "the mapping has no hexadecimal numbers"},
    {"\"\\+.*\" is not a number", "no JSON number begins with a plus"},
    {"\" .*\" is not a (number|duration)|[0-9s] \" is not a (number|duration)", "nor with blanks"},
    {"an array is not", "protobuf flattens arrays within arrays"},
    {"is not an array", "protobuf takes one value for an array of one"},
    {"an object is not", "protobuf takes {} for the default of a wrapper, a Duration"},
    {"null is not", "protobuf leaves out nulls in arrays and maps, the mapping refuses them"},
};

/// Protobuf refuses, we do not.
const Difference kWider[] = {
    {"type URLs must be of the form", "the mapping binds types to no host"},
    {"for type TYPE_BYTES", "standard base64 may lack its padding, too"},
    {"\"-?[0-9.]+[eE][-+]?[0-9]+\" for type", "the mapping has exponents in quotes, too"},
    {"\"-?[0-9]+\" for type .*Color", "unknown numbers of an enum are numbers in quotes, too"},
    {"CHECK failed", "protobuf stumbles"},
};

template <std::size_t kCount>
bool listed(const Difference (&differences)[kCount], const std::string& message) {
  return std::any_of(std::begin(differences), std::end(differences), [&](const auto& one) {
    return std::regex_search(message, std::regex(one.message));
  });
}

void clear_masks(pb::Message& message) {
  if (auto* mask = dynamic_cast<pb::FieldMask*>(&message)) return mask->Clear();
  std::vector<const pb::FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) clear_masks(*reflection.MutableMessage(&message, field));
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i)
      clear_masks(*reflection.MutableRepeatedMessage(&message, field, i));
  }
}

pb::util::Status parse(const std::string& text, Everything& message) {
  try {
    return pb::util::JsonStringToMessage(text, &message);
  } catch (const pb::FatalException& stumble) {
    return pb::util::Status(pb::util::StatusCode::kInternal, stumble.what());
  }
}

/// Both agree about this text, or differ as listed.
void expect_agreement(const std::string& text) {
  Everything theirs;
  const auto status = parse(text, theirs);
  const auto wire = ours(text);
  if (!wire && status.ok()) {
    ASSERT_TRUE(listed(kStricter, wire.error().message)) << wire.error().message << "\n" << text;
  } else if (wire && !status.ok()) {
    ASSERT_TRUE(listed(kWider, status.ToString())) << status.ToString() << "\n" << text;
  } else if (wire) {
    Everything back;
    ASSERT_TRUE(back.ParseFromString(*wire)) << text;
    if (*wire == canonical(theirs)) return;
    // "BLUE" is the path _b_l_u_e to us, which reads back, and blue to protobuf.
    clear_masks(back);
    clear_masks(theirs);
    ASSERT_EQ(canonical(back), canonical(theirs)) << text << "\nours:   " << back.ShortDebugString()
                                                  << "\ntheirs: " << theirs.ShortDebugString();
  }
}

TEST(BodyDifferential, RefusesWhatProtobufRefuses) {
  pb::SetLogHandler(nullptr);
  RandomMessage random(22);
  RandomJson spelling(random);
  for (int i = 0; i < rounds(2000) && !testing::Test::HasFailure(); ++i) {
    Everything message;
    random.fill(message, 2, 4 + i % 20);
    const json value = printed(message, false);
    expect_agreement(spelling.spoiled(value, *Everything::descriptor()));
  }
}

TEST(BodyDifferential, RefusesWhatIsNoJson) {
  pb::SetLogHandler(nullptr);
  RandomMessage random(23);
  RandomJson spelling(random);
  for (int i = 0; i < rounds(2000) && !testing::Test::HasFailure(); ++i) {
    Everything message;
    random.fill(message, 2, 10 + i % 20);
    const std::string text = spelling.broken(printed(message, false).dump());
    if (json::accept(text)) {
      expect_agreement(text);
    } else {
      EXPECT_FALSE(ours(text).has_value() && text.find_first_not_of(" \n") != std::string::npos)
          << text;
    }
  }
}

}  // namespace
}  // namespace trunkline::transcode
