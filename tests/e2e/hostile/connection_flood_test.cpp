// More connections than are allowed, for one address and in all: shed at accept, before TLS.

#include <list>

#include "tests/e2e/hostile/siege.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kMost = 20;

/// On loopback the cap for one address is usually off.
class ManyFromOneAddress : public Siege {
 public:
  ManyFromOneAddress()
      : Siege({{"connections", {{"per_address", kMost}, {"loopback_too", true}}}}) {}
};
INSTANTIATE_TEST_SUITE_P(Over, ManyFromOneAddress, testing::ValuesIn(kH1Wires), over);

class ManyInAll : public Siege {
 public:
  ManyInAll() : Siege({{"connections", {{"in_all", kMost}}}}) {}
};
INSTANTIATE_TEST_SUITE_P(Over, ManyInAll, testing::ValuesIn(kH1Wires), over);

/// Opens twice as many as are allowed and never speaks; how many the gateway has closed.
int open_and_count_closed(std::list<WireSocket>& sockets, std::uint16_t port) {
  for (int i = 0; i < 2 * kMost; ++i) sockets.emplace_back(port, support::Wire::kH1);
  int closed = 0;
  for (WireSocket& socket : sockets) {
    socket.read(20ms);
    closed += socket.end() != WireSocket::End::kNone ? 1 : 0;
  }
  return closed;
}

bool serves(std::uint16_t port, support::Wire wire) {
  H1Peer client(port, wire);
  client.send("GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto answer = client.answer();
  return answer && answer->status == 200;
}

TEST_P(ManyFromOneAddress, AreShedAndServedAgainWhenOthersHaveGone) {
  watch("connections_per_address");
  {
    std::list<WireSocket> sockets;
    // The neighbour has one of the places.
    EXPECT_EQ(open_and_count_closed(sockets, port()), kMost + 1);
    EXPECT_TRUE(counted(kMost + 1));
  }
  EXPECT_TRUE(support::eventually(kAwaited, [this] {
    try {
      return serves(port(), wire());
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
}

TEST_P(ManyInAll, AreShedAndServedAgainWhenOthersHaveGone) {
  watch("connections_in_all");
  {
    std::list<WireSocket> sockets;
    EXPECT_EQ(open_and_count_closed(sockets, port()), kMost + 1);
    EXPECT_TRUE(counted(kMost + 1));
  }
  EXPECT_TRUE(support::eventually(kAwaited, [this] {
    try {
      return serves(port(), wire());
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
}

}  // namespace
}  // namespace trunkline::e2e
