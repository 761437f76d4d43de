// What a server does with peers that break HTTP/2, frame by frame.

#include <random>

#include <gtest/gtest.h>

#include "tests/gateway/h2/wire.hpp"

namespace trunkline::h2 {
namespace {

class Violations : public testing::Test {
 protected:
  std::vector<SeenFrame> feed(const std::string& bytes) {
    server.feed(bytes);
    return frames(gathered(server));
  }

  /// The stream is reset, and the connection's next stream is served.
  void expect_reset(const std::string& fields, ErrorCode code) {
    const auto seen = feed(hello() + frame(kHeaders, kEndHeaders | kEndStream, 1, fields) +
                           frame(kHeaders, kEndHeaders | kEndStream, 3, get_fields()));
    const auto resets = of_type(seen, kRstStream);
    ASSERT_EQ(resets.size(), 1u);
    EXPECT_EQ(resets[0].stream, 1u);
    EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(code));
    const auto requests = all<http::RequestEvent>(server.events());
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0]->stream, 3);
    EXPECT_FALSE(server.finished());
  }

  void expect_goaway(const std::string& bytes, ErrorCode code) {
    const auto goaways = of_type(feed(hello() + bytes), kGoaway);
    ASSERT_EQ(goaways.size(), 1u);
    EXPECT_EQ(goaways[0].error_code(), static_cast<std::uint32_t>(code));
    EXPECT_TRUE(server.finished());
  }

  observe::Meters meters;
  ServerSession server{Limits{}, "http", kDate, meters};
};

TEST_F(Violations, NoPrefaceEndsTheConnection) {
  feed("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_TRUE(server.finished());
}

TEST_F(Violations, AnUpperCaseNameResetsTheStream) {
  expect_reset(get_fields() + field("X-Upper", "1"), ErrorCode::kProtocolError);
}

TEST_F(Violations, AnInvalidValueResetsTheStream) {
  expect_reset(get_fields() + field("x", std::string("a\0b", 3)), ErrorCode::kProtocolError);
}

TEST_F(Violations, AConnectionFieldResetsTheStream) {
  expect_reset(get_fields() + field("connection", "close"), ErrorCode::kProtocolError);
}

TEST_F(Violations, AMissingPathResetsTheStream) {
  expect_reset(field(":method", "GET") + field(":scheme", "http"), ErrorCode::kProtocolError);
}

TEST_F(Violations, AnotherSchemeResetsTheStream) {
  expect_reset(field(":method", "GET") + field(":scheme", "https") +
                   field(":authority", "a.example") + field(":path", "/"),
               ErrorCode::kProtocolError);
}

TEST_F(Violations, AnotherHostResetsTheStream) {
  expect_reset(get_fields() + field("host", "b.example"), ErrorCode::kProtocolError);
}

TEST_F(Violations, AFragmentInThePathResetsTheStream) {
  expect_reset(get_fields("/a#b"), ErrorCode::kProtocolError);
}

TEST_F(Violations, ConnectIsRefused) {
  const auto seen =
      feed(hello() + frame(kHeaders, kEndHeaders | kEndStream, 1,
                           field(":method", "CONNECT") + field(":authority", "a.example:80")));
  EXPECT_EQ(of_type(seen, kHeaders).size(), 1u);
  EXPECT_TRUE(all<http::RequestEvent>(server.events()).empty());
}

TEST_F(Violations, DataOnStreamZeroEndsTheConnection) {
  expect_goaway(frame(kData, 0, 0, "x"), ErrorCode::kProtocolError);
}

TEST_F(Violations, AnEvenStreamIdEndsTheConnection) {
  expect_goaway(frame(kHeaders, kEndHeaders | kEndStream, 2, get_fields()),
                ErrorCode::kProtocolError);
}

TEST_F(Violations, AContinuationWithoutHeadersEndsTheConnection) {
  expect_goaway(frame(kContinuation, kEndHeaders, 1, get_fields()), ErrorCode::kProtocolError);
}

TEST_F(Violations, ContinuationsWithoutEndEndTheConnection) {
  std::string bytes = hello() + frame(kHeaders, 0, 1, get_fields());
  for (int i = 0; i < 20; ++i) bytes += frame(kContinuation, 0, 1, field("a", "b"));
  feed(bytes);
  EXPECT_TRUE(server.finished());
}

TEST_F(Violations, ABrokenHpackBlockEndsTheConnection) {
  expect_goaway(frame(kHeaders, kEndHeaders | kEndStream, 1, "\xff\xff\xff\xff\xff"),
                ErrorCode::kCompressionError);
}

TEST_F(Violations, AnHpackBombEndsTheConnection) {
  // One field goes into the dynamic table, and then each byte stands for all of it again
  // (RFC 7541 section 6.1: 0xbe is the index 62, the newest entry).
  std::string fields = get_fields() + "\x40" + field("x-bomb", std::string(120, 'x')).substr(1);
  fields.append(600, '\xbe');
  expect_goaway(frame(kHeaders, kEndHeaders | kEndStream, 1, fields), ErrorCode::kEnhanceYourCalm);
  EXPECT_TRUE(server.events().empty());
}

TEST_F(Violations, MoreStreamsThanAllowedAreRefused) {
  std::string bytes = hello();
  for (std::uint32_t i = 0; i < 101; ++i) {
    bytes += frame(kHeaders, kEndHeaders | kEndStream, 2 * i + 1, get_fields());
  }
  const auto resets = of_type(feed(bytes), kRstStream);
  ASSERT_EQ(resets.size(), 1u);
  EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kRefusedStream));
  EXPECT_EQ(server.open_streams(), 100u);
}

TEST_F(Violations, MoreStreamsThanAcknowledgedAreRefusedToo) {
  gathered(server);  // our SETTINGS are out
  std::string bytes = hello() + frame(kSettings, kAck, 0, "");
  for (std::uint32_t i = 0; i < 101; ++i) {
    bytes += frame(kHeaders, kEndHeaders | kEndStream, 2 * i + 1, get_fields());
  }
  const auto seen = feed(bytes);
  const auto resets = of_type(seen, kRstStream);
  ASSERT_EQ(resets.size(), 1u);
  EXPECT_EQ(resets[0].stream, 201u);
  EXPECT_EQ(resets[0].error_code(), static_cast<std::uint32_t>(ErrorCode::kRefusedStream));
  EXPECT_TRUE(of_type(seen, kGoaway).empty());
  EXPECT_EQ(server.open_streams(), 100u);
  EXPECT_EQ(meters.refusals(observe::Refusal::kTooManyStreams), 1u);
}

TEST_F(Violations, PingsOfAPeerThatDoesNotReadEndTheConnection) {
  std::string bytes = hello();
  for (int i = 0; i < 6'000; ++i) bytes += frame(kPing, 0, 0, "12345678");
  server.feed(bytes);
  EXPECT_FALSE(server.wants_read());
  EXPECT_LT(gathered(server).size(), 10'000u) << "not even 6,000 answers of 17 bytes were kept";
  EXPECT_TRUE(server.finished());
}

TEST_F(Violations, RandomBytesNeverDoMoreThanEndTheConnection) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    ServerSession victim(Limits{}, "http", kDate, meters);
    std::string bytes = hello();
    for (int i = 0; i < 8; ++i) {
      std::string payload(random() % 64, '\0');
      for (char& c : payload) c = static_cast<char>(random());
      if (random() % 2 == 0) payload = get_fields() + payload;
      bytes += frame(static_cast<std::uint8_t>(random() % 12), static_cast<std::uint8_t>(random()),
                     random() % 6, payload);
    }
    victim.feed(bytes);
    for (auto& event : victim.events()) {
      if (const auto* request = std::get_if<http::RequestEvent>(&event)) {
        victim.respond(request->stream, {200, {}}, http::SharedBody("x"));
      }
    }
    gathered(victim);
  }
}

}  // namespace
}  // namespace trunkline::h2
