// However the bytes of a valid connection are cut, the same events come up and the same answers
// go out.

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

const std::vector<std::string>& samples() {
  static const std::vector<std::string> all = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nGET /v1/agents?page_size=5 HTTP/1.1\r\nHost: a.example:8080\r\nAccept: */*\r\n\r\n",
      "GET / HTTP/1.0\r\n\r\n",
      "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nHEAD / HTTP/1.0\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\r\n"
      "GET /y HTTP/1.1\r\nHost: a\r\n\r\nGET /z HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=\"1\"\r\nhello\r\nb\r\n, my world!\r\n000\r\n\r\n"
      "HEAD /y HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\nx\r\n0\r\nX-Sum: 1\r\nY: \t2 \r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET http://b.example/x HTTP/1.1\r\nHost: a\r\nConnection: x-a, y\r\nX-A: 1\r\nTE: z\r\n"
      "\r\n",
  };
  return all;
}

TEST(Splitting, ByteByByteChangesNothing) {
  for (const std::string& sample : samples()) {
    Conversation whole;
    whole.feed(sample);
    ASSERT_FALSE(whole.log.empty());
    Conversation bytewise;
    for (const char c : sample) bytewise.feed({&c, 1});
    EXPECT_EQ(bytewise.log, whole.log);
    EXPECT_EQ(bytewise.wire(), whole.wire());
  }
}

TEST(Splitting, InTwoAnywhereChangesNothing) {
  for (const std::string& sample : samples()) {
    Conversation whole;
    whole.feed(sample);
    const std::string wire = whole.wire();
    for (std::size_t cut = 0; cut <= sample.size(); ++cut) {
      Conversation halves;
      halves.feed(sample.substr(0, cut));
      halves.feed(sample.substr(cut));
      EXPECT_EQ(halves.log, whole.log) << cut;
      EXPECT_EQ(halves.wire(), wire) << cut;
    }
  }
}

TEST(Splitting, AllInOneChangesNothing) {
  // Every sample that leaves the connection open, one behind the other.
  std::string all;
  std::size_t requests = 0;
  for (const std::string& sample : samples()) {
    Conversation talk;
    talk.feed(sample);
    if (talk.session.finished()) continue;
    all += sample;
    requests += talk.session.open_streams() + talk.log.size();
  }
  Conversation talk;
  talk.feed(all);
  EXPECT_EQ(talk.log.size(), requests);
}

}  // namespace
}  // namespace trunkline::h1
