// What an answer looks like on the wire.

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGet10 = "GET / HTTP/1.0\r\n\r\n";

class Answer : public testing::Test {
 protected:
  std::string respond(std::string_view request, const http::ResponseHead& head, std::string body) {
    talk_.feed(request);
    talk_.session.respond(1, head, http::SharedBody(std::move(body)));
    talk_.settle();
    return talk_.wire();
  }

  std::string stream(std::string_view request, const http::ResponseHead& head,
                     const http::Headers& trailers = {}) {
    talk_.feed(request);
    talk_.session.start(1, head);
    talk_.session.send(1, http::SharedBody("hello"));
    talk_.session.send(1, {});
    talk_.session.send(1, http::SharedBody(", world, how are"));
    talk_.session.finish(1, trailers);
    talk_.settle();
    return talk_.wire();
  }

  Conversation talk_{false};
};

TEST_F(Answer, HasADateAndALength) {
  EXPECT_EQ(respond(kGet, {200, {{"content-type", "text/plain"}}}, "hello"),
            "HTTP/1.1 200 OK\r\ndate: " + kDate +
                "\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello");
}

TEST_F(Answer, HasALengthOfZeroWithoutABody) {
  EXPECT_THAT(respond(kGet, {404, {}}, ""), EndsWith("\r\ncontent-length: 0\r\n\r\n"));
}

TEST_F(Answer, CountsTheBodyForHeadAndDoesNotSendIt) {
  EXPECT_THAT(respond(kHead, {}, "hello"), EndsWith("\r\ncontent-length: 5\r\n\r\n"));
}

TEST_F(Answer, HasNoBodyWhereTheStatusHasNone) {
  for (const int status : {204, 304}) {
    Conversation talk(false);
    talk.feed(kGet);
    talk.session.respond(1, {status, {}}, http::SharedBody("hello"));
    talk.settle();
    const std::string wire = talk.wire();
    EXPECT_THAT(wire, EndsWith(kDate + "\r\n\r\n"));
  }
}

TEST_F(Answer, ComesInChunksWhenItIsStreamed) {
  EXPECT_EQ(stream(kGet, {}), "HTTP/1.1 200 OK\r\ndate: " + kDate +
                                  "\r\ntransfer-encoding: chunked\r\n\r\n"
                                  "5\r\nhello\r\n10\r\n, world, how are\r\n0\r\n\r\n");
  EXPECT_FALSE(talk_.session.finished());
}

TEST_F(Answer, MayEndInTrailers) {
  EXPECT_THAT(stream(kGet, {}, {{"x-sum", "9"}, {"content-length", "5"}}),
              EndsWith("\r\n0\r\nx-sum: 9\r\n\r\n"));
}

TEST_F(Answer, EndsWithTheConnectionWhenStreamedToHttp10) {
  EXPECT_EQ(
      stream("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {}, {{"x-sum", "9"}}),
      "HTTP/1.1 200 OK\r\ndate: " + kDate + "\r\nconnection: close\r\n\r\nhello, world, how are");
  EXPECT_TRUE(talk_.session.finished());
}

TEST_F(Answer, HasNoChunksForHeadOrWhereTheStatusHasNoBody) {
  EXPECT_THAT(stream(kHead, {}), EndsWith(kDate + "\r\n\r\n"));
  Conversation talk(false);
  talk.feed(kGet);
  talk.session.start(1, {204, {}});
  talk.session.send(1, http::SharedBody("hello"));
  talk.session.finish(1);
  talk.settle();
  EXPECT_THAT(talk.wire(), EndsWith(kDate + "\r\n\r\n"));
}

TEST_F(Answer, KeepsItsOwnerFromFramingIt) {
  const std::string wire = respond(kGet,
                                   {200,
                                    {{"Content-Length", "9"},
                                     {"transfer-encoding", "chunked"},
                                     {"connection", "upgrade"},
                                     {"keep-alive", "timeout=5"},
                                     {"upgrade", "h2c"}}},
                                   "hello");
  EXPECT_EQ(wire, "HTTP/1.1 200 OK\r\ndate: " + kDate + "\r\ncontent-length: 5\r\n\r\nhello");
}

TEST_F(Answer, CannotBeSplitByAFieldsValueOrName) {
  const std::string wire = respond(
      kGet, {200, {{"x-a", "1\r\nset-cookie: b"}, {"x b\r\n", "2"}, {"x-c", {"\0", 1}}}}, "");
  EXPECT_THAT(wire, HasSubstr("\r\nx-a: 1  set-cookie: b\r\nx-c:  \r\n"));
  EXPECT_THAT(wire, Not(HasSubstr("x b")));
}

TEST_F(Answer, KeepsADateOfItsOwn) {
  EXPECT_EQ(respond(kGet, {200, {{"date", "then"}}}, ""),
            "HTTP/1.1 200 OK\r\ndate: then\r\ncontent-length: 0\r\n\r\n");
}

TEST_F(Answer, SaysWhenHttp10MayGoOn) {
  EXPECT_THAT(respond("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", {}, "x"),
              HasSubstr("\r\nconnection: keep-alive\r\n"));
  EXPECT_FALSE(talk_.session.finished());
}

TEST_F(Answer, ClosesHttp10Otherwise) {
  EXPECT_THAT(respond(kGet10, {}, "x"), HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_TRUE(talk_.session.finished());
}

TEST_F(Answer, IsGatheredInPiecesOfAnySize) {
  for (const std::size_t limit : {1, 2, 7, 100}) {
    Conversation talk(false);
    talk.feed(kGet);
    talk.session.start(1, {});
    talk.session.send(1, http::SharedBody("hello"));
    talk.session.send(1, http::SharedBody(std::string(300, 'x')));
    talk.session.finish(1);
    const std::size_t pending = talk.session.pending();
    std::string out = "kept";
    std::size_t before = out.size();
    while (talk.session.gather(out, limit)) {
      EXPECT_LE(out.size() - before, limit);
      EXPECT_EQ(out.size() - 4 + talk.session.pending(), pending);
      before = out.size();
    }
    EXPECT_EQ(out, "keptHTTP/1.1 200 OK\r\ndate: " + kDate +
                       "\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n12c\r\n" +
                       std::string(300, 'x') + "\r\n0\r\n\r\n");
  }
}

TEST_F(Answer, IsIgnoredForARequestThatIsGone) {
  talk_.feed(kGet);
  talk_.session.respond(2, {}, http::SharedBody("no"));
  talk_.session.send(1, http::SharedBody("no"));  // not started
  talk_.session.finish(1);
  EXPECT_EQ(talk_.session.pending(), 0u);
  talk_.session.respond(1, {}, http::SharedBody("yes"));
  const std::size_t pending = talk_.session.pending();
  talk_.session.respond(1, {}, http::SharedBody("no"));
  talk_.session.start(1, {});
  talk_.session.send(1, http::SharedBody("no"));
  talk_.session.finish(1);
  talk_.session.reset(1);
  EXPECT_EQ(talk_.session.pending(), pending);
}

TEST_F(Answer, IsCutWithoutItsEndWhenItIsGivenUp) {
  talk_.feed(kGet);
  talk_.session.start(1, {});
  talk_.session.send(1, http::SharedBody("hello"));
  talk_.session.reset(1);
  EXPECT_FALSE(talk_.session.finished());
  talk_.settle();
  EXPECT_THAT(talk_.wire(), EndsWith("5\r\nhello\r\n"));
  EXPECT_TRUE(talk_.session.finished());
}

TEST_F(Answer, IsNothingWhenItIsGivenUpBeforeItsHead) {
  talk_.feed(kGet);
  talk_.session.reset(1);
  EXPECT_TRUE(talk_.session.finished());
  EXPECT_THAT(talk_.wire(), IsEmpty());
}

}  // namespace
}  // namespace trunkline::h1
