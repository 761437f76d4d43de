#include "gateway/net/listener.hpp"

#include <optional>
#include <string>

#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/gateway/net/reception_fixture.hpp"
#include "tests/support/descriptor_shortage.hpp"

namespace trunkline::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using support::DescriptorShortage;

/// Has connected and asked for a page; whether anybody hears that is another matter.
class Caller {
 public:
  Caller(asio::io_context& io, std::uint16_t port) : socket_(io) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    asio::write(socket_, asio::buffer(std::string("GET /index HTTP/1.1\r\nhost: a\r\n\r\n")));
    socket_.non_blocking(true);
  }

  bool answered() {
    std::array<char, 1024> bytes;
    answered_ = socket_.read_some(asio::buffer(bytes), error_) > 0 || answered_;
    return answered_;
  }
  bool refused() {
    answered();
    return error_ && error_ != asio::error::would_block;
  }
  void reset() {
    socket_.set_option(tcp::socket::linger(true, 0));
    socket_.close();
  }
  void leave() { socket_.close(); }

 private:
  tcp::socket socket_;
  boost::system::error_code error_;
  bool answered_ = false;
};

class ListenerTest : public testing::Test {
 protected:
  void TearDown() override {
    listener->stop();
    worker.io().poll();
  }

  Caller call() { return {client_io, listener->port()}; }

  template <class Done>
  bool until(Done done) {
    const auto deadline = Clock::now() + 5s;
    while (!done() && Clock::now() < deadline) worker.io().run_one_for(1ms);
    return done();
  }

  asio::io_context client_io;
  Front front;
  Worker worker;
  const std::unique_ptr<Listener> listener =
      Listener::open(worker, {"127.0.0.1", 0}, front.reception, {}).value();
};

TEST_F(ListenerTest, ServesThoseWhoWaitedForADescriptor) {
  if (!DescriptorShortage::kPossible) GTEST_SKIP() << "UBSan needs descriptors.";
  Caller first = call();
  Caller second = call();
  std::optional<DescriptorShortage> shortage(std::in_place);
  listener->start();
  EXPECT_LT(worker.io().run_for(200ms), 20u) << "it asks again and again";
  EXPECT_EQ(front.caps.open(), 0u);
  shortage.reset();
  EXPECT_TRUE(until([&] { return first.answered(); }));
  EXPECT_TRUE(until([&] { return second.answered(); }));
}

TEST_F(ListenerTest, TakesTheDescriptorOfAClientThatLeftForTheNext) {
  if (!DescriptorShortage::kPossible) GTEST_SKIP() << "UBSan needs descriptors.";
  Caller first = call();
  Caller second = call();
  const DescriptorShortage shortage(DescriptorShortage::next_descriptor() + 1);
  listener->start();
  ASSERT_TRUE(until([&] { return first.answered(); }));
  EXPECT_FALSE(second.answered());
  first.leave();
  // What the caller's end has freed is used up.
  const int used = ::dup(STDERR_FILENO);
  EXPECT_TRUE(until([&] { return second.answered(); }));
  ::close(used);
}

TEST_F(ListenerTest, CanBeStoppedWhileThereAreNoDescriptors) {
  if (!DescriptorShortage::kPossible) GTEST_SKIP() << "UBSan needs descriptors.";
  Caller caller = call();
  std::optional<DescriptorShortage> shortage(std::in_place);
  listener->start();
  worker.io().run_for(20ms);
  listener->stop();
  shortage.reset();
  EXPECT_TRUE(until([&] { return caller.refused(); }));
  worker.io().run_for(100ms);
  EXPECT_EQ(front.caps.open(), 0u);
}

TEST_F(ListenerTest, IsNotPutOffByClientsThatAreGoneBeforeTheyAreAccepted) {
  for (int i = 0; i < 20; ++i) call().reset();
  Caller caller = call();
  listener->start();
  EXPECT_TRUE(until([&] { return caller.answered(); }));
  EXPECT_TRUE(until([&] { return front.caps.open() == 1; }));
}

}  // namespace
}  // namespace trunkline::net
