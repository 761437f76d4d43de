#pragma once

// One thread's world: its event loop, its clock, its connections and the buffers they share.
// Everything in net, upstream and exchange belongs to exactly one worker and is used only on its
// thread; other threads may only post() to it.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

namespace trunkline::net {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// Something with output that waits for the end of the turn.
class Flushable : public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void flush() = 0;

 protected:
  ~Flushable() = default;
};

/// A connection that the worker looks after, from a client or to a backend.
class Supervised : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                       boost::intrusive::tag<struct SupervisedTag>> {
 public:
  enum class Kind : std::uint8_t { kClient, kLine };

  explicit Supervised(Kind kind) : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

  /// Called about every kTick: closes itself if a deadline has passed.
  virtual void on_tick(Clock::time_point now) = 0;
  /// Finish what was accepted, take nothing new.
  virtual void drain() = 0;
  /// End now.
  virtual void close() = 0;

 protected:
  ~Supervised() = default;

 private:
  const Kind kind_;
};

class Worker {
 public:
  static constexpr std::chrono::milliseconds kTick{250};
  /// Bytes gathered for one write and taken by one read.
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  Worker();
  Worker(const Worker&) = delete;

  /// Runs until drain() has let the last connection end.
  void run();

  /// From any thread: ends all connections from clients softly, closes those that are left after
  /// `grace`, then the lines that nobody needs any more, and lets run() return.
  void drain(std::chrono::milliseconds grace);
  bool draining() const noexcept { return draining_; }
  /// The last client is gone, and the lines go too.
  bool closing() const noexcept { return draining_ && clients_ == 0; }

  asio::io_context& io() noexcept { return io_; }

  /// Marks output that is to be written when the turn ends: all that one read has brought up.
  void flush_at_turn_end(Flushable& flushable);
  void end_turn();

  void supervise(Supervised& connection);
  /// Must be called by a connection that is gone; a second call does nothing.
  void forget(Supervised& connection);

  /// The Date field's value (IMF-fixdate, RFC 9110 section 5.6.7), renewed every second.
  const std::string& date() const noexcept { return date_; }

  /// Scratch for whoever is reading or writing right now; not kept across a suspension.
  std::vector<char>& read_buffer() noexcept { return read_buffer_; }
  std::vector<char>& cipher_buffer() noexcept { return cipher_buffer_; }
  std::string& write_buffer() noexcept { return write_buffer_; }
  std::string& cipher_write_buffer() noexcept { return cipher_write_buffer_; }

 private:
  using Dirty = boost::intrusive::list<Flushable, boost::intrusive::constant_time_size<false>>;
  using Connections =
      boost::intrusive::list<Supervised, boost::intrusive::constant_time_size<false>,
                             boost::intrusive::base_hook<boost::intrusive::list_base_hook<
                                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                 boost::intrusive::tag<SupervisedTag>>>>;

  void tick();
  void schedule_tick();
  void renew_date();
  template <class Action>
  void for_each_connection(Action action);
  void close_when_drained();

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer ticker_;
  Dirty dirty_;
  Connections connections_;
  std::size_t clients_ = 0;
  std::size_t lines_ = 0;
  std::string date_;
  std::int64_t date_second_ = 0;
  bool draining_ = false;
  Clock::time_point drain_deadline_;
  std::vector<char> read_buffer_;
  std::vector<char> cipher_buffer_;
  std::string write_buffer_;
  std::string cipher_write_buffer_;
};

}  // namespace trunkline::net
