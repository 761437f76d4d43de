// Heads that are large, or small and grow large when they are decoded.

#include "tests/e2e/hostile/siege.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;
constexpr std::uint32_t kDynamic = 62;  // the first index behind the static table (RFC 7541 2.3.3)

class HeaderBomb : public Siege {
 protected:
  void SetUp() override {
    Siege::SetUp();
    ASSERT_TRUE(attacker_.handshake());
  }

  void expect_431(const Fields& more) {
    watch("header_fields");
    Fields fields = attacker_.fields("GET", "/agents");
    fields.insert(fields.end(), more.begin(), more.end());
    attacker_.send(headers_frame(1, plain_block(fields), kWholeHead));
    EXPECT_TRUE(answers_all(attacker_, 1));
    EXPECT_EQ(attacker_.status(1), 431);
    EXPECT_TRUE(counted());
    attacker_.request(3, attacker_.fields("GET", "/index"));
    EXPECT_TRUE(answers_all(attacker_, 3));
  }

  H2Peer attacker_{port(), wire()};
};
INSTANTIATE_TEST_SUITE_P(Over, HeaderBomb, testing::ValuesIn(kH2Wires), over);

TEST_P(HeaderBomb, OfMoreBytesThanAllowedIsAnswered431) {
  expect_431({{"x-a", std::string(8'000, 'a')}, {"x-b", std::string(8'200, 'b')}});
}

TEST_P(HeaderBomb, OfMoreFieldsThanAllowedIsAnswered431) {
  expect_431(Fields(100, {"x-a", "b"}));
}

TEST_P(HeaderBomb, OfCookieCrumbsIsAnswered431) {
  expect_431(Fields(120, {"cookie", "a=b"}));
}

// 4 kB in the table, named again and again: a few bytes decode to megabytes.
TEST_P(HeaderBomb, OfIndexesEndsTheConnection) {
  watch("header_bomb");
  const std::string block = plain_block(attacker_.fields("GET", "/agents")) +
                            hpack_literal("x-bomb", std::string(4'000, 'a'), 0x40) +
                            std::string(10'000, static_cast<char>(0x80 | kDynamic));
  attacker_.send(headers_frame(1, block, kWholeHead));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(HeaderBomb, OfIndexesOnManyConnectionsCostsNoMemory) {
  const std::string block = plain_block(attacker_.fields("GET", "/agents")) +
                            hpack_literal("x-bomb", std::string(4'000, 'a'), 0x40) +
                            std::string(10'000, static_cast<char>(0x80 | kDynamic));
  for (int i = 0; i < 50; ++i) {
    H2Peer one(port(), wire());
    ASSERT_TRUE(one.handshake());
    one.send(headers_frame(1, block, kWholeHead));
    EXPECT_TRUE(ends_connection(one, {ErrorCode::kEnhanceYourCalm}));
  }
}

TEST_P(HeaderBomb, InTrailersIsHeldToTheSameLimits) {
  attacker_.request(1, attacker_.fields("GET", "/agents"), false);
  const std::string block = hpack_literal("x-bomb", std::string(4'000, 'a'), 0x40) +
                            std::string(10'000, static_cast<char>(0x80 | kDynamic));
  attacker_.send(headers_frame(1, block, kWholeHead));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
}

TEST_P(HeaderBomb, OfALongPathIsAnswered414) {
  watch("request_line");
  attacker_.send(headers_frame(
      1, plain_block(attacker_.fields("GET", "/" + std::string(8'200, 'a'))), kWholeHead));
  EXPECT_TRUE(answers_all(attacker_, 1));
  EXPECT_EQ(attacker_.status(1), 414);
  EXPECT_TRUE(counted());
}

class HeaderBombH1 : public Siege {
 protected:
  void expect_status(const std::string& request, int status) {
    H1Peer attacker(port(), wire());
    attacker.send(request);
    const auto answer = attacker.answer();
    ASSERT_TRUE(answer) << attacker.left();
    EXPECT_EQ(answer->status, status);
    EXPECT_TRUE(attacker.closes());
    EXPECT_TRUE(counted());
  }

  const std::string head_ = "GET /agents HTTP/1.1\r\nHost: localhost\r\n";
};
INSTANTIATE_TEST_SUITE_P(Over, HeaderBombH1, testing::ValuesIn(kH1Wires), over);

TEST_P(HeaderBombH1, OfMoreBytesThanAllowedIsAnswered431) {
  watch("header_fields");
  expect_status(head_ + "X-A: " + std::string(17'000, 'a') + "\r\n\r\n", 431);
}

TEST_P(HeaderBombH1, WithoutAnyEndIsAnswered431) {
  watch("header_fields");
  expect_status(head_ + "X-A: " + std::string(100'000, 'a'), 431);
}

TEST_P(HeaderBombH1, OfMoreFieldsThanAllowedIsAnswered431) {
  watch("header_fields");
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "X-" + std::to_string(i) + ": b\r\n";
  expect_status(head_ + fields + "\r\n", 431);
}

TEST_P(HeaderBombH1, OfALongRequestLineIsAnswered414) {
  watch("request_line");
  expect_status("GET /" + std::string(8'300, 'a'), 414);
}

}  // namespace
}  // namespace trunkline::e2e
