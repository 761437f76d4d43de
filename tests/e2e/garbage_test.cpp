// Any bytes: the gateway goes on serving.

#include <random>

#include <gtest/gtest.h>

#include "tests/e2e/raw_frames.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Wire;

constexpr int kRounds = 150;

/// The same on every run.
class Garbage {
 public:
  std::size_t below(std::size_t most) { return random_() % most; }

  std::string bytes(std::size_t most) {
    std::string out(below(most), '\0');
    for (char& byte : out) byte = static_cast<char>(random_());
    return out;
  }

  /// A frame whose head can be read, with anything in it.
  std::string some_frame() {
    return raw_frame(static_cast<FrameType>(below(12)), static_cast<std::uint8_t>(random_()),
                     static_cast<std::uint32_t>(below(8)), bytes(200));
  }

  /// `text` with a few bytes changed.
  std::string changed(std::string text) {
    for (std::size_t i = 0; i < 1 + below(4); ++i) {
      text[below(text.size())] = static_cast<char>(random_());
    }
    return text;
  }

 private:
  std::mt19937 random_{2015};
};

class Survives : public testing::Test {
 protected:
  /// Sends it and goes away, sometimes without waiting for what is said to it.
  void attack(Wire wire, const std::string& bytes) {
    support::Socket socket(stack_.port(wire));
    socket.send(bytes);
    socket.finish_sending();
    if (garbage_.below(4) != 0) socket.read(50ms);
  }

  void TearDown() override {
    ASSERT_TRUE(stack_.gateway().running()) << stack_.logs();
    for (const Wire wire : support::kWires) {
      EXPECT_EQ(stack_.get("/index", wire).body, R"({"hello":"world"})") << support::name(wire);
      EXPECT_EQ(stack_.get("/agents", wire).status, 200) << support::name(wire);
    }
  }

  support::Stack& stack_ = support::shared_stack("demo");
  Garbage garbage_;
};

TEST_F(Survives, GarbageOnThePortForCleartext) {
  for (int i = 0; i < kRounds; ++i) attack(Wire::kH1, garbage_.bytes(2'000));
}

TEST_F(Survives, GarbageOnThePortForTls) {
  for (int i = 0; i < kRounds; ++i) attack(Wire::kTlsH1, garbage_.bytes(2'000));
}

TEST_F(Survives, ATlsClientHelloThatIsBroken) {
  // A handshake record that announces more than it holds.
  const std::string hello("\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03", 11);
  for (int i = 0; i < kRounds; ++i) attack(Wire::kTlsH1, hello + garbage_.bytes(300));
}

TEST_F(Survives, FramesOfAnything) {
  const std::string preface = std::string(kPreface) + settings_frame();
  for (int i = 0; i < kRounds; ++i) {
    std::string bytes = preface;
    for (std::size_t n = garbage_.below(20); n > 0; --n) bytes += garbage_.some_frame();
    attack(Wire::kH2, bytes);
  }
}

TEST_F(Survives, RequestsWithBytesChanged) {
  const std::string request =
      "POST /v1/agents?page_size=5 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (int i = 0; i < kRounds; ++i) attack(Wire::kH1, garbage_.changed(request + request));
}

TEST_F(Survives, ClientsThatLeaveInTheMiddle) {
  const std::string request = "GET /agents HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (int i = 0; i < kRounds; ++i) {
    support::Socket socket(stack_.port(Wire::kH1));
    socket.send(request.substr(0, garbage_.below(request.size() + 1)));
  }
}

}  // namespace
}  // namespace trunkline::e2e
