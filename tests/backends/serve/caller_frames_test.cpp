// The reader against the generated class: what one makes of bytes, the other must too.

#include "backends/serve/caller_frames.hpp"

#include <random>
#include <string>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <gtest/gtest.h>

namespace trunkline::serve {
namespace {

using Fault = CallerFrames::Fault;
namespace wire = tunnel::v1;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  std::uint64_t number() { return engine_() >> below(64); }
  std::string text(std::size_t most) {
    std::string text(below(most), ' ');
    for (char& c : text) c = static_cast<char>('a' + below(26));
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

wire::CallerFrames any_message(Random& random) {
  wire::CallerFrames frames;
  for (auto n = random.below(5); n > 0; --n) {
    auto& call = *frames.add_calls();
    call.set_id(random.number());
    call.set_method(random.text(60));
    call.set_timeout_us(random.number());
    call.set_request(random.text(300));
    for (auto m = random.below(3); m > 0; --m) {
      auto& metadata = *call.add_metadata();
      metadata.set_name(random.text(10));
      metadata.set_value(random.text(50));
    }
  }
  for (auto n = random.below(5); n > 0; --n) frames.add_cancels(random.number());
  frames.set_credit(random.number());
  return frames;
}

void expect_same(const CallerFrames& frames, const wire::CallerFrames& expected) {
  ASSERT_EQ(frames.calls.size(), static_cast<std::size_t>(expected.calls_size()));
  for (int i = 0; i < expected.calls_size(); ++i) {
    const auto& call = frames.calls[static_cast<std::size_t>(i)];
    EXPECT_EQ(call.id, expected.calls(i).id());
    EXPECT_EQ(call.method, expected.calls(i).method());
    EXPECT_EQ(call.timeout_us, expected.calls(i).timeout_us());
    EXPECT_EQ(call.request, expected.calls(i).request());
    std::size_t metadata_bytes = 0;
    for (const auto& each : expected.calls(i).metadata()) {
      metadata_bytes += each.name().size() + each.value().size() + 32;
    }
    EXPECT_EQ(call.metadata_bytes, metadata_bytes);
    for (int m = expected.calls(i).metadata_size(); m-- > 0;) {
      const auto& name = expected.calls(i).metadata(m).name();
      int first = 0;
      while (expected.calls(i).metadata(first).name() != name) ++first;
      EXPECT_EQ(metadata_of(call, name), expected.calls(i).metadata(first).value());
    }
  }
  ASSERT_EQ(frames.cancels.size(), static_cast<std::size_t>(expected.cancels_size()));
  for (int i = 0; i < expected.cancels_size(); ++i) {
    EXPECT_EQ(frames.cancels[static_cast<std::size_t>(i)], expected.cancels(i));
  }
  EXPECT_EQ(frames.credit, expected.credit());
}

TEST(CallerFrames, ReadsWhatTheGeneratedClassWrites) {
  Random random(1);
  CallerFrames frames;  // one for all: nothing stays from the message before
  for (int i = 0; i < 2000; ++i) {
    const auto message = any_message(random);
    const auto bytes = message.SerializeAsString();
    ASSERT_EQ(frames.read(bytes, 100), Fault::kNone);
    expect_same(frames, message);
  }
}

TEST(CallerFrames, JudgesDamagedBytesAsTheGeneratedClassDoes) {
  Random random(2);
  CallerFrames frames;
  int readable = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = any_message(random).SerializeAsString();
    if (bytes.empty()) continue;
    for (auto n = 1 + random.below(3); n > 0; --n) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    bytes.resize(bytes.size() - random.below(2));
    wire::CallerFrames expected;
    const bool well = expected.ParseFromString(bytes);
    const bool read = frames.read(bytes, 1000) == Fault::kNone;
    // A method or name that is no UTF-8 we leave to be unknown; the generated class refuses it.
    if (well) {
      ASSERT_TRUE(read);
      expect_same(frames, expected);
      ++readable;
    }
  }
  EXPECT_GT(readable, 1000);
}

TEST(CallerFrames, RefusesWhatIsCutAnywhereInsideACall) {
  wire::CallerFrames message;
  auto& call = *message.add_calls();
  call.set_id(300);
  call.set_method("/a/b");
  call.set_request("request");
  call.add_metadata()->set_name("name");
  const auto bytes = message.SerializeAsString();
  CallerFrames frames;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(frames.read(bytes.substr(0, size), 10), Fault::kUnreadable) << size;
  }
}

TEST(CallerFrames, PassesOverFieldsThatItDoesNotKnow) {
  CallerFrames frames;
  ASSERT_EQ(frames.read("\x78\x01\x18\x07", 10), Fault::kNone);  // field 15, then credit
  EXPECT_EQ(frames.credit, 7U);
}

TEST(CallerFrames, ReadsCancelsPackedAndOneByOne) {
  CallerFrames frames;
  ASSERT_EQ(frames.read("\x10\x05\x12\x02\x06\x07", 10), Fault::kNone);
  EXPECT_EQ(frames.cancels, (std::vector<std::uint64_t>{5, 6, 7}));
}

TEST(CallerFrames, BoundsHowManyThereMayBe) {
  wire::CallerFrames message;
  for (std::uint64_t id = 1; id <= 4; ++id) message.add_cancels(id);
  CallerFrames frames;
  EXPECT_EQ(frames.read(message.SerializeAsString(), 4), Fault::kNone);
  EXPECT_EQ(frames.read(message.SerializeAsString(), 3), Fault::kTooMany);
  message.clear_cancels();
  for (int i = 0; i < 4; ++i) message.add_calls();
  EXPECT_EQ(frames.read(message.SerializeAsString(), 4), Fault::kNone);
  EXPECT_EQ(frames.read(message.SerializeAsString(), 3), Fault::kTooMany);
}

}  // namespace
}  // namespace trunkline::serve
