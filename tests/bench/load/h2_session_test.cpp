// Against the gateway's own server session.

#include "bench/load/h2_session.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/h2/server_session.hpp"
#include "tests/bench/load/seen_answers.hpp"

namespace trunkline::load {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class H2SessionTest : public testing::Test {
 protected:
  /// Until neither has anything to say.
  void talk() {
    for (std::string out;; out.clear()) {
      client_.gather(out);
      const bool asked = !out.empty();
      server_.feed(out);
      for (http::ServerEvent& event : std::exchange(server_.events(), {})) {
        if (auto* request = std::get_if<http::RequestEvent>(&event)) {
          requests_.push_back(std::move(*request));
        }
      }
      out.clear();
      const bool answered = server_.gather(out, 64 * 1024);
      EXPECT_TRUE(client_.feed(out, seen_));
      if (!asked && !answered) return;
    }
  }

  const std::string date_ = "Thu, 01 Jan 1970 00:00:00 GMT";
  const h2::Limits limits_;
  observe::Meters meters_;
  h2::ServerSession server_{limits_, "http", date_, meters_};
  H2Session client_{{{"GET", "http", "localhost", "", {{"accept", "*/*"}}}, ""}};
  std::vector<http::RequestEvent> requests_;
  SeenAnswers seen_;
};

TEST_F(H2SessionTest, AsksAsItWasToldAndKnowsAnswersApart) {
  client_.ask(1, "/one");
  client_.ask(2, "/two");
  talk();
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[0].head.target, "/one");
  EXPECT_EQ(requests_[1].head.authority, "localhost");
  EXPECT_EQ(requests_[1].head.headers.find("accept"), "*/*");
  server_.respond(requests_[1].stream, {404, {}}, http::SharedBody("second"));
  server_.respond(requests_[0].stream, {200, {}}, http::SharedBody("first"));
  talk();
  EXPECT_THAT(seen_.whole, UnorderedElementsAre(1, 2));
  EXPECT_THAT(seen_.statuses, UnorderedElementsAre(std::pair{1U, 200}, std::pair{2U, 404}));
  EXPECT_EQ(seen_.bodies[1], "first");
  EXPECT_EQ(seen_.bodies[2], "second");
}

TEST_F(H2SessionTest, ReadsTheGrpcStatusOfTrailersAndOfAHeadThatIsAll) {
  client_.ask(1, "/a.B/C");
  client_.ask(2, "/a.B/D");
  talk();
  server_.start(requests_[0].stream, {200, {}});
  server_.send(requests_[0].stream, http::SharedBody(std::string(5, '\0')));
  server_.finish(requests_[0].stream, {{"grpc-status", "0"}});
  server_.respond(requests_[1].stream, {200, {{"grpc-status", "14"}}}, {});
  talk();
  EXPECT_THAT(seen_.whole, UnorderedElementsAre(1, 2));
  EXPECT_EQ(seen_.grpc[1], "0");
  EXPECT_EQ(seen_.grpc[2], "14");
}

TEST_F(H2SessionTest, KnowsAStreamThatWasGivenUpHalfway) {
  client_.ask(1, "/");
  talk();
  server_.start(requests_[0].stream, {200, {}});
  server_.send(requests_[0].stream, http::SharedBody("half of "));
  talk();
  server_.reset(requests_[0].stream);
  talk();
  EXPECT_THAT(seen_.whole, IsEmpty());
  EXPECT_THAT(seen_.broken, ElementsAre(1));
}

TEST_F(H2SessionTest, ReportsNothingOfWhatWasGivenUp) {
  client_.ask(1, "/");
  talk();
  EXPECT_TRUE(client_.give_up(1));
  server_.respond(requests_[0].stream, {200, {}}, http::SharedBody("too late"));
  talk();
  EXPECT_THAT(seen_.statuses, IsEmpty());
  EXPECT_THAT(seen_.broken, IsEmpty());
  client_.ask(1, "/again");
  talk();
  server_.respond(requests_.back().stream, {200, {}}, http::SharedBody("in time"));
  talk();
  EXPECT_THAT(seen_.whole, ElementsAre(1));
  EXPECT_EQ(seen_.bodies[1], "in time");
}

TEST_F(H2SessionTest, DoesNotLastWhenTheServerSaysGoodbye) {
  talk();
  EXPECT_TRUE(client_.lasts());
  server_.drain();
  talk();
  EXPECT_FALSE(client_.lasts());
  EXPECT_FALSE(client_.has_room());
}

TEST_F(H2SessionTest, KnowsNonsense) {
  std::string out;
  EXPECT_TRUE(client_.gather(out));
  client_.feed("HTTP/1.1 400 Bad Request\r\n\r\n", seen_);
  EXPECT_FALSE(client_.gather(out));
  EXPECT_FALSE(client_.lasts());
}

}  // namespace
}  // namespace trunkline::load
