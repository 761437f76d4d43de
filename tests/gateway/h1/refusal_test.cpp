// Everything that is refused: which status, and that nothing of it reaches the owner.

#include <nlohmann/json.hpp>

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Case {
  const char* rule;
  int status;
  std::string bytes;
};

std::string with(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n";
}

std::string target(std::string_view text) {
  return "GET " + std::string(text) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string host(std::string_view text) {
  return "GET / HTTP/1.1\r\nHost: " + std::string(text) + "\r\n\r\n";
}

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i) fields += "x: y\r\n";
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

const std::vector<Case>& heads() {
  using std::string_literals::operator""s;
  static const std::vector<Case> cases = {
      {"Content-Length with Transfer-Encoding", 400,
       with("Content-Length: 5\r\nTransfer-Encoding: chunked")},
      {"Transfer-Encoding with Content-Length", 400,
       with("Transfer-Encoding: chunked\r\nContent-Length: 5")},
      {"two equal Content-Lengths", 400, with("Content-Length: 5\r\nContent-Length: 5")},
      {"two different Content-Lengths", 400, with("Content-Length: 5\r\nContent-Length: 6")},
      {"a Content-Length list", 400, with("Content-Length: 5, 5")},
      {"an empty Content-Length", 400, with("Content-Length:")},
      {"a signed Content-Length", 400, with("Content-Length: +5")},
      {"a negative Content-Length", 400, with("Content-Length: -5")},
      {"a hexadecimal Content-Length", 400, with("Content-Length: 0x5")},
      {"a Content-Length of 2^64", 400, with("Content-Length: 18446744073709551616")},
      {"Transfer-Encoding: identity", 400, with("Transfer-Encoding: identity")},
      {"Transfer-Encoding: gzip, chunked", 400, with("Transfer-Encoding: gzip, chunked")},
      {"Transfer-Encoding: chunked, chunked", 400, with("Transfer-Encoding: chunked, chunked")},
      {"Transfer-Encoding: xchunked", 400, with("Transfer-Encoding: xchunked")},
      {"Transfer-Encoding: chunked;q=1", 400, with("Transfer-Encoding: chunked;q=1")},
      {"an empty Transfer-Encoding", 400, with("Transfer-Encoding:")},
      {"two Transfer-Encodings", 400,
       with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
      {"a vertical tab before chunked", 400,
       with("Transfer-Encoding: \x0b"
            "chunked")},
      {"Transfer-Encoding in HTTP/1.0", 400,
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"a bare LF after the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"a bare LF after a field", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
      {"a bare LF at the end of the head", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
      {"a bare CR in the request line", 400, "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a bare CR at the end of the request line", 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"},
      {"a bare CR in a value", 400, with("X: a\rb")},
      {"a bare CR at the end of a value", 400, with("X: a\r")},
      {"a bare CR before a name", 400, with("\rX: a")},
      {"NUL in a value", 400, with("X: a\0b"s)},
      {"NUL in a name", 400, with("X\0: b"s)},
      {"NUL in the target", 400, target("/\0"s)},
      {"a control character in a value", 400, with("X: a\x01")},
      {"DEL in a value", 400, with("X: a\x7f")},
      {"a folded field", 400, with("X: a\r\n b")},
      {"a field folded by a tab", 400, with("X: a\r\n\tb")},
      {"space before the first field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"space before the colon", 400, with("X : a")},
      {"tab before the colon", 400, with("X\t: a")},
      {"no colon", 400, with("X")},
      {"an empty name", 400, with(": x")},
      {"a name above ASCII", 400, with("\xc3\xa9: x")},
      {"two Hosts", 400, with("Host: a")},
      {"no Host", 400, "GET / HTTP/1.1\r\n\r\n"},
      {"no Host beside an absolute target", 400, "GET http://a/ HTTP/1.1\r\n\r\n"},
      {"an empty Host", 400, host("")},
      {"a Host with a user", 400, host("u@a")},
      {"a Host with a path", 400, host("a/b")},
      {"a Host list", 400, host("a, b")},
      {"a Host with a bad port", 400, host("a:80a")},
      {"a bad Host in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
      {"a target without a slash", 400, target("x")},
      {"a target with a fragment", 400, target("/x#y")},
      {"a target with a backslash", 400, target("/x\\y")},
      {"a target above ASCII", 400, target("/\xc3\xa9")},
      {"a target with a tab", 400, target("/x\ty")},
      {"a target with a space", 400, target("/x y")},
      {"an asterisk for GET", 400, target("*")},
      {"an absolute target with a user", 400, target("http://u:p@a/")},
      {"an absolute target without a host", 400, target("http:///x")},
      {"an absolute target with another scheme", 400, target("https://a/")},
      {"an absolute target with an unknown scheme", 400, target("ftp://a/")},
      {"an empty target", 400, "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"HTTP/0.9", 400, "GET /\r\n"},
      {"two spaces", 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a leading space", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a trailing space", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {"a tab for a space", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a method that is no token", 400, "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two blank lines", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a bare LF before the request", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a lower-case version", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"},
      {"a version without a minor", 400, "GET / HTTP/1\r\nHost: a\r\n\r\n"},
      {"another protocol", 400, "\x16\x03\x01\x02"},
      {"HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
      {"HTTP/3.0", 505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"},
      {"CONNECT", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"},
      {"a request line over 8 KiB", 414, target("/" + std::string(8192, 'x'))},
      {"an endless request line", 414, std::string(9000, 'x')},
      {"too many fields", 431, many_fields(100)},
      {"a large field", 431, with("X: " + std::string(16384, 'x'))},
      {"an endless field", 431, "GET / HTTP/1.1\r\nX: " + std::string(17000, 'x')},
      {"fields that are large together", 431,
       with("X: " + std::string(8192, 'x') + "\r\nY: " + std::string(8192, 'y'))},
      {"an unknown expectation", 417, with("Content-Length: 1\r\nExpect: more")},
  };
  return cases;
}

const std::vector<Case>& bodies() {
  using std::string_literals::operator""s;
  static const std::vector<Case> cases = {
      {"a chunk size that is no number", 400, "x\r\n"},
      {"an empty chunk size", 400, "\r\n"},
      {"a signed chunk size", 400, "+5\r\nhello\r\n"},
      {"a negative chunk size", 400, "-5\r\nhello\r\n"},
      {"a chunk size with 0x", 400, "0x5\r\nhello\r\n"},
      {"a chunk size of 2^64", 400, "10000000000000000\r\n"},
      {"a space before the chunk size", 400, " 5\r\nhello\r\n"},
      {"a space after the chunk size", 400, "5 \r\nhello\r\n"},
      {"a bare LF after the chunk size", 400, "5\nhello\r\n"},
      {"a bare CR in the chunk's extension", 400, "5;a\rb\r\nhello\r\n"},
      {"NUL in the chunk's extension", 400, "5;\0\r\nhello\r\n"s},
      {"a chunk that is longer than its size", 400, "5\r\nhello!\r\n"},
      {"a bare LF after a chunk", 400, "5\r\nhello\n0\r\n\r\n"},
      {"a CR without LF after a chunk", 400, "5\r\nhello\r0\r\n\r\n"},
      {"a long extension", 400, "5;" + std::string(1100, 'x') + "\r\nhello\r\n"},
      {"a folded trailer", 400, "0\r\nX: a\r\n b\r\n\r\n"},
      {"a trailer without a colon", 400, "0\r\nX\r\n\r\n"},
      {"large trailers", 431, "0\r\nX: " + std::string(16384, 'x') + "\r\n\r\n"},
  };
  return cases;
}

/// Checks the answer on the wire and returns the message in it.
std::string check_answer(const std::string& wire, int status) {
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 " + std::to_string(status) + " "));
  EXPECT_THAT(wire, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(wire, HasSubstr("\r\ncontent-type: application/json\r\n"));
  const auto end = wire.find("\r\n\r\n");
  if (end == std::string::npos) return "no answer";
  const std::string body = wire.substr(end + 4);
  EXPECT_THAT(wire, HasSubstr("\r\ncontent-length: " + std::to_string(body.size()) + "\r\n"));
  const auto json = nlohmann::json::parse(body, nullptr, false);
  EXPECT_EQ(json["error"]["code"], status);
  EXPECT_TRUE(json["error"]["details"].is_array());
  return json["error"]["message"];
}

TEST(Refusal, AnswersAMalformedHeadByItselfAndCloses) {
  for (const Case& each : heads()) {
    SCOPED_TRACE(each.rule);
    Conversation talk;
    talk.feed(each.bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(talk.log, IsEmpty());
    EXPECT_FALSE(check_answer(talk.wire(), each.status).empty());
    EXPECT_TRUE(talk.session.finished());
    EXPECT_FALSE(talk.session.wants_read());
    talk.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(talk.log, IsEmpty());
    EXPECT_THAT(talk.wire(), IsEmpty());
  }
}

TEST(Refusal, IsSilentToAPeerThatSpeaksSomethingElse) {
  for (const std::string bytes : {"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "GET / SPDY/3\r\n\r\n"}) {
    SCOPED_TRACE(bytes);
    Conversation whole;
    whole.feed(bytes);
    Conversation bytewise;
    for (const char c : bytes) bytewise.feed({&c, 1});
    for (Conversation* talk : {&whole, &bytewise}) {
      EXPECT_THAT(talk->log, IsEmpty());
      EXPECT_THAT(talk->wire(), IsEmpty());
      EXPECT_TRUE(talk->session.finished());
      EXPECT_EQ(talk->meters.refusals(observe::Refusal::kProtocolError), 1u);
    }
    Conversation over_tls(true, {}, "https");  // ALPN has said what it speaks
    over_tls.feed(bytes);
    EXPECT_THAT(over_tls.wire(), StartsWith("HTTP/1.1 "));
    EXPECT_TRUE(over_tls.session.finished());
  }
}

TEST(Refusal, IsTheSameByteByByte) {
  for (const Case& each : heads()) {
    SCOPED_TRACE(each.rule);
    Conversation whole;
    whole.feed(each.bytes);
    Conversation bytewise;
    for (const char c : each.bytes) bytewise.feed({&c, 1});
    EXPECT_THAT(bytewise.log, IsEmpty());
    EXPECT_EQ(bytewise.wire(), whole.wire());
    EXPECT_TRUE(bytewise.session.finished());
  }
}

TEST(Refusal, EndsAMalformedBodyInAReset) {
  for (const Case& each : bodies()) {
    for (const bool bytewise : {false, true}) {
      SCOPED_TRACE(each.rule);
      Conversation talk;
      talk.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      if (bytewise) {
        for (const char c : each.bytes) talk.feed({&c, 1});
      } else {
        talk.feed(each.bytes);
      }
      ASSERT_GE(talk.log.size(), 2u);
      EXPECT_EQ(talk.log.front(), "1 POST http a / {}");
      EXPECT_EQ(talk.log.back(), "1 reset");
      check_answer(talk.wire(), each.status);
      EXPECT_TRUE(talk.session.finished());
    }
  }
}

TEST(Refusal, CutsAnAnswerThatWasBegunWhenItsRequestTurnsOutMalformed) {
  Conversation talk(false);
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  talk.session.start(1, {});
  talk.session.send(1, http::SharedBody("x"));
  talk.feed("worse\r\n");
  EXPECT_EQ(talk.log.back(), "1 reset");
  EXPECT_THAT(talk.wire(), testing::EndsWith("1\r\nx\r\n"));
  EXPECT_TRUE(talk.session.finished());
}

TEST(Refusal, LimitsTheExtensionsOfAWholeBody) {
  Conversation talk;
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1;" + std::string(900, 'x') + "\r\ny\r\n";
  int chunks = 0;
  while (!talk.session.finished() && chunks < 100) {
    talk.feed(chunk);
    ++chunks;
  }
  EXPECT_EQ(chunks, 19);  // 19 * 901 bytes are above 16 KiB
  EXPECT_EQ(talk.log.back(), "1 reset");
}

TEST(Refusal, ComesAfterTheAnswersToTheRequestsBefore) {
  Conversation talk;
  talk.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\nbad\r\n\r\n");
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 200 OK\r\n"));
  check_answer(wire.substr(wire.find("ok") + 2), 400);
  EXPECT_EQ(talk.log.size(), 1u);
}

TEST(Refusal, HasNoBodyForHead) {
  Conversation talk;
  talk.feed("HEAD / HTTP/1.1\r\n\r\n");
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(wire, testing::EndsWith("\r\n\r\n"));
}

TEST(Refusal, HasABodyAfterAHeadRequestThatWasFine) {
  Conversation talk;
  talk.feed("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  talk.wire();
  talk.feed("\x16");
  check_answer(talk.wire(), 400);
}

TEST(Refusal, LeavesWhatIsJustWithinTheLimits) {
  const std::string overhead = " HTTP/1.1";
  for (const std::string& bytes :
       {"GET /" + std::string(8192 - overhead.size() - 5, 'x') + overhead + "\r\nHost: a\r\n\r\n",
        many_fields(99),
        // 37 bytes weigh "Host: a", 33 the name "x" of the other field.
        with("X: " + std::string(16384 - 37 - 33, 'x'))}) {
    Conversation talk;
    talk.feed(bytes);
    EXPECT_EQ(talk.log.size(), 1u) << talk.wire();
    Conversation over;
    over.feed(
        std::string(bytes).insert(bytes.find('x'), bytes.starts_with("GET / ") ? "x: y\r\n" : "x"));
    EXPECT_THAT(over.log, IsEmpty());
  }
}

}  // namespace
}  // namespace trunkline::h1
