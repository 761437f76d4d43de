// What a client has to do in time, and what happens if it does not.

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

using observe::Refusal;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Deadlines : public testing::Test {
 protected:
  /// The client says `bytes` right at the beginning, and `bit` at each second that follows. It is
  /// given up when `patience` is over, and not before.
  void expect_cut_off_after(seconds patience, std::string_view bytes, std::string_view bit,
                            ErrorCode code, Refusal reason) {
    client.say(bytes);
    EXPECT_FALSE(client.tick(seconds(0)));
    for (seconds now{1}; now < patience; ++now) {
      client.say(bit);
      ASSERT_FALSE(client.tick(now)) << now.count();
    }
    EXPECT_FALSE(client.tick(patience - milliseconds(1)));
    client.expect_unharmed();
    EXPECT_TRUE(client.tick(patience));
    client.expect_cut_off(client.listen(), code, reason);
  }

  RawClient client;
};

TEST_F(Deadlines, NoPrefaceEndsTheConnection) {
  expect_cut_off_after(seconds(5), "", "", ErrorCode::kProtocolError, Refusal::kSlowPreface);
}

TEST_F(Deadlines, HalfAPrefaceEndsTheConnection) {
  expect_cut_off_after(seconds(5), kPreface.substr(0, 12), "", ErrorCode::kProtocolError,
                       Refusal::kSlowPreface);
}

TEST_F(Deadlines, TheLastByteOfThePrefaceIsInTime) {
  client.tick(seconds(0));
  client.say(kPreface.substr(0, 23));
  EXPECT_FALSE(client.tick(milliseconds(4'999)));
  client.say(kPreface.substr(23));
  EXPECT_FALSE(client.tick(seconds(5)));
  client.expect_unharmed();
}

TEST_F(Deadlines, SettingsThatAreNotAcknowledgedEndTheConnection) {
  expect_cut_off_after(seconds(10), hello(), "", ErrorCode::kSettingsTimeout,
                       Refusal::kSettingsNotAcknowledged);
}

TEST_F(Deadlines, TrafficIsNoAcknowledgement) {
  expect_cut_off_after(seconds(10), hello() + get_request(1),
                       frame(kPing, 0, 0, "12345678") + frame(kSettings, 0, 0, ""),
                       ErrorCode::kSettingsTimeout, Refusal::kSettingsNotAcknowledged);
}

TEST_F(Deadlines, AnAcknowledgementIsInTime) {
  client.tick(seconds(0));
  client.say(hello());
  EXPECT_FALSE(client.tick(milliseconds(9'999)));
  client.say(settings_ack());
  EXPECT_FALSE(client.tick(seconds(10)));
  client.expect_unharmed();
}

TEST_F(Deadlines, AConnectionWithoutRequestsIsNotTheSessionsToEnd) {
  client.greet();
  client.tick(seconds(0));
  EXPECT_FALSE(client.tick(hours(100)));
  client.expect_unharmed();
}

TEST_F(Deadlines, AHeadWithoutItsEndEndsTheConnection) {
  expect_cut_off_after(seconds(10),
                       hello() + settings_ack() + frame(kHeaders, kEndStream, 1, get_fields()), "",
                       ErrorCode::kEnhanceYourCalm, Refusal::kSlowHeaders);
}

TEST_F(Deadlines, AHeadersFrameWithoutItsEndEndsTheConnection) {
  const std::string whole = get_request(1);
  expect_cut_off_after(seconds(10), hello() + settings_ack() + whole.substr(0, whole.size() - 1),
                       "", ErrorCode::kEnhanceYourCalm, Refusal::kSlowHeaders);
}

TEST_F(Deadlines, AHeadThatComesByteByByteEndsTheConnection) {
  const std::string begun =
      hello() + settings_ack() + open_request(1, field("x", std::string(99, 'x')));
  expect_cut_off_after(seconds(10), begun.substr(0, begun.size() - 99), "x",
                       ErrorCode::kEnhanceYourCalm, Refusal::kSlowHeaders);
}

TEST_F(Deadlines, AContinuationNowAndThenBuysNoTime) {
  client.greet();
  client.say(frame(kHeaders, kEndStream, 1, get_fields()));
  for (int second = 0; second < 10; second += 2) {
    EXPECT_FALSE(client.tick(seconds(second)));
    client.say(frame(kContinuation, 0, 1, field("a", "b")));
  }
  EXPECT_TRUE(client.tick(seconds(10)));
  client.expect_cut_off(client.listen(), ErrorCode::kEnhanceYourCalm, Refusal::kSlowHeaders);
}

TEST_F(Deadlines, TrailersWithoutTheirEndEndTheConnection) {
  expect_cut_off_after(
      seconds(10),
      hello() + settings_ack() + open_request(1) + frame(kHeaders, kEndStream, 1, field("a", "b")),
      "", ErrorCode::kEnhanceYourCalm, Refusal::kSlowHeaders);
}

TEST_F(Deadlines, AHeadThatEndsIsInTime) {
  client.greet();
  client.say(frame(kHeaders, kEndStream, 1, get_fields()));
  client.tick(seconds(0));
  EXPECT_FALSE(client.tick(milliseconds(9'999)));
  client.say(frame(kContinuation, kEndHeaders, 1, ""));
  EXPECT_FALSE(client.tick(seconds(10)));
  client.expect_unharmed();
  EXPECT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
}

TEST_F(Deadlines, EveryHeadHasItsOwnTime) {
  client.greet();
  for (int second = 0; second < 40; second += 8) {
    const auto stream = static_cast<std::uint32_t>(second / 4 + 1);
    client.say(frame(kHeaders, kEndStream, stream, get_fields()));
    EXPECT_FALSE(client.tick(seconds(second)));
    client.say(frame(kContinuation, kEndHeaders, stream, ""));
    EXPECT_FALSE(client.tick(seconds(second + 7)));
  }
  client.expect_unharmed();
}

TEST_F(Deadlines, ABusyClientMayBeInTheMiddleOfAHeadAtEveryLook) {
  client.greet();
  std::string rest;
  std::uint32_t stream = 1;
  for (int second = 0; second < 60; ++second, stream += 2) {
    const std::string request = get_request(stream);
    client.say(rest + request.substr(0, 20));
    rest = request.substr(20);
    ASSERT_FALSE(client.tick(seconds(second))) << second;
  }
  client.expect_unharmed();
}

// Answers that the client does not take.

class Stalls : public Deadlines {
 protected:
  /// One request, and all windows but the connection's closed.
  Stalls() {
    client.greet();
    client.say(initial_window(0) + get_request(1));
    client.tick(seconds(0));
  }

  void expect_reset(const std::vector<SeenFrame>& heard, Refusal reason) {
    const auto resets = of_type(heard, kRstStream);
    ASSERT_EQ(resets.size(), 1u);
    EXPECT_EQ(resets[0].stream, 1u);
    EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kCancel));
    EXPECT_TRUE(of_type(heard, kGoaway).empty());
    EXPECT_TRUE(client.server.wants_read());
    EXPECT_EQ(client.meters.refusals(reason), 1u);
    EXPECT_EQ(client.refusals(), 1u);
  }

  /// The client lets `bytes` more pass at each second.
  bool stalls_at(std::uint32_t bytes, seconds length) {
    for (seconds now{1}; now <= length; ++now) {
      client.say(window_update(0, bytes) + window_update(1, bytes));
      if (client.tick(now)) return true;
    }
    return false;
  }
};

TEST_F(Stalls, AnAnswerThatWaitsForAWindowIsGivenUp) {
  client.server.respond(1, {200, {}}, http::SharedBody("hello"));
  client.listen();
  EXPECT_FALSE(client.tick(seconds(1)));
  EXPECT_FALSE(client.tick(milliseconds(30'999)));
  client.expect_unharmed();
  EXPECT_TRUE(client.tick(seconds(31)));
  expect_reset(client.listen(), Refusal::kStalledStream);
  EXPECT_EQ(client.server.open_streams(), 0u);
  EXPECT_EQ(client.server.pending(1), 0u);
}

TEST_F(Stalls, TheOwnerOfAStreamedAnswerHearsOfIt) {
  client.server.start(1, {200, {}});
  client.server.send(1, http::SharedBody("hello"));
  client.listen();
  client.tick(seconds(1));
  client.tick(seconds(31));
  EXPECT_TRUE(all<http::ResetEvent>(client.events).empty());
  expect_reset(client.listen(), Refusal::kStalledStream);
  EXPECT_EQ(all<http::ResetEvent>(client.events).size(), 1u);
}

TEST_F(Stalls, AnAnswerIsGivenUpOnce) {
  client.server.respond(1, {200, {}}, http::SharedBody("hello"));
  client.tick(seconds(1));
  EXPECT_TRUE(client.tick(seconds(31)));
  EXPECT_FALSE(client.tick(seconds(32)));
  EXPECT_FALSE(client.tick(hours(1)));
  expect_reset(client.listen(), Refusal::kStalledStream);
}

TEST_F(Stalls, AOneByteWindowNowAndThenBuysNoTime) {
  client.server.respond(1, {200, {}}, http::SharedBody(std::string(100'000, 'x')));
  client.listen();
  EXPECT_TRUE(stalls_at(1, seconds(31)));
  expect_reset(client.listen(), Refusal::kStalledStream);
}

TEST_F(Stalls, AClientJustTooSlowIsGivenUp) {
  client.server.respond(1, {200, {}}, http::SharedBody(std::string(1'000'000, 'x')));
  client.listen();
  EXPECT_TRUE(stalls_at(480, seconds(40)));
}

TEST_F(Stalls, ASlowClientThatIsQuickEnoughIsLeftAlone) {
  client.server.respond(1, {200, {}}, http::SharedBody(std::string(1'000'000, 'x')));
  client.listen();
  EXPECT_FALSE(stalls_at(520, minutes(20)));
  client.expect_unharmed();
}

TEST_F(Stalls, AClientThatStopsMidwayIsGivenUp) {
  client.server.respond(1, {200, {}}, http::SharedBody(std::string(1'000'000, 'x')));
  EXPECT_FALSE(stalls_at(10'000, seconds(90)));
  bool given_up = false;
  for (seconds now{91}; now <= seconds(150) && !given_up; ++now) given_up = client.tick(now);
  EXPECT_TRUE(given_up);
  expect_reset(client.listen(), Refusal::kStalledStream);
}

TEST_F(Stalls, AnOwnerWithNothingToSendIsNoFaultOfTheClient) {
  client.server.start(1, {200, {}});
  client.listen();
  for (seconds now{1}; now < minutes(4); ++now) ASSERT_FALSE(client.tick(now));
  client.expect_unharmed();
}

TEST_F(Stalls, WhatIsAlwaysTakenAtOnceIsNoStall) {
  client.say(window_update(1, 1'000'000));
  client.server.start(1, {200, {}});
  for (seconds now{1}; now <= minutes(2); ++now) {
    client.server.send(1, http::SharedBody("little"));
    ASSERT_FALSE(client.tick(now)) << now.count();  // just before it is gathered, each time
    client.listen();
  }
  client.expect_unharmed();
}

TEST_F(Stalls, AnAnswerThatWasTakenIsDone) {
  client.say(window_update(1, 5));
  client.server.respond(1, {200, {}}, http::SharedBody("hello"));
  client.listen();
  EXPECT_FALSE(client.tick(hours(1)));
  client.expect_unharmed();
}

TEST_F(Stalls, TheNeighbourOfAStalledAnswerGoesOn) {
  client.say(get_request(3) + window_update(3, 1'000'000));
  client.server.respond(1, {200, {}}, http::SharedBody("hello"));
  client.server.start(3, {200, {}});
  std::size_t seen = 0;
  std::size_t resets = 0;
  for (seconds now{1}; now <= seconds(60); ++now) {
    client.tick(now);
    client.server.send(3, http::SharedBody(std::string(100, 'x')));
    const auto heard = client.listen();
    for (const SeenFrame& data : of_type(heard, kData)) seen += data.payload.size();
    resets += of_type(heard, kRstStream).size();
  }
  EXPECT_EQ(seen, 6'000u);
  EXPECT_EQ(resets, 1u);
  EXPECT_EQ(client.meters.refusals(Refusal::kStalledStream), 1u);
  EXPECT_EQ(client.refusals(), 1u);
  EXPECT_EQ(client.server.open_streams(), 1u);
}

// Streams on which nothing moves.

class Idleness : public Stalls {};

TEST_F(Idleness, AStreamWithoutAByteIsGivenUp) {
  EXPECT_FALSE(client.tick(milliseconds(299'999)));
  client.expect_unharmed();
  EXPECT_TRUE(client.tick(seconds(300)));
  expect_reset(client.listen(), Refusal::kIdleStream);
  EXPECT_EQ(all<http::ResetEvent>(client.events).size(), 1u);
  EXPECT_EQ(client.server.open_streams(), 0u);
}

TEST_F(Idleness, AByteOfTheRequestIsASignOfLife) {
  client.say(rst_stream(1) + open_request(3));
  for (seconds now{0}; now < hours(1); now += seconds(299)) {
    ASSERT_FALSE(client.tick(now));
    client.say(frame(kData, 0, 3, "x"));
    ASSERT_FALSE(client.tick(now + milliseconds(1)));
  }
  client.expect_unharmed();
}

TEST_F(Idleness, AByteOfTheAnswerIsASignOfLife) {
  client.server.start(1, {200, {}});
  for (seconds now{0}; now < hours(1); now += seconds(299)) {
    ASSERT_FALSE(client.tick(now));
    client.say(window_update(1, 1));
    client.server.send(1, http::SharedBody("x"));
    client.listen();
    ASSERT_FALSE(client.tick(now + milliseconds(1)));
  }
  client.expect_unharmed();
}

TEST_F(Idleness, PingsAreNoneOfAStream) {
  for (seconds now{1}; now < seconds(300); ++now) {
    client.say(frame(kPing, 0, 0, "12345678"));
    ASSERT_FALSE(client.tick(now)) << now.count();
  }
  EXPECT_TRUE(client.tick(seconds(300)));
  expect_reset(client.listen(), Refusal::kIdleStream);
}

TEST_F(Idleness, EachStreamIsLookedAtByItself) {
  client.tick(seconds(200));
  client.say(get_request(3));
  client.tick(seconds(201));
  EXPECT_TRUE(client.tick(seconds(300)));
  expect_reset(client.listen(), Refusal::kIdleStream);
  EXPECT_EQ(client.server.open_streams(), 1u);
  EXPECT_TRUE(client.tick(seconds(501)));
  EXPECT_EQ(client.meters.refusals(Refusal::kIdleStream), 2u);
}

}  // namespace
}  // namespace trunkline::h2
