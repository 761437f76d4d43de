// Clients that begin and do not go on, or go on a byte at a time: the deadlines count from the
// beginning, so that a byte buys no time.

#include "tests/e2e/hostile/siege.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kSettingsTimeout = static_cast<ErrorCode>(4);  // RFC 9113 section 7

nlohmann::json impatient() {
  return {
      {"timeouts",
       {{"handshake_ms", 400}, {"preface_ms", 400}, {"settings_ack_ms", 400}, {"head_ms", 400}}},
      {"requests", {{"body_grace_ms", 400}}}};
}

class SlowWriter : public Siege {
 public:
  explicit SlowWriter(const nlohmann::json& settings = impatient()) : Siege(settings) {}

 protected:
  /// A byte at a time until the peer has ended or the time is over.
  static bool drip(WireSocket& socket, std::string_view bytes) {
    const auto until = Clock::now() + kAwaited;
    std::size_t sent = 0;
    while (Clock::now() < until && socket.end() == WireSocket::End::kNone) {
      if (sent < bytes.size()) socket.send(bytes.substr(sent++, 1));
      socket.read(50ms);
    }
    return socket.end() != WireSocket::End::kNone;
  }
};

class SlowWriterH1 : public SlowWriter {};
INSTANTIATE_TEST_SUITE_P(Over, SlowWriterH1, testing::ValuesIn(kH1Wires), over);
class SlowWriterH2 : public SlowWriter {};
INSTANTIATE_TEST_SUITE_P(Over, SlowWriterH2, testing::ValuesIn(kH2Wires), over);
class SlowHandshake : public SlowWriter {};
INSTANTIATE_TEST_SUITE_P(Over, SlowHandshake, testing::Values(support::Wire::kTlsH1), over);
class SlowPreface : public SlowWriter {};
INSTANTIATE_TEST_SUITE_P(Over, SlowPreface, testing::Values(support::Wire::kH1), over);

TEST_P(SlowHandshake, ThatDoesNotBeginEndsTheConnection) {
  watch("slow_handshake");
  WireSocket attacker(port(), support::Wire::kH1);  // bare, whatever the port is
  EXPECT_TRUE(drip(attacker, ""));
  EXPECT_TRUE(counted());
}

TEST_P(SlowHandshake, OfAByteAtATimeEndsTheConnection) {
  watch("slow_handshake");
  WireSocket attacker(port(), support::Wire::kH1);  // bare, whatever the port is
  EXPECT_TRUE(drip(attacker, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) +
                                 std::string(500, 'r')));
  EXPECT_TRUE(counted());
}

TEST_P(SlowPreface, ThatDoesNotBeginEndsTheConnection) {
  watch("slow_preface");
  WireSocket attacker(port(), support::Wire::kH1);  // bare, whatever the port is
  EXPECT_TRUE(drip(attacker, ""));
  EXPECT_TRUE(counted());
}

TEST_P(SlowPreface, OfAByteAtATimeEndsTheConnection) {
  watch("slow_preface");
  WireSocket attacker(port(), support::Wire::kH1);  // bare, whatever the port is
  EXPECT_TRUE(drip(attacker, kPreface));
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH2, WhoDoesNotAcknowledgeSettingsLosesItsConnection) {
  watch("settings_not_acknowledged");
  H2Peer attacker(port(), wire());
  attacker.send(std::string(kPreface) + settings_frame());
  EXPECT_TRUE(ends_connection(attacker, {kSettingsTimeout}));
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH2, WhoDoesNotEndAHeadLosesItsConnection) {
  watch("slow_headers");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(headers_frame(1, plain_block(attacker.fields("GET", "/agents")), kEndStream));
  EXPECT_TRUE(ends_connection(attacker, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH2, WhoseBodyDoesNotComeLosesItsStream) {
  watch("slow_body");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.request(1, attacker.fields("GET", "/agents"), false);
  EXPECT_TRUE(answers_all(attacker, 1));
  EXPECT_EQ(attacker.status(1), 408);
  EXPECT_TRUE(counted());
  attacker.request(3, attacker.fields("GET", "/index"));
  EXPECT_TRUE(answers_all(attacker, 3));
}

TEST_P(SlowWriterH2, WhoseBodyComesByTheByteLosesItsStream) {
  watch("slow_body");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.request(1, attacker.fields("GET", "/agents"), false);
  bool answered = false;
  for (int i = 0; i < 50 && !answered; ++i) {
    attacker.send(data_frame(1, "x"));
    const auto frame = attacker.next(50ms);
    answered = frame && frame->is(FrameType::kHeaders);
  }
  EXPECT_TRUE(answered) << attacker.seen();
  EXPECT_EQ(attacker.status(1), 408);
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH1, WhoseHeadComesByTheByteIsAnswered408) {
  watch("slow_headers");
  H1Peer attacker(port(), wire());
  const std::string head =
      "GET /agents HTTP/1.1\r\nHost: localhost\r\nX-A: " + std::string(500, 'a');
  std::size_t sent = 0;
  while (sent < 60 && attacker.stays_silent(50ms)) attacker.send(head.substr(sent++, 1));
  const auto answer = attacker.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(attacker.closes());
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH1, WhoseBodyComesByTheByteIsAnswered408) {
  watch("slow_body");
  H1Peer attacker(port(), wire());
  attacker.send("GET /agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 0; i < 60 && attacker.stays_silent(50ms); ++i) attacker.send("x");
  const auto answer = attacker.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(attacker.closes());
  EXPECT_TRUE(counted());
}

TEST_P(SlowWriterH1, WhoseChunksDoNotComeIsAnswered408) {
  watch("slow_body");
  H1Peer attacker(port(), wire());
  attacker.send("GET /agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;");
  const auto answer = attacker.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(attacker.closes());
  EXPECT_TRUE(counted());
}

/// No pace for bodies, but no stream may be without a byte for long.
class IdleStream : public SlowWriter {
 public:
  IdleStream()
      : SlowWriter(
            {{"timeouts", {{"idle_ms", 600}}}, {"requests", {{"body_bytes_per_second", 0}}}}) {}
};
INSTANTIATE_TEST_SUITE_P(Over, IdleStream, testing::ValuesIn(kH2Wires), over);

TEST_P(IdleStream, IsReset) {
  watch("idle_stream");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.request(1, attacker.fields("GET", "/agents"), false);
  const auto reset = attacker.next(FrameType::kRstStream);
  ASSERT_TRUE(reset) << attacker.seen();
  EXPECT_EQ(reset->stream, 1u);
  EXPECT_TRUE(counted());
}

}  // namespace
}  // namespace trunkline::e2e
