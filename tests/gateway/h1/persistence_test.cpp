// One request after the other on a connection, and how it ends.

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get(int number) {
  return "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Persistence, ServesRequestAfterRequest) {
  Conversation talk;
  for (int i = 1; i <= 3; ++i) {
    talk.feed(get(i));
    EXPECT_THAT(talk.wire(), EndsWith("\r\n\r\nok"));
  }
  EXPECT_EQ(talk.log.size(), 3u);
  EXPECT_FALSE(talk.session.finished());
  EXPECT_TRUE(talk.session.wants_read());
}

TEST(Persistence, EndsWhenTheClientSaysSo) {
  Conversation talk;
  talk.feed("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n" + std::string(kGet));
  EXPECT_THAT(talk.wire(), HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_TRUE(talk.session.finished());
  EXPECT_FALSE(talk.session.wants_read());
  EXPECT_EQ(talk.log.size(), 1u);
}

TEST(Persistence, AnswersPipelinedRequestsInOrderOneAtATime) {
  Conversation talk(false);
  talk.feed(get(1) + get(2) + get(3));
  EXPECT_THAT(talk.log, ElementsAre("1 GET http a /1 {}"));
  talk.session.respond(1, {}, http::SharedBody("one"));
  talk.settle();
  EXPECT_THAT(talk.log, ElementsAre("1 GET http a /1 {}", "2 GET http a /2 {}"));
  talk.session.start(2, {});
  talk.session.finish(2);
  talk.settle();
  EXPECT_EQ(talk.log.size(), 3u);
  talk.session.respond(3, {}, http::SharedBody("three"));
  talk.settle();
  const std::string wire = talk.wire();
  EXPECT_EQ(occurrences(wire, "HTTP/1.1 200 OK"), 3u);
  EXPECT_LT(wire.find("one"), wire.find("three"));
}

TEST(Persistence, StopsReadingWhenTooMuchIsPipelined) {
  Conversation talk(false);
  std::string many;
  while (many.size() <= Limits{}.pipeline_bytes + kGet.size()) many += kGet;
  talk.feed(many);
  EXPECT_FALSE(talk.session.wants_read());
  for (int i = 1; !talk.session.wants_read(); ++i) {
    ASSERT_LT(i, 10000);
    talk.session.respond(i, {}, {});
    talk.settle();
  }
}

TEST(Persistence, TakesNoFurtherRequestWhileTheClientDoesNotRead) {
  Conversation talk(false);
  std::string many;
  for (int i = 0; i < 100; ++i) many += kGet;
  talk.session.feed(many);
  const http::SharedBody body(std::string(10'000, 'x'));
  int answered = 0;
  const auto answer_all = [&] {
    while (!talk.session.events().empty()) {
      talk.session.events().clear();
      talk.session.respond(++answered, {}, body);
    }
  };
  answer_all();
  EXPECT_EQ(answered, 7);  // 7 * 10 kB are above 64 KiB
  EXPECT_FALSE(talk.session.wants_read());
  std::string out;
  while (talk.session.gather(out, 16 * 1024)) {
    answer_all();
    EXPECT_LT(talk.session.pending(), 80'000u);
  }
  EXPECT_EQ(answered, 100);
  EXPECT_EQ(occurrences(out, "HTTP/1.1 200 OK"), 100u);
  EXPECT_TRUE(talk.session.wants_read());
}

TEST(Persistence, DoesNotWaitForABodyThatWasAnsweredEarly) {
  Conversation talk(false);
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhe");
  talk.session.respond(1, {413, {}}, {});
  talk.feed("llo");
  EXPECT_THAT(talk.wire(), HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_TRUE(talk.session.finished());
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {content-length: 100}", "1 data he"));
}

TEST(Persistence, StreamsABodyInWhileItsAnswerStreamsOut) {
  Conversation talk(false);
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  talk.session.start(1, {});
  talk.session.send(1, http::SharedBody("AB"));
  talk.feed("cd");
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {content-length: 4}", "1 data abcd", "1 end",
                                    "1 sent 2"));
  talk.session.finish(1);
  talk.settle();
  EXPECT_THAT(talk.wire(), HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_TRUE(talk.session.finished());
}

TEST(Persistence, TellsWhatIsSentOfAStreamedAnswerAloneNotOfTheOneBefore) {
  Conversation talk(false);
  talk.feed(get(1) + get(2));
  talk.session.respond(1, {}, http::SharedBody("the whole first answer"));
  for (auto& event : std::exchange(talk.session.events(), {})) {
    EXPECT_TRUE(std::holds_alternative<http::RequestEvent>(event));
  }
  talk.session.start(2, {});
  talk.session.send(2, http::SharedBody("four"));
  talk.log.clear();
  talk.settle();
  EXPECT_THAT(talk.log, ElementsAre("2 sent 4"));
}

TEST(Persistence, DrainsAnIdleConnectionAtOnce) {
  Conversation fresh;
  fresh.session.drain();
  EXPECT_TRUE(fresh.session.finished());
  Conversation used;
  used.feed(kGet);
  used.session.drain();
  EXPECT_TRUE(used.session.finished());
}

TEST(Persistence, AnswersWhatWasAcceptedBeforeItDrains) {
  Conversation talk(false);
  talk.feed(get(1) + get(2));
  talk.session.drain();
  EXPECT_FALSE(talk.session.finished());
  talk.session.respond(1, {}, http::SharedBody("one"));
  talk.settle();
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(wire, EndsWith("one"));
  EXPECT_TRUE(talk.session.finished());
  EXPECT_EQ(talk.log.size(), 1u);
}

TEST(Persistence, AnswersARequestThatWasArrivingWhenItDrains) {
  for (const std::size_t begun : {1u, 10u, 20u}) {
    Conversation talk;
    talk.feed(kGet.substr(0, begun));
    talk.session.drain();
    EXPECT_FALSE(talk.session.finished());
    talk.feed(kGet.substr(begun));
    EXPECT_THAT(talk.wire(), HasSubstr("\r\nconnection: close\r\n"));
    EXPECT_TRUE(talk.session.finished());
  }
}

TEST(Persistence, FinishesAStreamedAnswerBeforeItDrains) {
  Conversation talk(false);
  talk.feed(kGet);
  talk.session.start(1, {});
  talk.session.drain();
  talk.session.send(1, http::SharedBody("x"));
  talk.session.finish(1);
  talk.settle();
  EXPECT_THAT(talk.wire(), EndsWith("1\r\nx\r\n0\r\n\r\n"));
  EXPECT_TRUE(talk.session.finished());
}

TEST(Persistence, CountsItsOpenRequest) {
  Conversation talk(false);
  EXPECT_EQ(talk.session.open_streams(), 0u);
  talk.feed(kGet);
  EXPECT_EQ(talk.session.open_streams(), 1u);
  talk.session.respond(1, {}, {});
  EXPECT_EQ(talk.session.open_streams(), 0u);
}

}  // namespace
}  // namespace trunkline::h1
