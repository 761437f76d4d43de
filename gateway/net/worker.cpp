#include "gateway/net/worker.hpp"

#include <ctime>

namespace trunkline::net {

Worker::Worker()
    // A hint of 1: this loop is run by one thread, so it may skip its own wake-ups.
    : io_(1),
      work_(io_.get_executor()),
      ticker_(io_),
      // A TLS record may be left over from the read before, hence the room for two more.
      read_buffer_(kBufferBytes + 32 * 1024),
      cipher_buffer_(kBufferBytes) {
  write_buffer_.reserve(kBufferBytes + 32 * 1024);
  renew_date();
}

void Worker::run() {
  schedule_tick();
  io_.run();
}

void Worker::drain(std::chrono::milliseconds grace) {
  asio::post(io_, [this, grace] {
    draining_ = true;
    drain_deadline_ = Clock::now() + grace;
    for_each_connection([](Supervised& connection) { connection.drain(); });
    end_turn();
    close_when_drained();
  });
}

void Worker::close_when_drained() {
  if (!draining_ || clients_ > 0) return;
  for_each_connection([](Supervised& line) { line.close(); });
  if (lines_ == 0) io_.stop();
}

void Worker::flush_at_turn_end(Flushable& flushable) {
  if (!flushable.is_linked()) dirty_.push_back(flushable);
}

void Worker::end_turn() {
  while (!dirty_.empty()) {
    Flushable& flushable = dirty_.front();
    dirty_.pop_front();
    flushable.flush();
  }
}

void Worker::supervise(Supervised& connection) {
  connections_.push_back(connection);
  ++(connection.kind() == Supervised::Kind::kClient ? clients_ : lines_);
}

void Worker::forget(Supervised& connection) {
  if (!connection.is_linked()) return;
  connections_.erase(connections_.iterator_to(connection));
  --(connection.kind() == Supervised::Kind::kClient ? clients_ : lines_);
  // Posted: whoever forgets is in the middle of its own end.
  if (draining_) asio::post(io_, [this] { close_when_drained(); });
}

template <class Action>
void Worker::for_each_connection(Action action) {
  // The action may end the connection, and with it its link.
  for (auto at = connections_.begin(); at != connections_.end();) action(*at++);
}

void Worker::schedule_tick() {
  ticker_.expires_after(kTick);
  ticker_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

void Worker::tick() {
  renew_date();
  const auto now = Clock::now();
  for_each_connection([now](Supervised& connection) { connection.on_tick(now); });
  if (draining_ && now >= drain_deadline_) {
    for_each_connection([](Supervised& connection) { connection.close(); });
  }
  end_turn();
  schedule_tick();
}

void Worker::renew_date() {
  const std::time_t now = std::time(nullptr);
  if (now == date_second_) return;
  date_second_ = now;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  // Names of days and months are English in the C locale, which we never leave.
  const std::size_t size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  date_.assign(text, size);
}

}  // namespace trunkline::net
