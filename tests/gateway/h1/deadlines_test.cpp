// What a client has to do in time, and what happens if it does not.

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

using observe::Refusal;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

bool tick(Conversation& talk, milliseconds since_start) {
  const bool moved =
      talk.session.tick(std::chrono::steady_clock::time_point{hours(1)} + since_start);
  talk.settle();
  return moved;
}

/// Of every kind.
std::uint64_t refusals(const Conversation& talk) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < observe::kRefusals; ++i) {
    sum += talk.meters.refusals(static_cast<Refusal>(i));
  }
  return sum;
}

void expect_refused(const Conversation& talk, Refusal reason) {
  EXPECT_TRUE(talk.session.finished());
  EXPECT_FALSE(talk.session.wants_read());
  EXPECT_EQ(talk.meters.refusals(reason), 1u) << observe::name_of(reason);
  EXPECT_EQ(refusals(talk), 1u) << "and nothing else is counted";
}

void expect_unharmed(const Conversation& talk) {
  EXPECT_FALSE(talk.session.finished());
  EXPECT_EQ(refusals(talk), 0u);
}

/// `begun` comes right at the beginning, and `bit` at each second that follows.
void expect_408(std::string_view begun, std::string_view bit = "") {
  Conversation talk;
  talk.feed(begun);
  EXPECT_FALSE(tick(talk, seconds(0)));
  for (seconds now{1}; now < seconds(10); ++now) {
    talk.feed(bit);
    ASSERT_FALSE(tick(talk, now)) << now.count();
  }
  EXPECT_FALSE(tick(talk, milliseconds(9'999)));
  EXPECT_THAT(talk.wire(), IsEmpty());
  expect_unharmed(talk);
  EXPECT_TRUE(tick(talk, seconds(10)));
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_THAT(wire, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(wire, EndsWith("}"));
  EXPECT_THAT(talk.log, IsEmpty());
  expect_refused(talk, Refusal::kSlowHeaders);
  EXPECT_FALSE(tick(talk, hours(1)));
  EXPECT_THAT(talk.wire(), IsEmpty());
}

TEST(Deadlines, AHeadWithoutItsEndIsAnsweredWith408) {
  expect_408(kGet.substr(0, kGet.size() - 1));
}

TEST(Deadlines, SoIsARequestLineAlone) {
  expect_408("GET / HTTP/1.1\r\n");
}

TEST(Deadlines, SoIsHalfARequestLine) {
  expect_408("GET /");
}

TEST(Deadlines, SoIsTheFirstByteOfOne) {
  expect_408("G");
}

TEST(Deadlines, SoIsAHeadThatComesByteByByte) {
  expect_408("GET / HTTP/1.1\r\nHost: a\r\nx: ", "y");
}

TEST(Deadlines, SoIsAHeadThatComesFieldByField) {
  expect_408("GET / HTTP/1.1\r\nHost: a\r\n", "x: y\r\n");
}

TEST(Deadlines, SoIsARequestLineThatComesByteByByte) {
  expect_408("GET /", "x");
}

TEST(Deadlines, The408OfAHeadRequestIsWholeOnceItsMethodIsKnown) {
  Conversation talk;
  talk.feed("HEAD / HTTP/1.1\r\nHost: a\r\n");
  tick(talk, seconds(0));
  tick(talk, seconds(10));
  EXPECT_THAT(talk.wire(), EndsWith("\r\n\r\n")) << "an answer to HEAD has no body";
}

TEST(Deadlines, ALaterRequestIsAnsweredWith408Too) {
  Conversation talk;
  talk.feed("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  tick(talk, seconds(0));
  talk.wire();
  talk.feed("G");
  tick(talk, minutes(1));
  EXPECT_FALSE(tick(talk, minutes(1) + milliseconds(9'999)));
  EXPECT_TRUE(tick(talk, minutes(1) + seconds(10)));
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(wire, EndsWith("}")) << "it is no answer to the HEAD before";
  expect_refused(talk, Refusal::kSlowHeaders);
}

TEST(Deadlines, AHeadThatEndsIsInTime) {
  Conversation talk;
  talk.feed(kGet.substr(0, 20));
  tick(talk, seconds(0));
  EXPECT_FALSE(tick(talk, milliseconds(9'999)));
  talk.feed(kGet.substr(20));
  EXPECT_FALSE(tick(talk, seconds(10)));
  EXPECT_FALSE(tick(talk, hours(1)));
  EXPECT_THAT(talk.wire(), EndsWith("ok"));
  expect_unharmed(talk);
}

TEST(Deadlines, EveryHeadHasItsOwnTime) {
  Conversation talk;
  for (seconds now{0}; now < minutes(1); now += seconds(8)) {
    talk.feed(kGet.substr(0, 20));
    EXPECT_FALSE(tick(talk, now));
    talk.feed(kGet.substr(20));
    EXPECT_FALSE(tick(talk, now + seconds(7)));
  }
  expect_unharmed(talk);
}

TEST(Deadlines, ABusyClientMayBeInTheMiddleOfAHeadAtEveryLook) {
  Conversation talk;
  talk.feed(kGet.substr(0, 20));
  for (seconds now{0}; now < minutes(1); ++now) {
    ASSERT_FALSE(tick(talk, now)) << now.count();
    talk.feed(kGet.substr(20) + kGet.substr(0, 20));
  }
  expect_unharmed(talk);
}

TEST(Deadlines, AConnectionWithoutAByteIsNotTheSessionsToEnd) {
  Conversation fresh;
  tick(fresh, seconds(0));
  EXPECT_FALSE(tick(fresh, hours(100)));
  expect_unharmed(fresh);
  Conversation kept;
  kept.feed(kGet);
  kept.wire();
  tick(kept, seconds(0));
  EXPECT_FALSE(tick(kept, hours(100)));
  expect_unharmed(kept);
  EXPECT_THAT(kept.wire(), IsEmpty());
}

TEST(Deadlines, ABlankLineBeginsNoHead) {
  Conversation talk;
  talk.feed(kGet + "\r\n");
  talk.wire();
  tick(talk, seconds(0));
  EXPECT_FALSE(tick(talk, hours(1)));
  expect_unharmed(talk);
}

TEST(Deadlines, AHeadThatWaitsForTheAnswerBeforeItIsNotLate) {
  Conversation talk(false);
  talk.feed(kGet + kGet.substr(0, 20));
  for (seconds now{0}; now <= minutes(4); ++now) ASSERT_FALSE(tick(talk, now)) << now.count();
  talk.session.respond(1, {}, {});
  talk.settle();
  EXPECT_FALSE(tick(talk, minutes(4) + seconds(1)));
  EXPECT_FALSE(tick(talk, minutes(4) + milliseconds(10'999)));
  expect_unharmed(talk);
  EXPECT_TRUE(tick(talk, minutes(4) + seconds(11))) << "its time begins when it is looked at";
  expect_refused(talk, Refusal::kSlowHeaders);
}

// Answers that the client does not take: whoever gathers has no room for more than `room`.

class Stalls : public testing::Test {
 protected:
  Stalls() {
    talk.feed(kGet);
    at(seconds(0), 0);
  }

  bool at(milliseconds since_start, std::size_t room) {
    talk.session.gather(wire, room);
    return talk.session.tick(std::chrono::steady_clock::time_point{hours(1)} + since_start);
  }

  bool stalls_at(std::size_t room, seconds length) {
    for (seconds now{1}; now <= length; ++now) {
      if (at(now, room)) return true;
    }
    return false;
  }

  Conversation talk{false};
  std::string wire;
};

TEST_F(Stalls, AnAnswerThatIsNotTakenEndsTheConnection) {
  talk.session.respond(1, {}, http::SharedBody("hello"));
  EXPECT_FALSE(at(seconds(1), 0));
  EXPECT_FALSE(at(milliseconds(30'999), 0));
  expect_unharmed(talk);
  EXPECT_TRUE(at(seconds(31), 0));
  expect_refused(talk, Refusal::kStalledStream);
  EXPECT_TRUE(talk.session.events().empty()) << "its owner was done with it";
  EXPECT_FALSE(at(hours(1), 0));
  EXPECT_EQ(refusals(talk), 1u);
}

TEST_F(Stalls, TheOwnerOfAStreamedAnswerHearsOfIt) {
  talk.session.start(1, {});
  talk.session.send(1, http::SharedBody("hello"));
  at(seconds(1), 0);
  EXPECT_TRUE(at(seconds(31), 0));
  talk.log.clear();
  talk.settle();
  EXPECT_THAT(talk.log, ElementsAre("1 reset"));
  expect_refused(talk, Refusal::kStalledStream);
}

TEST_F(Stalls, AByteNowAndThenBuysNoTime) {
  talk.session.respond(1, {}, http::SharedBody(std::string(1'000'000, 'x')));
  EXPECT_TRUE(stalls_at(1, seconds(31)));
  expect_refused(talk, Refusal::kStalledStream);
}

TEST_F(Stalls, AClientJustTooSlowIsGivenUp) {
  talk.session.respond(1, {}, http::SharedBody(std::string(1'000'000, 'x')));
  EXPECT_TRUE(stalls_at(480, seconds(40)));
}

TEST_F(Stalls, ASlowClientThatIsQuickEnoughIsLeftAlone) {
  talk.session.respond(1, {}, http::SharedBody(std::string(1'000'000, 'x')));
  EXPECT_FALSE(stalls_at(520, minutes(20)));
  expect_unharmed(talk);
}

TEST_F(Stalls, AClientThatStopsMidwayIsGivenUp) {
  talk.session.respond(1, {}, http::SharedBody(std::string(1'000'000, 'x')));
  EXPECT_FALSE(stalls_at(10'000, seconds(90)));
  bool given_up = false;
  for (seconds now{91}; now <= seconds(150) && !given_up; ++now) given_up = at(now, 0);
  EXPECT_TRUE(given_up);
  expect_refused(talk, Refusal::kStalledStream);
}

TEST_F(Stalls, ARefusalThatIsNotTakenDoesNotLastEither) {
  Conversation rude(false);
  rude.session.feed("nonsense\r\n\r\n");
  const std::chrono::steady_clock::time_point start{hours(1)};
  rude.session.tick(start);
  EXPECT_FALSE(rude.session.finished());
  EXPECT_TRUE(rude.session.tick(start + seconds(30)));
  EXPECT_TRUE(rude.session.finished());
}

TEST_F(Stalls, WhatIsAlwaysTakenAtOnceIsNoStall) {
  talk.session.start(1, {});
  for (seconds now{1}; now <= minutes(2); ++now) {
    talk.session.send(1, http::SharedBody("little"));
    ASSERT_FALSE(at(now, 0)) << now.count();  // just before it is gathered, each time
    talk.session.gather(wire, 1'000);
  }
  expect_unharmed(talk);
}

TEST_F(Stalls, AnAnswerThatWasTakenIsDone) {
  talk.session.respond(1, {}, http::SharedBody("hello"));
  EXPECT_FALSE(at(seconds(1), 1'000));
  EXPECT_FALSE(at(hours(1), 0));
  expect_unharmed(talk);
}

TEST_F(Stalls, AnOwnerWithNothingToSendIsNoFaultOfTheClient) {
  talk.session.start(1, {});
  for (seconds now{1}; now < minutes(4); ++now) ASSERT_FALSE(at(now, 1'000));
  expect_unharmed(talk);
}

// Requests on which nothing moves.

class Idleness : public Stalls {};

TEST_F(Idleness, ARequestWithoutAByteIsGivenUp) {
  EXPECT_FALSE(at(milliseconds(299'999), 1'000));
  expect_unharmed(talk);
  EXPECT_TRUE(at(seconds(300), 1'000));
  talk.log.clear();
  talk.settle();
  EXPECT_THAT(talk.log, ElementsAre("1 reset"));
  expect_refused(talk, Refusal::kIdleStream);
}

TEST_F(Idleness, AByteOfTheRequestIsASignOfLife) {
  Conversation upload(false);
  upload.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  for (seconds now{0}; now < hours(1); now += seconds(299)) {
    ASSERT_FALSE(tick(upload, now));
    upload.feed("x");
    ASSERT_FALSE(tick(upload, now + milliseconds(1)));
  }
  expect_unharmed(upload);
}

TEST_F(Idleness, AByteOfTheAnswerIsASignOfLife) {
  talk.session.start(1, {});
  for (seconds now{0}; now < hours(1); now += seconds(299)) {
    ASSERT_FALSE(at(now, 1'000));
    talk.session.send(1, http::SharedBody("x"));
    ASSERT_FALSE(at(now + milliseconds(1), 1'000));
  }
  expect_unharmed(talk);
}

// What the session refuses by itself is counted under its reason.

struct Counted {
  std::string bytes;
  Refusal reason;
};

TEST(Refusals, AreCountedUnderTheirReason) {
  const std::string fields = [] {
    std::string all;
    for (int i = 0; i < 200; ++i) all += "x: y\r\n";
    return all;
  }();
  for (const Counted& one : {
           Counted{"GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\n", Refusal::kRequestLine},
           Counted{"GET / HTTP/1.1\r\nHost: a\r\n" + fields, Refusal::kHeaderFields},
           Counted{"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", Refusal::kMethod},
           Counted{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Refusal::kMalformedRequest},
           Counted{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", Refusal::kMalformedRequest},
           Counted{"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                   Refusal::kMalformedRequest},
       }) {
    Conversation talk;
    talk.feed(one.bytes);
    expect_refused(talk, one.reason);
  }
}

}  // namespace
}  // namespace trunkline::h1
