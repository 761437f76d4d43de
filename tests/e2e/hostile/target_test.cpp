// Where a request says that it goes: authority, path and scheme that two readers would read
// otherwise.

#include "tests/e2e/hostile/siege.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;

struct Abuse {
  std::string name;
  std::string what;  ///< the pseudo-header or field
  std::string value;
};
class Target : public Siege {
 protected:
  /// The request's pseudo-header replaced, or a field added.
  void send(H2Peer& attacker, std::uint32_t stream, const std::string& what,
            const std::string& value) {
    Fields fields = attacker.fields("GET", "/agents");
    bool replaced = false;
    for (auto& field : fields) {
      if (field.first != what) continue;
      field.second = value;
      replaced = true;
    }
    if (!replaced) fields.emplace_back(what, value);
    attacker.send(headers_frame(stream, plain_block(fields), kWholeHead));
  }

  int status_of(H2Peer& client, std::uint32_t stream, const std::string& path) {
    send(client, stream, ":path", path);
    EXPECT_TRUE(answers_all(client, stream)) << path;
    return client.status(stream);
  }
};
INSTANTIATE_TEST_SUITE_P(Over, Target, testing::ValuesIn(kH2Wires), over);

TEST_P(Target, ThatIsAbusedIsMalformedAndCostsItsStreamAlone) {
  const std::string own = "127.0.0.1:" + std::to_string(port());
  const Abuse abuses[] = {
      {"AuthorityWithUser", ":authority", "someone@" + own},
      {"AuthorityWithHash", ":authority", own + "#a"},
      {"AuthorityWithBackslash", ":authority", own + "\\a"},
      {"AuthorityWithSlash", ":authority", own + "/a"},
      {"AuthorityWithSpace", ":authority", "local host"},
      {"AuthorityWithComma", ":authority", "localhost,elsewhere"},
      {"AuthorityWithHighByte", ":authority", "localhost\xff"},
      {"AuthorityOfNothing", ":authority", ""},
      {"HostThatDiffers", "host", "elsewhere"},
      {"SchemeOfAnotherTransport", ":scheme", is_tls(wire()) ? "http" : "https"},
      {"SchemeThatIsNone", ":scheme", "ftp"},
      {"PathWithoutSlash", ":path", "agents"},
      {"PathWithHash", ":path", "/agents#a"},
      {"PathWithBackslash", ":path", "/a\\b"},
      {"PathWithHighByte", ":path", "/agents\xc3\xa9"},
      {"PathWithSpace", ":path", "/agents a"},
      {"PathWithTab", ":path", "/agents\ta"},
      {"PathThatIsAbsolute", ":path", "http://localhost/agents"},
      {"PathOfTheServerButNoOptions", ":path", "*"},
      {"MethodThatIsNoToken", ":method", "GE T"},
  };
  // libnghttp2 sees some of it, and we the rest.
  const auto refused = [this] {
    return besieged().refusals("stream_error") + besieged().refusals("malformed_request");
  };
  const double before = refused();
  std::uint32_t stream = 1;
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(ping_frame("trunklin"));
  ASSERT_TRUE(acknowledges_ping(attacker, "trunklin"));  // nothing else comes by itself from here
  for (const Abuse& abuse : abuses) {
    send(attacker, stream, abuse.what, abuse.value);
    const auto frame = attacker.next();
    ASSERT_TRUE(frame) << abuse.name;
    EXPECT_TRUE(frame->is(FrameType::kRstStream)) << abuse.name;
    EXPECT_EQ(frame->stream, stream) << abuse.name;
    EXPECT_EQ(frame->error(), ErrorCode::kProtocolError) << abuse.name;
    if (!frame->is(FrameType::kRstStream)) {
      EXPECT_TRUE(answers_all(attacker, stream));
    }
    stream += 2;
  }
  EXPECT_TRUE(support::eventually(kAwaited, [&] {
    return refused() - before == static_cast<double>(std::size(abuses));
  })) << refused() - before;
  attacker.request(stream, attacker.fields("GET", "/agents"));
  EXPECT_TRUE(answers_all(attacker, stream));
  EXPECT_EQ(attacker.status(stream), 200);
}

TEST_P(Target, OfConnectIsAnswered405) {
  watch("method");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(headers_frame(
      1, plain_block({{":method", "CONNECT"}, {":authority", "localhost:443"}}), kEndHeaders));
  EXPECT_TRUE(answers(attacker, 1));
  EXPECT_EQ(attacker.status(1), 405);
  EXPECT_TRUE(counted());
}

TEST_P(Target, OfConnectWithPathAndSchemeIsMalformed) {
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  send(attacker, 1, ":method", "CONNECT");
  EXPECT_TRUE(ends_stream(attacker, {ErrorCode::kProtocolError}));
}

TEST_P(Target, ThatIsWrittenInAnotherWayIsTheSame) {
  H2Peer client(port(), wire());
  ASSERT_TRUE(client.handshake());
  std::uint32_t stream = 1;
  for (const std::string path :
       {"/agents", "//agents", "/./agents", "/v1/../agents", "/v1//..//agents", "/%61gents",
        "/x/%2e%2e/agents", "/x/%2E./agents", "/agents?a=/../x"}) {
    const int wanted = path.find('?') == std::string::npos ? 200 : 400;
    EXPECT_EQ(status_of(client, stream, path), wanted) << path;
    stream += 2;
  }
}

TEST_P(Target, WithAnEncodedSlashBackslashOrNulIsRefused) {
  watch("path");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  std::uint32_t stream = 1;
  const std::string paths[] = {
      "/agents%2f1", "/v1%2Fagents",   "/agents%5c1",      "/agents%5C..",
      "/agents%00",  "/%00agents",     "/..%2fagents",     "/v1/agents/%2e%2e%2f1",
      "/../agents",  "/%2e%2e/agents", "/v1/../../agents", "/agents%",
      "/agents%4",   "/agents%zz"};
  for (const std::string& path : paths) {
    EXPECT_EQ(status_of(attacker, stream, path), 400) << path;
    stream += 2;
  }
  EXPECT_TRUE(counted(std::size(paths)));
}

TEST_P(Target, IsDecodedOnceAndNotTwice) {
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  EXPECT_EQ(status_of(attacker, 1, "/%2561gents"), 404);
  EXPECT_EQ(status_of(attacker, 3, "/x/%252e%252e/agents"), 404);
  EXPECT_EQ(status_of(attacker, 5, "/v1%252fagents"), 404);
}

class TargetH1 : public Siege {};
INSTANTIATE_TEST_SUITE_P(Over, TargetH1, testing::ValuesIn(kH1Wires), over);

TEST_P(TargetH1, FollowsTheSameRules) {
  H1Peer client(port(), wire());
  const std::pair<std::string, int> paths[] = {
      {"/agents", 200},          {"//agents", 200},    {"/v1/../agents", 200},
      {"/x/%2e%2e/agents", 200}, {"/%2561gents", 404}, {"/agents%2f1", 400},
      {"/agents%5c1", 400},      {"/agents%00", 400},  {"/../agents", 400}};
  for (const auto& [path, status] : paths) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, status) << path;
  }
}

TEST_P(TargetH1, ThatCouldSmuggleARequestIsCounted) {
  watch("malformed_request");
  const std::string post = "POST /index HTTP/1.1\r\nHost: localhost\r\n";
  const std::string requests[] = {
      post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      post + "Content-Length: 3, 3\r\n\r\nabc",
      post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST /index HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "X-A: b\n\r\n",
      post + "X-A: b\rc\r\n\r\n",
      post + std::string("X-A: b\0c\r\n\r\n", 12),
      post + "X-A: b\r\n c\r\n\r\n",
      post + "X-A : b\r\n\r\n",
      post + "Host: localhost\r\n\r\n"};
  for (const std::string& request : requests) {
    H1Peer attacker(port(), wire());
    attacker.send(request);
    const auto answer = attacker.answer();
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->status, 400) << request;
    EXPECT_TRUE(attacker.closes()) << request;
  }
  EXPECT_TRUE(counted(std::size(requests)));
}

}  // namespace
}  // namespace trunkline::e2e
