#include <gtest/gtest.h>

#include "tests/gateway/h2/wire.hpp"

namespace trunkline::h2 {
namespace {

// All sessions of a thread put their frames together in one block: what one sends must be whole
// however they take turns.
TEST(SessionMemory, IsSharedWithoutMixingWhatSessionsSend) {
  constexpr std::size_t kBytes = 50'000;
  observe::Meters meters;
  const Limits limits;
  ServerSession a(limits, "http", kDate, meters);
  ServerSession b(limits, "http", kDate, meters);
  for (ServerSession* session : {&a, &b}) {
    session->feed(hello() + frame(kHeaders, kEndStream | kEndHeaders, 1, get_fields()));
    session->events().clear();
  }
  a.respond(1, {200, {{"x-long", std::string(9000, 'h')}}},
            http::SharedBody(std::string(kBytes, 'a')));
  b.respond(1, {200, {}}, http::SharedBody(std::string(kBytes, 'b')));

  std::string from_a;
  std::string from_b;
  for (bool moved = true; moved;) {
    // A limit of one byte more: a frame each.
    moved = a.gather(from_a, from_a.size() + 1);
    moved |= b.gather(from_b, from_b.size() + 1);
  }
  const auto body = [](const std::string& bytes) {
    std::string joined;
    for (const SeenFrame& data : of_type(frames(bytes), kData)) joined += data.payload;
    return joined;
  };
  EXPECT_EQ(body(from_a), std::string(kBytes, 'a'));
  EXPECT_EQ(body(from_b), std::string(kBytes, 'b'));
}

// Longer than the block: the rest goes into one of the session's own.
TEST(SessionMemory, HoldsAHeadThatIsLongerThanAFrame) {
  Wire wire(std::string::npos, {}, {.header_bytes = 1 << 20});
  const auto stream = wire.client.submit(get("/"), {}, true);
  wire.run();
  const std::string value(30'000, '~');  // in Huffman's code it is longer
  wire.server.respond(stream, {200, {{"x-long", value}}}, {});
  wire.run();
  const auto answers = all<ResponseEvent>(wire.client_events);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]->head.headers.find("x-long"), value);
}

}  // namespace
}  // namespace trunkline::h2
