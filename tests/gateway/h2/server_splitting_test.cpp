// Where frames and pieces end: a head may be many small frames, and each of them come byte by byte.

#include "tests/gateway/h2/raw_client.hpp"

namespace trunkline::h2 {
namespace {

class SplitHead : public InPieces {};

INSTANTIATE_TEST_SUITE_P(InPieces, SplitHead, pieces());

TEST_P(SplitHead, IsTheSameInOneFrameAndInNine) {
  RawClient client(GetParam());
  client.greet();
  const std::string fields = get_fields();
  const std::size_t part = fields.size() / 9;
  std::string bytes = frame(kHeaders, kEndStream, 1, fields.substr(0, part));
  for (std::size_t i = 1; i < 8; ++i) {
    bytes += frame(kContinuation, 0, 1, fields.substr(i * part, part));
  }
  client.say(bytes + frame(kContinuation, kEndHeaders, 1, fields.substr(8 * part)));
  ASSERT_EQ(all<http::RequestEvent>(client.events).size(), 1u);
  EXPECT_EQ(all<http::RequestEvent>(client.events)[0]->head.authority, "a.example");
  client.expect_unharmed();
}

}  // namespace
}  // namespace trunkline::h2
