#pragma once

// One connection and the requests on it: connects, asks when it is wanted and there is room,
// matches answers with what was expected, connects again when the server has closed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/options.hpp"
#include "bench/load/request.hpp"
#include "bench/load/schedule.hpp"
#include "bench/load/session.hpp"
#include "bench/load/socket.hpp"
#include "bench/load/tally.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_engine.hpp"

namespace trunkline::load {

/// What the connections of one thread have in common.
struct Ground {
  const Options& options;
  const Place& place;
  const net::TlsContext* tls;  ///< null without TLS
  int poll;                    ///< its epoll; a connection's events carry a pointer to it
  Paths paths;
  Tally tally;
  /// Nothing: as fast as possible.
  std::optional<Schedule> schedule;
  bool running = false;     ///< requests are begun
  std::uint64_t left = 0;   ///< so many may still be
  std::size_t on_way = 0;   ///< so many are
  std::vector<char> input;  ///< scratch
  std::vector<char> plain;
  std::string output;
};

class Connection final : private Answers {
 public:
  /// `index` among those of all threads.
  Connection(Ground& ground, std::size_t index);
  Connection(const Connection&) = delete;

  /// Begins to connect, ahead of any request.
  void open(Clock::time_point now);
  /// It is open, or could not be opened.
  bool decided() const noexcept { return state_ == State::kOpen || state_ == State::kClosed; }

  /// One request more is due.
  void owe() { ++owed_; }
  /// Sends what is wanted and fits.
  void pump(Clock::time_point now);
  void on_events(std::uint32_t events, Clock::time_point now);
  /// Gives up what has taken too long.
  void on_tick(Clock::time_point now);

  /// The end: what was due and never sent, and what was never answered.
  void settle(Clock::time_point now);

 private:
  enum class State : std::uint8_t { kClosed, kConnecting, kHandshaking, kOpen };

  struct Seat {
    Call call;
    bool taken = false;
  };

  void on_status(Ticket ticket, int status) override;
  void on_body(Ticket ticket, std::string_view bytes) override;
  void on_grpc_status(Ticket ticket, std::string_view status) override;
  void on_end(Ticket ticket, bool whole) override;

  /// When the next request should have been sent, if one is wanted.
  std::optional<Clock::time_point> wanted(Clock::time_point now) const;
  void ask(Clock::time_point intended, Clock::time_point now);
  Call leave(Ticket ticket);
  std::optional<Fault> fault_of(const Call& call) const;

  void connected(Clock::time_point now);
  void shake_hands(std::string_view records, Clock::time_point now);
  void opened(Clock::time_point now);
  void cannot_open(Clock::time_point now);
  /// One of the requests that are left is this connection's.
  void claim();
  void read(Clock::time_point now);
  bool take_plain();
  void flush(Clock::time_point now);
  /// False if the connection was lost.
  bool write_records(Clock::time_point now);
  bool write(std::string_view bytes, Clock::time_point now);
  void watch(bool writable);
  void lose(Fault fault, Clock::time_point now);
  void close();
  void reopen(Clock::time_point now);

  Ground& ground_;
  const std::size_t index_;
  const std::size_t room_;  // requests at a time
  State state_ = State::kClosed;
  Socket socket_;
  std::optional<net::TlsEngine> tls_;
  std::unique_ptr<Session> session_;
  std::vector<Seat> seats_;
  std::vector<Ticket> free_;
  std::string backlog_;  // that the kernel has not taken yet
  bool watched_ = false;
  bool asked_ = false;        // something, since it was opened
  bool claimed_ = false;      // a request, for which it is opened
  std::uint64_t owed_ = 0;    // requests that have become due
  std::uint64_t begun_ = 0;   // of these
  Clock::time_point now_;     // of the events that are handled
  Clock::time_point opened_;  // when it was begun to be
  Clock::time_point retry_ = Clock::time_point::min();
};

}  // namespace trunkline::load
