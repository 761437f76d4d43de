#pragma once

// An HTTP/1.1 server on loopback that does the same wrong to every request.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace trunkline::load {

enum class Trick {
  kSilence,       ///< does not answer
  kClose,         ///< closes the connection instead
  kCloseHalfway,  ///< in the midst of the answer
  kReset,         ///< resets the connection
  kNonsense,      ///< answers what is not HTTP
  kServerError,   ///< 500
  kRedirect,      ///< 302
  kHello,         ///< answers 200 and "hello"
};

class TrickServer {
 public:
  explicit TrickServer(Trick trick);
  ~TrickServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  /// That have come.
  std::uint64_t requests() const { return requests_; }

 private:
  void run(const std::stop_token& stop);
  /// False: the connection is closed by now.
  bool play(int connection) const;

  const Trick trick_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::jthread thread_;
};

}  // namespace trunkline::load
