// The frames of a tunnel: what is written, protobuf's own code reads, and the other way round.

#include "gateway/upstream/tunnel_frames.hpp"

#include <vector>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;

/// Keeps what it is told. Views stay good as long as the message.
struct Told final : ServerFrames {
  void on_answer(AnswerFrame&& answer) override { answers.push_back(std::move(answer)); }
  void on_limits(const LimitsFrame& frame) override { limits.push_back(frame); }
  void on_drain(std::uint64_t last_id) override { drains.push_back(last_id); }

  std::vector<AnswerFrame> answers;
  std::vector<LimitsFrame> limits;
  std::vector<std::uint64_t> drains;
};

tunnel::v1::CallerFrames parsed(const std::string& message) {
  tunnel::v1::CallerFrames frames;
  EXPECT_TRUE(frames.ParseFromString(message));
  return frames;
}

void add(google::protobuf::RepeatedPtrField<tunnel::v1::Metadata>* to, std::string name,
         std::string value) {
  tunnel::v1::Metadata& one = *to->Add();
  one.set_name(std::move(name));
  one.set_value(std::move(value));
}

TEST(TunnelFrames, WritesACallAsProtobufReadsIt) {
  const http::Headers metadata{{"x-request-id", "7"}, {"trace-bin", "AAH/"}};
  std::string message;
  append_call(message, {(300ull << 16) | 5, "/t.Things/Get", 1'500us, "request", metadata});
  const auto frames = parsed(message);
  ASSERT_EQ(frames.calls_size(), 1);
  const tunnel::v1::Call& call = frames.calls(0);
  EXPECT_EQ(call.id(), (300ull << 16) | 5);
  EXPECT_EQ(call.method(), "/t.Things/Get");
  EXPECT_EQ(call.timeout_us(), 1'500u);
  EXPECT_EQ(call.request(), "request");
  ASSERT_EQ(call.metadata_size(), 2);
  EXPECT_EQ(call.metadata(0).name(), "x-request-id");
  EXPECT_EQ(call.metadata(0).value(), "7");
  EXPECT_EQ(call.metadata(1).name(), "trace-bin");
  EXPECT_EQ(call.metadata(1).value(), std::string("\x00\x01\xff", 3)) << "not in base64";
}

TEST(TunnelFrames, LeavesOutWhatBelongsToAStreamOfItsOwn) {
  const http::Headers metadata{
      {"te", "trailers"}, {"content-type", "application/grpc"}, {"grpc-timeout", "1S"}};
  std::string message;
  append_call(message, {1 << 16, "/m", 0us, "", metadata});
  EXPECT_EQ(parsed(message).calls(0).metadata_size(), 0);
  EXPECT_EQ(parsed(message).calls(0).timeout_us(), 0u);
}

TEST(TunnelFrames, WritesManyFramesIntoOneMessage) {
  std::string message;
  for (std::uint64_t id : {1u, 200u, 70'000u}) append_call(message, {id, "/m", 0us, "r", {}});
  append_cancel(message, 1);
  append_cancel(message, 0xffff'ffff'ffffu);
  append_credit(message, 1 << 20);
  const auto frames = parsed(message);
  ASSERT_EQ(frames.calls_size(), 3);
  EXPECT_EQ(frames.calls(2).id(), 70'000u);
  ASSERT_EQ(frames.cancels_size(), 2);
  EXPECT_EQ(frames.cancels(0), 1u);
  EXPECT_EQ(frames.cancels(1), 0xffff'ffff'ffffu);
  EXPECT_EQ(frames.credit(), 1u << 20);
}

tunnel::v1::ServerFrames everything() {
  tunnel::v1::ServerFrames frames;
  tunnel::v1::Answer& whole = *frames.add_answers();
  whole.set_id(9);
  whole.set_data("data");
  add(whole.mutable_metadata(), "x-head", "h");
  whole.mutable_end();
  tunnel::v1::Answer& begun = *frames.add_answers();
  begun.set_id(10);
  begun.set_data("piece");
  begun.set_message_bytes(1 << 20);
  tunnel::v1::Answer& failed = *frames.add_answers();
  failed.set_id(11);
  failed.mutable_end()->set_code(5);
  failed.mutable_end()->set_message("there is no such thing");
  failed.mutable_end()->set_details("details");
  failed.mutable_end()->set_not_begun(true);
  add(failed.mutable_end()->mutable_metadata(), "x-trail", "t");
  add(failed.mutable_end()->mutable_metadata(), "x-trail-bin", std::string("\x00\x01\xff", 3));
  frames.mutable_limits()->set_calls(1);
  frames.mutable_limits()->set_request_bytes(2);
  frames.mutable_limits()->set_metadata_bytes(3);
  frames.mutable_limits()->set_message_bytes(4);
  frames.mutable_drain()->set_last_id(11);
  return frames;
}

TEST(TunnelFrames, ReadsWhatProtobufHasWritten) {
  const std::string message = everything().SerializeAsString();
  Told told;
  ASSERT_TRUE(read_server_frames(message, told));
  ASSERT_EQ(told.answers.size(), 3u);
  EXPECT_EQ(told.answers[0].id, 9u);
  EXPECT_EQ(told.answers[0].data, "data");
  EXPECT_EQ(told.answers[0].metadata.find("x-head"), "h");
  ASSERT_TRUE(told.answers[0].end);
  EXPECT_EQ(told.answers[0].end->code, 0u);
  EXPECT_EQ(told.answers[1].message_bytes, 1u << 20);
  EXPECT_FALSE(told.answers[1].end);
  const EndFrame& end = *told.answers[2].end;
  EXPECT_FALSE(told.answers[2].has_data);
  EXPECT_EQ(end.code, 5u);
  EXPECT_EQ(end.message, "there is no such thing");
  EXPECT_EQ(end.details, "details");
  EXPECT_TRUE(end.not_begun);
  EXPECT_EQ(end.metadata.find("x-trail"), "t");
  EXPECT_EQ(end.metadata.find("x-trail-bin"), "AAH/");
  ASSERT_EQ(told.limits.size(), 1u);
  EXPECT_EQ(told.limits[0].calls, 1u);
  EXPECT_EQ(told.limits[0].request_bytes, 2u);
  EXPECT_EQ(told.limits[0].metadata_bytes, 3u);
  EXPECT_EQ(told.limits[0].message_bytes, 4u);
  EXPECT_EQ(told.drains, std::vector<std::uint64_t>{11});
}

TEST(TunnelFrames, LeavesOutMetadataThatWouldBreakOutOfItsField) {
  tunnel::v1::ServerFrames frames;
  auto* metadata = frames.add_answers()->mutable_metadata();
  for (const char* name :
       {"", ":status", "X-Upper", "a b", "a\r\nb", "content-type", "grpc-status"})
    add(metadata, name, "v");
  add(metadata, "x-split", "v\r\nset-cookie: a");
  add(metadata, "x-kept", "v");
  const std::string message = frames.SerializeAsString();
  Told told;
  ASSERT_TRUE(read_server_frames(message, told));
  EXPECT_EQ(told.answers[0].metadata.size(), 1u);
  EXPECT_EQ(told.answers[0].metadata.find("x-kept"), "v");
}

TEST(TunnelFrames, SkipsFieldsThatAreNewerThanItself) {
  std::string message = everything().SerializeAsString();
  message += std::string("\xf8\x07\x01\xfa\x07\x03new\xfd\x07\x01\x02\x03\x04", 15);  // 127
  Told told;
  EXPECT_TRUE(read_server_frames(message, told));
  EXPECT_EQ(told.answers.size(), 3u);
}

// Whatever comes, both say the same of whether it is a message, and nothing is read beyond it.
TEST(TunnelFrames, ReadsAsMuchOfABrokenMessageAsProtobufDoes) {
  const google::protobuf::LogSilencer silencer;  // it complains of broken UTF-8
  const std::string whole = everything().SerializeAsString();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Told told;
    const auto cut = std::make_unique<std::string>(whole.substr(0, at));
    EXPECT_EQ(read_server_frames(*cut, told),
              tunnel::v1::ServerFrames().ParsePartialFromString(*cut))
        << at;
    for (const int bit : {0, 3, 7}) {
      std::string bent = whole;
      bent[at] = static_cast<char>(bent[at] ^ (1 << bit));
      Told heard;
      const bool ours = read_server_frames(bent, heard);
      const bool theirs = tunnel::v1::ServerFrames().ParsePartialFromString(bent);
      // Texts in it may be broken UTF-8, which we take.
      EXPECT_TRUE(ours || !theirs) << "byte " << at << ", bit " << bit;
    }
  }
}

}  // namespace
}  // namespace trunkline::upstream
