#include "gateway/grpc/web_trailers.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

using namespace std::string_literals;

TEST(WebTrailers, AreLinesBehindAPrefixWithTheHighestBit) {
  WebTrailers trailers;
  trailers.add("grpc-status", "5");
  trailers.add("grpc-message", "no such agent");
  EXPECT_EQ(trailers.take(),
            "\x80\0\0\0\x2d"s
            "grpc-status: 5\r\n"
            "grpc-message: no such agent\r\n");
}

TEST(WebTrailers, MayBeNone) {
  EXPECT_EQ(WebTrailers().take(), "\x80\0\0\0\0"s);
}

TEST(WebTrailers, TellTheirLengthBeyondAByte) {
  WebTrailers trailers;
  trailers.add("x", std::string(1'000, 'y'));
  const std::string frame = trailers.take();
  EXPECT_EQ(frame.size(), 5u + 1'005u);
  EXPECT_EQ(frame.substr(0, 5), "\x80\0\0\x03\xed"s);
}

TEST(WebTrailers, LetNoValueEndItsLine) {
  WebTrailers trailers;
  trailers.add("x", "a\r\ngrpc-status: 0\0b\x7f"s);
  EXPECT_EQ(trailers.take().substr(5), "x: a  grpc-status: 0 b \r\n");
}

}  // namespace
}  // namespace trunkline::grpc
