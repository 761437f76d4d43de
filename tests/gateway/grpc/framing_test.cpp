#include "gateway/grpc/framing.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

std::string framed(std::string_view message) {
  std::string frame(kPrefixBytes, '\0');
  frame.append(message);
  write_prefix(frame);
  return frame;
}

std::vector<std::string> deframe(const std::string& bytes, std::size_t piece) {
  Deframer deframer(1 << 20);
  std::vector<std::string> messages;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string part = bytes.substr(at, piece);
    std::string_view input = part;
    while (!input.empty()) {
      const auto message = deframer.next(input);
      if (!message) ADD_FAILURE() << message.error().message;
      if (message && *message) messages.emplace_back(**message);
    }
  }
  EXPECT_FALSE(deframer.partial());
  return messages;
}

TEST(Framing, PrefixHasTheLengthInNetworkOrder) {
  EXPECT_EQ(framed("abc"), std::string("\0\0\0\0\3abc", 8));
  EXPECT_EQ(framed(std::string(258, 'x')).substr(0, 5), std::string("\0\0\0\1\2", 5));
}

TEST(Framing, GivesBackTheMessagesHoweverTheBytesAreCut) {
  const std::vector<std::string> messages{"one", "", std::string(1000, 'x'), "last"};
  std::string bytes;
  for (const std::string& message : messages) bytes += framed(message);
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ASSERT_EQ(deframe(bytes, piece), messages) << "in pieces of " << piece;
  }
}

TEST(Framing, DoesNotCopyAMessageThatCameInOnePiece) {
  const std::string bytes = framed("whole");
  Deframer deframer(100);
  std::string_view input = bytes;
  const auto message = deframer.next(input);
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->data(), bytes.data() + kPrefixBytes);
}

TEST(Framing, KnowsThatAMessageIsNotWhole) {
  const std::string bytes = framed("whole").substr(0, 7);
  Deframer deframer(100);
  std::string_view input = bytes;
  const auto message = deframer.next(input);
  ASSERT_TRUE(message);
  EXPECT_FALSE(*message);
  EXPECT_TRUE(deframer.partial());
}

TEST(Framing, RefusesAMessageOverTheLimitBeforeItComes) {
  const std::string bytes = framed(std::string(101, 'x')).substr(0, kPrefixBytes);
  Deframer deframer(100);
  std::string_view input = bytes;
  const auto message = deframer.next(input);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, Code::kInternal) << "no client can do anything about it";
  EXPECT_EQ(message.error().source, Source::kUpstream);
}

TEST(Framing, RefusesACompressedMessage) {
  std::string bytes = framed("x");
  bytes[0] = 1;
  Deframer deframer(100);
  std::string_view input = bytes;
  ASSERT_FALSE(deframer.next(input));
}

}  // namespace
}  // namespace trunkline::grpc
