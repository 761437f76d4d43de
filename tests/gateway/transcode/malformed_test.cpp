// Upstream bytes that nobody has vouched for: an error, or an answer, and never a read past the
// end (each wire lies in a buffer of exactly its size, which AddressSanitizer watches).

#include "torture.pb.h"
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/transcode/descriptor_sets.hpp"
#include "tests/gateway/transcode/random_message.hpp"

namespace trunkline::transcode {
namespace {

using torture::Everything;

class Malformed : public ::testing::Test {
 protected:
  /// Nothing if it was refused.
  static std::string answer(std::string_view wire) {
    static const Schema schema =
        Schema::build(descriptor_set_of(*Everything::descriptor()->file())).value();
    const std::vector<char> exact(wire.begin(), wire.end());
    std::string json = "kept";
    const auto done = transcoder_of(schema, "trunkline.torture.TortureService.Echo")
                          ->answer({exact.data(), exact.size()}, json);
    if (done) return json.substr(4);
    EXPECT_EQ(done.error().code, grpc::Code::kInternal);
    EXPECT_EQ(done.error().source, grpc::Source::kUpstream);
    EXPECT_EQ(json, "kept");
    return "";
  }

  static std::string repeated(std::string_view piece, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += piece;
    return all;
  }

  static std::string sample(RandomMessage& random, int sparseness) {
    Everything message;
    random.fill(message, 3, sparseness);
    return message.SerializeAsString();
  }
};

// Field 0 of type 7, which stands for the end of a message in our own tables.
TEST_F(Malformed, TagThatMarksTheEndOfOurTablesIsRefused) {
  EXPECT_EQ(answer(std::string_view("\x07\x01", 2)), "");
  EXPECT_EQ(answer(std::string_view("\x07\x00", 2)), "");
}

TEST_F(Malformed, EveryTruncationIsRefusedOrRead) {
  RandomMessage random(11);
  for (int i = 0; i < 30; ++i) {
    const std::string wire = sample(random, 6);
    for (std::size_t n = 0; n < std::min<std::size_t>(wire.size(), 1500); ++n) {
      const std::string_view cut = std::string_view(wire).substr(0, n);
      const std::string json = answer(cut);
      if (!json.empty()) {
        EXPECT_TRUE(Everything().ParseFromArray(cut.data(), static_cast<int>(n)));
      }
    }
  }
}

TEST_F(Malformed, EveryFlippedByteIsRefusedOrRead) {
  RandomMessage random(12);
  for (int i = 0; i < 200; ++i) {
    const std::string wire = sample(random, 10);
    if (wire.empty()) continue;
    for (int k = 0; k < 50; ++k) {
      std::string flipped = wire;
      for (auto n = 1 + random.below(3); n > 0; --n)
        flipped[random.below(flipped.size())] = static_cast<char>(random.below(256));
      const std::string json = answer(flipped);
      if (!json.empty()) {
        EXPECT_TRUE(nlohmann::json::accept(json)) << json;
      }
    }
  }
}

TEST_F(Malformed, RandomBytesAreRefusedOrRead) {
  RandomMessage random(13);
  for (int i = 0; i < 20'000; ++i) {
    std::string wire;
    for (auto n = random.below(40); n > 0; --n) wire += static_cast<char>(random.below(256));
    const std::string json = answer(wire);
    if (!json.empty()) {
      EXPECT_TRUE(nlohmann::json::accept(json)) << json;
    }
  }
}

TEST_F(Malformed, RefusesWhatIsNoWireFormat) {
  using namespace std::string_literals;
  for (const auto& wire : {
           "\x00\x00"s,                                          // field number 0
           "\x1e\x00"s,                                          // wire type 6
           "\x1f\x00"s,                                          // wire type 7
           "\x18"s,                                              // a tag without a value
           "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,  // a varint of 11 bytes
           "\xff\xff\xff\xff\xff\x01\x00"s,                      // a tag above 32 bits
           "\x98\x80\x80\x80\x80\x00\x01"s,                      // a tag of 6 bytes
           "\x90\x81\x80\x80\x80\x00\x01"s,                      // of a field we don't know
           "\x72\x05hi"s,                                        // a string that is too long
           "\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01hi"s,    // by far
           "\xaa\x01\x07\x00\x00\x00\x00\x00\x00\x00"s,          // packed doubles of 7 bytes
           "\xba\x01\x01\x80"s,                                  // a packed varint without an end
           "\x0c"s,                                              // an end without a group
           "\xa3\x7d\x08\x01"s,                                  // a group without an end
           "\xa3\x7d\x08\x01\xac\x7d"s,                          // another group's end
       })
    EXPECT_EQ(answer(wire), "");
}

TEST_F(Malformed, SkipsGroupsButNotWithoutEnd) {
  EXPECT_EQ(answer("\xa3\x7d\x08\x01\xa4\x7d"), "{}");
  EXPECT_EQ(answer(repeated("\xa3\x7d", 50) + repeated("\xa4\x7d", 50)), "{}");
  EXPECT_EQ(answer(repeated("\xa3\x7d", 200) + repeated("\xa4\x7d", 200)), "");
}

TEST_F(Malformed, RefusesInvalidUtf8) {
  using namespace std::string_literals;
  for (const auto& text : {"\x80"s, "\xc0\x80"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xe2\x82"s,
                           "plain text before it \xff"s, "\xf0\x80\x80\x80"s, "\xe0\x80\x80"s})
    EXPECT_EQ(answer("\x72" + std::string(1, static_cast<char>(text.size())) + text), "");
}

TEST_F(Malformed, NestsAHundredLevelsAndNoMore) {
  const auto nested = [](int levels) {
    torture::Child child;
    for (auto* at = &child; levels > 0; --levels) at = at->mutable_child();
    Everything message;
    *message.mutable_child() = child;
    return message.SerializeAsString();
  };
  EXPECT_NE(answer(nested(99)), "");
  EXPECT_EQ(answer(nested(100)), "");
}

TEST_F(Malformed, DisorderAtEveryLevelTakesNoMoreThanTwice) {
  // A child whose fields are out of order, inside one whose fields are, ninety levels deep:
  // printing each level again would take 2^90 steps.
  std::string wire = "\x10\x01";
  for (int level = 0; level < 90; ++level) {
    std::string outer = "\x1a";
    for (std::size_t n = wire.size();; n >>= 7) {
      outer += static_cast<char>((n & 0x7f) | (n >= 0x80 ? 0x80 : 0));
      if (n < 0x80) break;
    }
    wire = outer + wire + "\x10\x01";
  }
  std::string field = "\x8a\x01";
  field += static_cast<char>((wire.size() & 0x7f) | 0x80);
  field += static_cast<char>(wire.size() >> 7);
  EXPECT_NE(answer(field + wire), "");
}

TEST_F(Malformed, ManyPartsOfOneMessageAreNoTrap) {
  EXPECT_NE(answer(repeated(std::string_view("\x8a\x01\x00", 3), 200'000)), "");
}

TEST_F(Malformed, AlternatingMembersOfAOneofAreNoTrap) {
  EXPECT_EQ(answer(repeated("\x9a\x03\x01x\xa0\x03\x07", 200'000)), R"({"choiceNumber":7})");
}

TEST_F(Malformed, RefusesTimesThatJsonHasNoTextFor) {
  Everything message;
  message.mutable_time()->set_seconds(253'402'300'800);
  EXPECT_EQ(answer(message.SerializeAsString()), "");
  message.mutable_time()->set_seconds(0);
  message.mutable_time()->set_nanos(-1);
  EXPECT_EQ(answer(message.SerializeAsString()), "");
  message.clear_time();
  message.mutable_duration()->set_seconds(1);
  message.mutable_duration()->set_nanos(-1);
  EXPECT_EQ(answer(message.SerializeAsString()), "");
}

TEST_F(Malformed, RefusesAnyOfAnUnknownType) {
  Everything message;
  message.mutable_any()->set_type_url("type.googleapis.com/no.such.Type");
  EXPECT_EQ(answer(message.SerializeAsString()), "");
}

}  // namespace
}  // namespace trunkline::transcode
