#pragma once

// Moves bytes between a Stream (see plain_stream.hpp) and a sans-I/O session: the one loop for
// connections from clients and lines to backends, over TCP, TLS or memory.
//
// Input is fed as it comes, and what it brings up is handled at once; output is gathered at the
// end of the worker's turn and written with one call. When the wire is full, reading stops too: a
// peer that does not read cannot make us collect answers for it.
//
// A driver lives in a shared_ptr and keeps itself alive from launch() until the connection ends.

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/net/worker.hpp"

namespace trunkline::net {

template <class Stream, class Session>
class Driver : public Flushable, public std::enable_shared_from_this<Driver<Stream, Session>> {
 public:
  template <class... SessionArguments>
  Driver(Worker& worker, Stream stream, SessionArguments&&... arguments)
      : worker_(worker),
        stream_(std::move(stream)),
        session_(std::forward<SessionArguments>(arguments)...) {}

  /// Reads, from now on, until the peer, the session or close() ends the connection. `first` are
  /// bytes that were read before.
  void launch(std::string first = {}) {
    asio::co_spawn(worker_.io(), run(this->shared_from_this(), std::move(first)), asio::detached);
  }

  /// Writes what the session has to say, unless the wire is full.
  void flush() override {
    try {
      flush_now();
    } catch (const std::exception&) {
      // Out of memory, most likely. It may be another connection's turn that this is done in, and
      // that one must not pay for it.
      close();
    }
  }

  /// Ends the connection: on_closed() follows once. Safe to call twice.
  void close() noexcept {
    if (!std::exchange(open_, false)) return;
    stream_.close();
    open_gate();
  }

 protected:
  ~Driver() = default;

  /// Handles session_.events().
  virtual void on_events() = 0;
  /// Output is about to be gathered: the place to clean up what has ended.
  virtual void settle() {}
  /// Bytes of the peer have come, or bytes of ours have gone.
  virtual void on_read(std::size_t bytes) { (void)bytes; }
  virtual void on_written(std::size_t bytes) { (void)bytes; }
  /// Everything is said; what the peer still sends is not heard.
  virtual void on_last_words() {}
  /// Nothing will be read or written any more. Called once.
  virtual void on_closed() = 0;
  /// The worker was draining already when this connection began.
  virtual void on_late_start() {}
  /// Whether the peer gets time to read our last words before the connection is closed.
  virtual bool lingers() const { return true; }

  void flush_at_turn_end() { worker_.flush_at_turn_end(*this); }

  /// Everything is said, the peer has not closed, and the time for it is over.
  bool lingered_out(Clock::time_point now) const noexcept {
    return lingering_ && now >= linger_until_;
  }

  /// When the last bytes came.
  Clock::time_point heard_at() const noexcept { return heard_at_; }
  /// When the wire last took bytes, or was last seen full.
  Clock::time_point sent_at() const noexcept { return sent_at_; }

  bool open() const noexcept { return open_; }
  bool full() const noexcept { return full_; }

  Worker& worker_;
  Stream stream_;
  Session session_;

 private:
  static constexpr std::chrono::seconds kLinger{2};

  // `self` keeps the driver alive while the coroutine waits.
  asio::awaitable<void> run([[maybe_unused]] std::shared_ptr<Driver> self, std::string first) {
    try {
      if (!first.empty()) take(first);
      first = {};
      if (worker_.draining()) on_late_start();
      flush();  // a client speaks first even before anything has come
      worker_.end_turn();
      while (open_) {
        if (!lingering_ && ((full_ && !read_owed_) || !session_.wants_read())) {
          co_await gate_opens();
          continue;
        }
        read_owed_ = false;
        const std::string_view bytes = co_await stream_.read();
        if (bytes.empty() || !open_) break;
        if (!lingering_) take(bytes);
      }
    } catch (const std::exception&) {
      // Out of memory, most likely: this connection pays for it, and ends like any other.
    }
    close();
    on_closed();
    worker_.end_turn();
  }

  void take(std::string_view bytes) {
    heard_at_ = Clock::now();
    on_read(bytes.size());
    session_.feed(bytes);
    on_events();
    flush_at_turn_end();
    worker_.end_turn();
  }

  void flush_now() {
    if (!open_ || lingering_) return;
    settle();
    while (open_ && !full_) {
      std::string& out = worker_.write_buffer();
      out.clear();
      if (!session_.gather(out, Worker::kBufferBytes)) break;
      write(out);
    }
    if (!open_) return;
    // Gathering can end streams or let the next pipelined request in.
    if (!session_.events().empty()) on_events();
    if (full_) {
      if (session_.broken()) close();
      return;
    }
    if (session_.finished() && !lingers()) return close();
    if (session_.finished() && !std::exchange(lingering_, true)) {
      on_last_words();
      // Closing at once would reset the connection if the peer is still sending, and the reset
      // could destroy our last words before the peer has read them (RFC 9112 section 9.6).
      stream_.end_output();
      linger_until_ = Clock::now() + kLinger;
    }
    open_gate();
  }

  void write(std::string_view bytes) {
    boost::system::error_code error;
    const std::size_t written = stream_.try_write(bytes, error);
    if (error) return close();
    on_written(written);
    sent_at_ = Clock::now();
    if (written == bytes.size() && stream_.backlog() == 0) return;
    backlog_.assign(bytes.substr(written));
    full_ = true;
    asio::co_spawn(worker_.io(), write_backlog(this->shared_from_this()), asio::detached);
  }

  asio::awaitable<void> write_backlog([[maybe_unused]] std::shared_ptr<Driver> self) {
    std::size_t done = 0;
    while (open_ && (done < backlog_.size() || stream_.backlog() > 0)) {
      co_await stream_.writable();
      if (!open_) co_return;
      boost::system::error_code error;
      const std::size_t before = stream_.backlog();
      std::size_t written = 0;
      try {
        written = stream_.try_write(std::string_view(backlog_).substr(done), error);
      } catch (const std::exception&) {
        error = asio::error::no_memory;
      }
      done += written;
      on_written(written);
      if (written > 0 || stream_.backlog() < before) sent_at_ = Clock::now();
      if (error) {
        close();
        co_return;
      }
    }
    backlog_ = {};
    full_ = false;
    // What is gathered now may fill the wire again; between two fills the peer is heard once, or
    // one that reads slowly would never get a word in.
    read_owed_ = true;
    open_gate();
    flush();
    worker_.end_turn();
  }

  // Reading waits here while the wire is full or the session wants no more.
  asio::awaitable<void> gate_opens() {
    gate_.emplace(worker_.io(), Clock::time_point::max());
    boost::system::error_code ignored;
    co_await gate_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    gate_.reset();
  }

  void open_gate() {
    if (gate_) gate_->cancel();
  }

  std::optional<asio::steady_timer> gate_;
  std::string backlog_;  // gathered, and not taken by the wire yet
  Clock::time_point heard_at_ = Clock::now();
  Clock::time_point sent_at_ = heard_at_;
  Clock::time_point linger_until_;
  bool full_ = false;
  bool read_owed_ = false;
  bool lingering_ = false;
  bool open_ = true;
};

}  // namespace trunkline::net
