#include "gateway/upstream/tunnel.hpp"

#include <deque>
#include <map>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <boost/smart_ptr/make_local_shared.hpp>
#include <gtest/gtest.h>

namespace trunkline::upstream {
namespace {

using namespace std::chrono_literals;
using tunnel::v1::Answer;
using tunnel::v1::CallerFrames;
using tunnel::v1::ServerFrames;

constexpr std::uint64_t kCredit = 100'000;

std::string framed(std::string_view message) {
  std::string frame(grpc::kPrefixBytes, '\0');
  frame.append(message);
  grpc::write_prefix(frame);
  return frame;
}

/// The tunnel between a caller and a server that are both the test.
class TunnelTest : public testing::Test, protected Tunnel::Caller {
 protected:
  struct Answered {
    bool head = false;
    std::string body;
    http::Headers trailers;
    int ends = 0;
    std::optional<grpc::Error> not_begun;
  };

  void on_head(CallRecord& call, http::Headers&&) override {
    EXPECT_FALSE(std::exchange(answered[&call].head, true));
    if (cancel_at_head) tunnel.cancel(call);
  }
  void on_data(CallRecord& call, std::string_view bytes) override {
    answered[&call].body += bytes;
    if (consumes) tunnel.consume(call, bytes.size());
  }
  void on_end(CallRecord& call, http::Headers&& trailers) override {
    answered[&call].trailers = std::move(trailers);
    ++answered[&call].ends;
  }
  void on_not_begun(CallRecord& call, grpc::Error error) override {
    answered[&call].not_begun = std::move(error);
    ++answered[&call].ends;
  }

  /// What the tunnel has to say, each message.
  std::vector<CallerFrames> said() {
    std::string bytes;
    tunnel.gather(bytes);
    std::vector<CallerFrames> all;
    std::string_view rest = bytes;
    grpc::Deframer deframer(1 << 30);
    while (!rest.empty()) {
      const auto message = deframer.next(rest);
      EXPECT_TRUE(message && *message);
      EXPECT_TRUE(all.emplace_back().ParseFromString(std::string(**message)));
    }
    return all;
  }

  grpc::Result<void> say(const ServerFrames& frames) {
    return tunnel.take(framed(frames.SerializeAsString()));
  }

  void welcome(std::uint32_t calls = 100) {
    ServerFrames frames;
    frames.mutable_limits()->set_calls(calls);
    frames.mutable_limits()->set_request_bytes(1 << 20);
    frames.mutable_limits()->set_metadata_bytes(1 << 14);
    frames.mutable_limits()->set_message_bytes(1 << 21);
    EXPECT_TRUE(say(frames));
    said();  // the credit
  }

  CallRecord& carry(std::string_view request = "request") {
    CallRecord& call = calls_.emplace_back();
    call.head.target = "/t.Things/Get";
    call.body = http::SharedBody(framed(request));
    call.deadline = now + 250ms;
    tunnel.carry(call, now);
    return call;
  }

  std::uint64_t id_of(const CallRecord& call) { return ids.at(&call); }

  /// The same, and its id.
  CallRecord& carried(std::string_view request = "request") {
    CallRecord& call = carry(request);
    ids[&call] = said().at(0).calls(0).id();
    return call;
  }

  static Answer piece(std::uint64_t id, std::string data) {
    Answer answer;
    answer.set_id(id);
    if (!data.empty()) answer.set_data(std::move(data));
    return answer;
  }

  static ServerFrames only(const Answer& answer) {
    ServerFrames frames;
    *frames.add_answers() = answer;
    return frames;
  }

  static Answer whole(std::uint64_t id, std::string data) {
    Answer answer = piece(id, std::move(data));
    answer.mutable_end();
    return answer;
  }

  exchange::Clock::time_point now = exchange::Clock::now();
  Tunnel tunnel{kCredit, *this};
  std::map<const CallRecord*, Answered> answered;
  std::map<const CallRecord*, std::uint64_t> ids;
  bool consumes = true;
  bool cancel_at_head = false;

 private:
  std::deque<CallRecord> calls_;
};

TEST_F(TunnelTest, GivesCreditFirstAndTakesCallsOnceItIsWelcome) {
  const auto frames = said();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].credit(), kCredit);
  EXPECT_FALSE(tunnel.has_room());
  welcome();
  EXPECT_TRUE(tunnel.has_room());
}

TEST_F(TunnelTest, SaysAllCallsOfATurnInOneMessageWithRisingIds) {
  welcome();
  for (int i = 0; i < 50; ++i) carry();
  const auto frames = said();
  ASSERT_EQ(frames.size(), 1u);
  ASSERT_EQ(frames[0].calls_size(), 50);
  std::uint64_t last = 0;
  for (const auto& call : frames[0].calls()) {
    EXPECT_GT(call.id(), last);
    last = call.id();
    EXPECT_EQ(call.method(), "/t.Things/Get");
    EXPECT_EQ(call.request(), "request");
    EXPECT_EQ(call.timeout_us(), 250'000u);
  }
  EXPECT_TRUE(said().empty());
}

TEST_F(TunnelTest, ClosesAMessageBeforeItGrowsLarge) {
  welcome();
  for (int i = 0; i < 10; ++i) carry(std::string(30'000, 'q'));
  const auto frames = said();
  EXPECT_EQ(frames.size(), 5u);
  for (const auto& one : frames) EXPECT_LT(one.ByteSizeLong(), 64u * 1024);
}

TEST_F(TunnelTest, BringsAnswersOutOfOrderAsGrpcMessages) {
  welcome();
  CallRecord& first = carried();
  CallRecord& second = carried();
  ASSERT_TRUE(say(only(whole(id_of(second), "two"))));
  EXPECT_EQ(answered[&second].body, framed("two"));
  EXPECT_EQ(answered[&second].trailers.find("grpc-status"), "0");
  EXPECT_EQ(answered[&first].ends, 0);
  ASSERT_TRUE(say(only(whole(id_of(first), ""))));
  EXPECT_EQ(answered[&first].body, framed("")) << "an empty message is one";
  EXPECT_EQ(tunnel.open(), 0u);
}

TEST_F(TunnelTest, JoinsThePiecesOfALargeAnswerBetweenWhichASmallOneComes) {
  welcome();
  CallRecord& large = carried();
  CallRecord& small = carried();
  Answer begin = piece(id_of(large), std::string(10'000, 'a'));
  begin.set_message_bytes(25'000);
  ASSERT_TRUE(say(only(begin)));
  ASSERT_TRUE(say(only(whole(id_of(small), "small"))));
  EXPECT_EQ(answered[&small].ends, 1);
  EXPECT_EQ(answered[&large].ends, 0);
  ASSERT_TRUE(say(only(piece(id_of(large), std::string(10'000, 'b')))));
  ASSERT_TRUE(say(only(whole(id_of(large), std::string(5'000, 'c')))));
  EXPECT_EQ(answered[&large].body,
            framed(std::string(10'000, 'a') + std::string(10'000, 'b') + std::string(5'000, 'c')));
}

TEST_F(TunnelTest, ReadsByteByByteWhatItReadsAtOnce) {
  welcome();
  CallRecord& call = carried();
  Answer answer = whole(id_of(call), "data");
  answer.add_metadata()->set_name("x-head");
  for (const char c : framed(only(answer).SerializeAsString())) ASSERT_TRUE(tunnel.take({&c, 1}));
  EXPECT_EQ(answered[&call].body, framed("data"));
  EXPECT_EQ(answered[&call].ends, 1);
}

TEST_F(TunnelTest, EndsACallWithWhatTheServerSaysOfIt) {
  welcome();
  CallRecord& call = carried();
  Answer failed;
  failed.set_id(id_of(call));
  failed.mutable_end()->set_code(5);
  failed.mutable_end()->set_message("caf\xc3\xa9\n");
  failed.mutable_end()->set_details(std::string("\x00\x01\xff", 3));
  ASSERT_TRUE(say(only(failed)));
  EXPECT_FALSE(answered[&call].head);
  EXPECT_EQ(answered[&call].trailers.find("grpc-status"), "5");
  EXPECT_EQ(answered[&call].trailers.find("grpc-message"), "caf%C3%A9%0A");
  EXPECT_EQ(answered[&call].trailers.find("grpc-status-details-bin"), "AAH/");
}

TEST_F(TunnelTest, TellsCallsApartForWhichNothingWasDone) {
  welcome();
  CallRecord& call = carried();
  Answer refused;
  refused.set_id(id_of(call));
  refused.mutable_end()->set_code(8);
  refused.mutable_end()->set_not_begun(true);
  ASSERT_TRUE(say(only(refused)));
  ASSERT_TRUE(answered[&call].not_begun);
  EXPECT_EQ(answered[&call].not_begun->code, grpc::Code::kResourceExhausted);
}

TEST_F(TunnelTest, HasNoMoreCallsThanTheServerTakes) {
  welcome(2);
  CallRecord& first = carried();
  carried();
  EXPECT_FALSE(tunnel.has_room());
  ASSERT_TRUE(say(only(whole(id_of(first), "x"))));
  EXPECT_TRUE(tunnel.has_room());
}

TEST_F(TunnelTest, KeepsThePlaceAndThePermitOfACancelledCallUntilTheServerHasEndedIt) {
  welcome(1);
  CallRecord& call = carried();
  const auto permit = boost::make_local_shared<exchange::Running>();
  call.permit = permit;
  tunnel.cancel(call);
  const auto frames = said();
  ASSERT_EQ(frames.size(), 1u);
  ASSERT_EQ(frames[0].cancels_size(), 1);
  EXPECT_EQ(frames[0].cancels(0), id_of(call));
  EXPECT_FALSE(tunnel.has_room());
  EXPECT_EQ(permit.local_use_count(), 2);
  ASSERT_TRUE(say(only(whole(id_of(call), "too late"))));
  EXPECT_TRUE(tunnel.has_room());
  EXPECT_EQ(permit.local_use_count(), 1);
  EXPECT_EQ(answered[&call].ends, 0);
}

TEST_F(TunnelTest, NeverTakesTheAnswerOfAnotherForThatOfItsPlacesNextCall) {
  welcome(1);
  CallRecord& before = carried();
  ASSERT_TRUE(say(only(whole(id_of(before), "x"))));
  CallRecord& after = carried();
  EXPECT_EQ(after.stream, before.stream);
  ASSERT_TRUE(say(only(whole(id_of(before), "again"))));
  EXPECT_EQ(answered[&after].ends, 0);
  EXPECT_EQ(answered[&before].ends, 1);
}

TEST_F(TunnelTest, GivesCreditBackForWhatWasConsumedAndForWhatNobodyWants) {
  welcome();
  consumes = false;
  CallRecord& call = carried();
  Answer begin = piece(id_of(call), std::string(60'000, 'a'));
  begin.set_message_bytes(70'000);
  ASSERT_TRUE(say(only(begin)));
  EXPECT_TRUE(said().empty());
  tunnel.consume(call, grpc::kPrefixBytes);
  EXPECT_TRUE(said().empty()) << "the prefix is ours";
  tunnel.consume(call, 60'000);
  auto frames = said();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].credit(), 60'000u);

  ASSERT_TRUE(say(only(piece(id_of(call), std::string(5'000, 'b')))));
  ASSERT_TRUE(say(only(piece(77, std::string(50'000, 'c')))));
  tunnel.cancel(call);
  frames = said();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].credit(), 55'000u);
}

TEST_F(TunnelTest, GivesTheCreditOfACallBackThatEndsItselfInTheMiddleOfItsAnswer) {
  welcome();
  cancel_at_head = true;
  CallRecord& call = carried();
  ASSERT_TRUE(say(only(whole(id_of(call), std::string(60'000, 'a')))));
  EXPECT_EQ(answered[&call].ends, 0);
  const auto frames = said();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].credit(), 60'000u);
  EXPECT_EQ(tunnel.open(), 0u);
}

TEST_F(TunnelTest, RefusesACallThatIsLargerThanTheServerTakes) {
  welcome();
  CallRecord& call = carry(std::string((1 << 20) + 1, 'q'));
  EXPECT_TRUE(said().empty());
  EXPECT_EQ(answered[&call].ends, 0) << "not from inside carry()";
  tunnel.tell_refused();
  EXPECT_EQ(answered[&call].trailers.find("grpc-status"), "8");
  EXPECT_EQ(tunnel.open(), 0u);
}

TEST_F(TunnelTest, TellsWhichCallsWereNeverTakenWhenItBreaks) {
  welcome();
  CallRecord& taken = carried();
  CallRecord& crossed = carried();
  ServerFrames drain;
  drain.mutable_drain()->set_last_id(id_of(taken));
  ASSERT_TRUE(say(drain));
  EXPECT_TRUE(tunnel.draining());
  EXPECT_FALSE(tunnel.has_room());
  std::map<const CallRecord*, bool> unprocessed;
  for (const auto& one : tunnel.give_up_calls()) unprocessed[one.call] = one.unprocessed;
  EXPECT_FALSE(unprocessed.at(&taken));
  EXPECT_TRUE(unprocessed.at(&crossed));
}

TEST_F(TunnelTest, TellsWhichCallsWereNeverSaidWhenItBreaks) {
  welcome();
  CallRecord& said_one = carried();
  CallRecord& unsaid = carry();
  std::map<const CallRecord*, bool> unprocessed;
  for (const auto& one : tunnel.give_up_calls()) unprocessed[one.call] = one.unprocessed;
  EXPECT_FALSE(unprocessed.at(&said_one));
  EXPECT_TRUE(unprocessed.at(&unsaid));
}

struct Breach {
  const char* name;
  std::function<std::vector<ServerFrames>(std::uint64_t id)> said;
};

class Breaches : public TunnelTest, public testing::WithParamInterface<Breach> {};

TEST_P(Breaches, BreakTheTunnel) {
  welcome();
  CallRecord& call = carried();
  bool broken = false;
  for (const ServerFrames& frames : GetParam().said(id_of(call))) broken = broken || !say(frames);
  EXPECT_TRUE(broken);
  EXPECT_EQ(answered[&call].ends, 0);
  EXPECT_EQ(tunnel.give_up_calls().size(), 1u);
}

ServerFrames answer(std::uint64_t id, std::size_t bytes, std::uint64_t said, bool end) {
  ServerFrames frames;
  Answer& one = *frames.add_answers();
  one.set_id(id);
  one.set_data(std::string(bytes, 'x'));
  one.set_message_bytes(said);
  if (end) one.mutable_end();
  return frames;
}

INSTANTIATE_TEST_SUITE_P(
    Upstream, Breaches,
    testing::Values(Breach{"TwoLimits",
                           [](auto) {
                             ServerFrames frames;
                             frames.mutable_limits();
                             return std::vector{frames};
                           }},
                    Breach{"AnAnswerLongerThanItSaid",
                           [](auto id) {
                             return std::vector{answer(id, 10, 15, false), answer(id, 10, 0, true)};
                           }},
                    Breach{"AnAnswerShorterThanItSaid",
                           [](auto id) { return std::vector{answer(id, 10, 15, true)}; }},
                    Breach{"AnAnswerThatGrpcCouldNotSay",
                           [](auto id) { return std::vector{answer(id, 10, 1ull << 32, false)}; }},
                    Breach{"MoreThanTheCredit",
                           [](auto id) { return std::vector{answer(id, kCredit + 1, 0, true)}; }}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(TunnelTest, IsBrokenByBytesThatAreNoMessage) {
  welcome();
  EXPECT_FALSE(tunnel.take(framed("\x0a\xff")));
}

TEST_F(TunnelTest, IsBrokenByAServerThatDoesNotBeginWithItsLimits) {
  EXPECT_FALSE(say(only(whole(1, "x"))));
}

}  // namespace
}  // namespace trunkline::upstream
