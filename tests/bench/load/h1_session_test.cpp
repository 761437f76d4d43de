#include "bench/load/h1_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/load/seen_answers.hpp"

namespace trunkline::load {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Request request(const std::string& method = "GET", const std::string& body = "") {
  Request made;
  made.head = {method, "http", "localhost:8080", "", {{"accept", "*/*"}}};
  made.body = body;
  return made;
}

class H1SessionTest : public testing::Test {
 protected:
  /// What it sends when it is asked for that path.
  std::string ask(const std::string& path = "/index") {
    session_.ask(7, path);
    std::string out;
    session_.gather(out);
    return out;
  }

  H1Session session_{request(), false};
  SeenAnswers seen_;
};

TEST_F(H1SessionTest, AsksAsItWasTold) {
  EXPECT_EQ(ask("/agents?x=1"),
            "GET /agents?x=1 HTTP/1.1\r\nHost: localhost:8080\r\naccept: */*\r\n\r\n");
  H1Session posting(request("POST", "hello"), true);
  posting.ask(1, "/");
  std::string out;
  posting.gather(out);
  EXPECT_EQ(out,
            "POST / HTTP/1.1\r\nHost: localhost:8080\r\naccept: */*\r\nConnection: close\r\n"
            "Content-Length: 5\r\n\r\nhello");
}

TEST_F(H1SessionTest, ReadsAnAnswerHoweverItIsCut) {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
      "5\r\n\r\nhello"};
  for (const std::string& answer : answers) {
    for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
      SeenAnswers seen;
      ask();
      for (std::size_t at = 0; at < answer.size(); at += piece) {
        EXPECT_FALSE(session_.has_room());
        ASSERT_TRUE(session_.feed(std::string_view(answer).substr(at, piece), seen));
      }
      ASSERT_THAT(seen.whole, ElementsAre(7)) << piece;
      EXPECT_EQ(seen.statuses[7], 200);
      EXPECT_EQ(seen.bodies[7], "hello");
      EXPECT_TRUE(session_.has_room());
      EXPECT_TRUE(session_.lasts());
    }
  }
}

TEST_F(H1SessionTest, LastsNoLongerThanTheServerSays) {
  ask();
  EXPECT_TRUE(
      session_.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", seen_));
  EXPECT_THAT(seen_.whole, ElementsAre(7));
  EXPECT_FALSE(session_.lasts());
  EXPECT_FALSE(session_.has_room());
}

TEST_F(H1SessionTest, TakesTheEndOfInputForTheEndOfABodyWithoutLength) {
  ask();
  EXPECT_TRUE(session_.feed("HTTP/1.1 200 OK\r\n\r\nhello", seen_));
  EXPECT_THAT(seen_.whole, IsEmpty());
  session_.finish(seen_);
  EXPECT_THAT(seen_.whole, ElementsAre(7));
  EXPECT_EQ(seen_.bodies[7], "hello");
}

TEST_F(H1SessionTest, DoesNotTakeTheEndOfInputForTheEndOfAnythingElse) {
  ask();
  EXPECT_TRUE(session_.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", seen_));
  session_.finish(seen_);
  EXPECT_THAT(seen_.whole, IsEmpty());
  EXPECT_FALSE(session_.lasts());
}

TEST_F(H1SessionTest, ExpectsNoBodyBehindTheHeadOfHead) {
  H1Session session(request("HEAD"), false);
  session.ask(3, "/");
  EXPECT_TRUE(session.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", seen_));
  EXPECT_THAT(seen_.whole, ElementsAre(3));
}

TEST_F(H1SessionTest, KnowsNonsense) {
  ask();
  EXPECT_FALSE(session_.feed("220 mail.example.com ESMTP\r\n", seen_));
}

TEST_F(H1SessionTest, TakesNothingThatNobodyAskedFor) {
  EXPECT_FALSE(session_.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", seen_));
}

}  // namespace
}  // namespace trunkline::load
