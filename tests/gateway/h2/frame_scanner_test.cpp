#include "gateway/h2/frame_scanner.hpp"

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

struct Seen {
  FrameHead head;
  std::size_t begins_at;  // in all of the bytes
};

/// What is seen of `bytes` when they come in pieces of `piece`.
std::vector<Seen> scan(FrameScanner& scanner, std::string_view bytes, std::size_t piece) {
  std::vector<Seen> seen;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    scanner.scan(bytes.substr(at, piece), [&](const FrameHead& head, std::size_t begins_at) {
      seen.push_back({head, at + begins_at});
      return true;
    });
  }
  return seen;
}

using Scanner = InPieces;
INSTANTIATE_TEST_SUITE_P(InPieces, Scanner, pieces());

TEST_P(Scanner, SeesEveryFrameOnceAndInOrder) {
  FrameScanner scanner;
  const auto seen = scan(scanner,
                         hello() + frame(kPing, kAck, 0, "12345678") +
                             frame(kUnknown, 0xff, 0x7fffffff, std::string(70'000, 'x')) +
                             frame(kSettings, 0, 0, "") + frame(kHeaders, 4, 5, "abc"),
                         GetParam());
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[0].head.type, FrameType::kSettings);
  EXPECT_EQ(seen[1].head.type, FrameType::kPing);
  EXPECT_EQ(seen[1].head.length, 8u);
  EXPECT_EQ(seen[1].head.flags, kAck);
  EXPECT_EQ(static_cast<std::uint8_t>(seen[2].head.type), kUnknown);
  EXPECT_EQ(seen[2].head.length, 70'000u);
  EXPECT_EQ(seen[2].head.flags, 0xff);
  EXPECT_EQ(seen[2].head.stream, 0x7fffffffu);
  EXPECT_EQ(seen[3].head.length, 0u);
  EXPECT_EQ(seen[4].head.type, FrameType::kHeaders);
  EXPECT_EQ(seen[4].head.stream, 5u);
}

TEST_P(Scanner, IgnoresTheReservedBitOfAStreamsId) {
  FrameScanner scanner;
  const auto seen = scan(scanner, hello() + frame(kData, 0, 0x80000003, "x"), GetParam());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].head.stream, 3u);
}

TEST_P(Scanner, ReadsThePaddingOfDataAndTheDependencyOfPriority) {
  FrameScanner scanner;
  const auto seen = scan(scanner,
                         hello() + frame(kData, kPadded, 1, std::string("\x03xyz\0\0\0", 7)) +
                             frame(kPriority, 0, 1, number(0x80000007) + "w") +
                             frame(kData, 0, 1, "plain") + frame(kData, 0, 1, ""),
                         GetParam());
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[1].head.length, 7u);
  EXPECT_EQ(seen[1].head.opening, 3u);
  EXPECT_EQ(seen[2].head.length, 5u);
  EXPECT_EQ(seen[2].head.opening, 0x80000007u);
  EXPECT_EQ(seen[3].head.opening, 0u);
  EXPECT_EQ(seen[4].head.length, 0u);
}

TEST_P(Scanner, TakesNoMoreOfAFrameThanItHas) {
  FrameScanner scanner;
  const auto seen = scan(scanner,
                         hello() + frame(kData, kPadded, 1, "") + frame(kPriority, 0, 1, "ab") +
                             frame(kPing, 0, 0, ""),
                         GetParam());
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[1].head.opening, 0u);
  EXPECT_EQ(seen[2].head.opening, 0x6162u);
  EXPECT_EQ(seen[3].head.type, FrameType::kPing);
}

TEST_P(Scanner, KnowsWhetherAHeadIsOpen) {
  FrameScanner scanner;
  scan(scanner, hello(), GetParam());
  EXPECT_FALSE(scanner.in_head());
  scan(scanner, frame(kHeaders, 0, 1, "abc"), GetParam());
  EXPECT_TRUE(scanner.in_head()) << "without END_HEADERS it goes on";
  scan(scanner, frame(kContinuation, 0, 1, "abc"), GetParam());
  EXPECT_TRUE(scanner.in_head());
  scan(scanner, frame(kContinuation, kEndHeaders, 1, "abc"), GetParam());
  EXPECT_FALSE(scanner.in_head());
  scan(scanner, frame(kHeaders, kEndHeaders, 3, ""), GetParam());
  EXPECT_FALSE(scanner.in_head());
  const std::string whole = frame(kHeaders, kEndHeaders, 5, "abc");
  scan(scanner, std::string_view(whole).substr(0, whole.size() - 1), GetParam());
  EXPECT_TRUE(scanner.in_head()) << "END_HEADERS counts when the frame is whole";
  scan(scanner, "c", GetParam());
  EXPECT_FALSE(scanner.in_head());
}

TEST(FrameScanner, SaysWhereAFrameBegins) {
  FrameScanner scanner;
  const auto seen = scan(scanner, hello() + frame(kPing, 0, 0, "12345678") + frame(kData, 0, 1, ""),
                         std::string::npos);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].begins_at, 24u);
  EXPECT_EQ(seen[1].begins_at, 33u);
  EXPECT_EQ(seen[2].begins_at, 50u);
}

TEST(FrameScanner, SaysZeroOfAFrameThatBeganEarlier) {
  FrameScanner scanner;
  const std::string ping = frame(kPing, 0, 0, "12345678");
  EXPECT_TRUE(scan(scanner, std::string(kPreface) + ping.substr(0, 5), std::string::npos).empty());
  const auto seen = scan(scanner, ping.substr(5) + ping, std::string::npos);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].begins_at, 0u);
  EXPECT_EQ(seen[1].begins_at, 12u);
}

TEST(FrameScanner, StopsWhenItIsTold) {
  FrameScanner scanner;
  int seen = 0;
  scanner.scan(hello() + times(3, frame(kPing, 0, 0, "12345678")),
               [&](const FrameHead&, std::size_t) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TEST(FrameScanner, HasSeenThePrefaceWithItsLastByte) {
  FrameScanner scanner;
  const auto ignore = [](const FrameHead&, std::size_t) { return true; };
  scanner.scan(kPreface.substr(0, 23), ignore);
  EXPECT_FALSE(scanner.preface_seen());
  scanner.scan(kPreface.substr(23), ignore);
  EXPECT_TRUE(scanner.preface_seen());
}

}  // namespace
}  // namespace trunkline::h2
