#include "backends/serve/server.hpp"

#include <thread>

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include "tests/backends/support/health_client.hpp"

namespace trunkline::serve {
namespace {

using namespace std::chrono_literals;

const Settings kAnyPort{.listen = "127.0.0.1:0", .max_concurrent_streams = 100, .drain = 1s};

auto channel_to(const Server& server) {
  return ::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials());
}

TEST(Server, BeginsAsNotServing) {
  Server server(kAnyPort, {});
  EXPECT_EQ(test::health(channel_to(server)), "NOT_SERVING");
  server.drain();
}

TEST(Server, SaysWhatItsHealthIsToldForEachServiceToo) {
  Server server(kAnyPort, {});
  const auto channel = channel_to(server);
  server.health().set_serving(true);
  EXPECT_EQ(test::health(channel), "SERVING");
  server.health().set_serving(false);
  EXPECT_EQ(test::health(channel), "NOT_SERVING");
  EXPECT_EQ(test::health(channel, "no.such.Service").substr(0, 2), "5 ");
  server.drain();
}

TEST(Health, IsNotServingForGoodOnceItDrains) {
  Server server(kAnyPort, {});
  const auto channel = channel_to(server);
  server.health().set_serving(true);
  server.health().drain();
  server.health().set_serving(true);
  EXPECT_EQ(test::health(channel), "NOT_SERVING");
  server.drain();
}

TEST(Server, RefusesAPortThatIsInUse) {
  Server first(kAnyPort, {});
  auto same = kAnyPort;
  same.listen = first.address();
  try {
    Server second(same, {});
    ADD_FAILURE() << "two servers share a port";
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(std::string(e.what()), "cannot listen on " + first.address() +
                                         ": it is in use, or no address of this machine");
  }
  first.drain();
}

TEST(Server, TakesNoCallsOnceDrained) {
  Server server(kAnyPort, {});
  const auto address = server.address();
  server.drain();
  const auto channel = ::grpc::CreateChannel(address, ::grpc::InsecureChannelCredentials());
  EXPECT_EQ(test::health(channel).substr(0, 3), "14 ");
}

}  // namespace
}  // namespace trunkline::serve
