#include "bench/load/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>

#include "bench/load/h1_session.hpp"
#include "bench/load/h2_session.hpp"

namespace trunkline::load {
namespace {

// Without a rate nobody else keeps a connection from being tried as fast as it is refused.
constexpr std::chrono::milliseconds kPauseAfterRefusal{100};

}  // namespace

Connection::Connection(Ground& ground, std::size_t index)
    : ground_(ground),
      index_(index),
      room_(ground.options.close ? 1 : ground.options.streams),
      seats_(room_) {
  for (std::size_t i = room_; i > 0; --i) free_.push_back(static_cast<Ticket>(i - 1));
}

void Connection::open(Clock::time_point now) {
  opened_ = now;
  asked_ = false;
  if (ground_.options.close && ground_.running) claim();
  state_ = State::kConnecting;
  const auto state = socket_.connect(ground_.place);
  if (state == Socket::State::kReset) return cannot_open(now);
  watched_ = true;
  epoll_event event{EPOLLIN | EPOLLOUT, {.ptr = this}};
  ::epoll_ctl(ground_.poll, EPOLL_CTL_ADD, socket_.descriptor(), &event);
  if (state == Socket::State::kDone) connected(now);
}

void Connection::connected(Clock::time_point now) {
  watch(false);
  if (ground_.tls == nullptr) return opened(now);
  state_ = State::kHandshaking;
  tls_.emplace(*ground_.tls, ground_.options.host);
  shake_hands({}, now);
}

void Connection::shake_hands(std::string_view records, Clock::time_point now) {
  tls_->feed(records);
  const auto state = tls_->handshake();
  if (!write_records(now) || state == net::TlsEngine::State::kWantsInput) return;
  const bool wants_h2 = ground_.options.protocol == Protocol::kH2;
  if (state == net::TlsEngine::State::kFailed || (wants_h2 && tls_->protocol() != "h2")) {
    return cannot_open(now);
  }
  opened(now);
  // The server may have said something right behind its last record.
  if (state_ == State::kOpen && !take_plain()) lose(Fault::kProtocol, now);
}

void Connection::opened(Clock::time_point now) {
  state_ = State::kOpen;
  ground_.tally.connected();
  const Options& options = ground_.options;
  if (options.protocol == Protocol::kH1) {
    session_ = std::make_unique<H1Session>(options.request, options.close);
  } else {
    session_ = std::make_unique<H2Session>(options.request);
  }
  if (ground_.running || claimed_) return pump(now);
  flush(now);
}

void Connection::cannot_open(Clock::time_point now) {
  // Whatever waits for the connection has failed with it.
  while (const auto intended = wanted(now)) {
    Call call;
    call.intended = *intended;
    if (!claimed_) claim();
    claimed_ = false;
    ++begun_;
    --ground_.on_way;
    ground_.tally.failed(call, now, Fault::kConnect);
    if (!ground_.schedule) break;
  }
  close();
  retry_ = now + kPauseAfterRefusal;
}

void Connection::claim() {
  claimed_ = true;
  --ground_.left;
  ++ground_.on_way;
}

std::optional<Clock::time_point> Connection::wanted(Clock::time_point now) const {
  if (!claimed_ && (!ground_.running || ground_.left == 0)) return std::nullopt;
  if (!ground_.schedule) return ground_.options.close ? std::min(opened_, now) : now;
  if (begun_ == owed_) return std::nullopt;
  return ground_.schedule->due(index_, begun_);
}

void Connection::pump(Clock::time_point now) {
  if (state_ == State::kClosed) {
    if (!ground_.running || ground_.left == 0) return;
    if (ground_.schedule ? begun_ < owed_ : now >= retry_) open(now);
    return;
  }
  if (state_ != State::kOpen) return;
  while (!free_.empty() && session_->has_room() && !(asked_ && ground_.options.close)) {
    const auto intended = wanted(now);
    if (!intended) break;
    ask(*intended, now);
  }
  flush(now);
}

void Connection::ask(Clock::time_point intended, Clock::time_point now) {
  const Ticket ticket = free_.back();
  free_.pop_back();
  seats_[ticket] = {{.intended = intended, .sent = now}, true};
  asked_ = true;
  if (!claimed_) claim();
  claimed_ = false;
  ++begun_;
  session_->ask(ticket, ground_.paths.next());
}

Call Connection::leave(Ticket ticket) {
  seats_[ticket].taken = false;
  free_.push_back(ticket);
  --ground_.on_way;
  return seats_[ticket].call;
}

void Connection::on_events(std::uint32_t events, Clock::time_point now) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kConnecting) {
    if (socket_.connected() == Socket::State::kReset) return cannot_open(now);
    return connected(now);
  }
  if ((events & EPOLLOUT) != 0) {
    watch(false);
    if (write(std::exchange(backlog_, {}), now) && state_ == State::kOpen) pump(now);
  }
  if ((events & ~EPOLLOUT) != 0 && state_ >= State::kHandshaking) read(now);
}

void Connection::read(Clock::time_point now) {
  std::size_t size = 0;
  switch (socket_.read(ground_.input.data(), ground_.input.size(), size)) {
    case Socket::State::kLater: return;
    case Socket::State::kReset: return lose(Fault::kReset, now);
    case Socket::State::kEnded:
      now_ = now;
      if (session_) session_->finish(*this);
      return lose(Fault::kClosed, now);
    case Socket::State::kDone: break;
  }
  now = now_ = Clock::now();
  ground_.tally.received(size);
  const std::string_view bytes(ground_.input.data(), size);
  if (state_ == State::kHandshaking) return shake_hands(bytes, now);
  if (tls_) tls_->feed(bytes);
  if (!(tls_ ? take_plain() : session_->feed(bytes, *this))) return lose(Fault::kProtocol, now);
  if (free_.size() == room_ && (!session_->lasts() || ground_.options.close)) {
    close();
    return reopen(now);
  }
  pump(now);
}

/// Decrypts what was fed; false if it is not of the protocol.
bool Connection::take_plain() {
  for (;;) {
    std::size_t size = 0;
    const auto state = tls_->read(ground_.plain.data(), ground_.plain.size(), size);
    if (size > 0 && !session_->feed({ground_.plain.data(), size}, *this)) return false;
    // A goodbye (close_notify) is a failure too; what it means, the end of TCP will tell.
    if (state != net::TlsEngine::State::kDone) return true;
  }
}

void Connection::on_status(Ticket ticket, int status) {
  seats_[ticket].call.status = status;
}

void Connection::on_body(Ticket ticket, std::string_view bytes) {
  Call& call = seats_[ticket].call;
  if (const auto& body = ground_.options.expect.body) {
    const bool fits = call.bytes + bytes.size() <= body->size();
    if (!fits || body->compare(call.bytes, bytes.size(), bytes) != 0) call.body_differs = true;
  }
  call.bytes += bytes.size();
}

void Connection::on_grpc_status(Ticket ticket, std::string_view status) {
  seats_[ticket].call.grpc_ok = status == "0";
}

void Connection::on_end(Ticket ticket, bool whole) {
  const Call call = leave(ticket);
  if (!whole) return ground_.tally.failed(call, now_, Fault::kReset);
  const auto fault = fault_of(call);
  ground_.tally.answered(call, now_, fault ? &*fault : nullptr);
}

std::optional<Fault> Connection::fault_of(const Call& call) const {
  constexpr int kNotModified = 304;  // an answer like any other, unlike redirects
  const Expectation& expect = ground_.options.expect;
  if (call.status >= 300 && call.status != kNotModified) return Fault::kStatus;
  if (expect.grpc && !call.grpc_ok) return Fault::kGrpc;
  if (expect.bytes && *expect.bytes != call.bytes) return Fault::kBody;
  if (expect.body && (call.body_differs || call.bytes != expect.body->size())) return Fault::kBody;
  return std::nullopt;
}

void Connection::flush(Clock::time_point now) {
  if (state_ != State::kOpen || !backlog_.empty()) return;
  std::string& out = ground_.output;
  out.clear();
  const bool goes_on = session_->gather(out);
  if (tls_ && !out.empty()) tls_->write(out);
  const bool there = tls_ ? write_records(now) : write(out, now);
  if (there && !goes_on) lose(Fault::kProtocol, now);
}

bool Connection::write_records(Clock::time_point now) {
  std::string& records = ground_.output;
  records.clear();
  records.swap(tls_->output());
  return write(records, now);
}

bool Connection::write(std::string_view bytes, Clock::time_point now) {
  if (bytes.empty()) return true;
  if (socket_.write(bytes) == Socket::State::kReset) {
    lose(Fault::kReset, now);
    return false;
  }
  if (bytes.empty()) return true;
  backlog_.append(bytes);
  watch(true);
  return true;
}

void Connection::watch(bool writable) {
  if (std::exchange(watched_, writable) == writable) return;
  epoll_event event{EPOLLIN | (writable ? EPOLLOUT : 0U), {.ptr = this}};
  ::epoll_ctl(ground_.poll, EPOLL_CTL_MOD, socket_.descriptor(), &event);
}

void Connection::lose(Fault fault, Clock::time_point now) {
  if (state_ == State::kHandshaking) return cannot_open(now);
  close();
  for (Ticket ticket = 0; ticket < seats_.size(); ++ticket) {
    if (seats_[ticket].taken) ground_.tally.failed(leave(ticket), now, fault);
  }
  reopen(now);
}

void Connection::close() {
  state_ = State::kClosed;
  if (std::exchange(claimed_, false)) {
    ++ground_.left;
    --ground_.on_way;
  }
  socket_.close();
  tls_.reset();
  session_.reset();
  backlog_.clear();
}

void Connection::reopen(Clock::time_point now) {
  if (!ground_.running) return;
  if (ground_.options.close) return pump(now);
  // Ahead of the next request, so that it need not pay for it.
  if (ground_.left > 0) open(now);
}

void Connection::on_tick(Clock::time_point now) {
  const auto timeout = ground_.options.timeout;
  if (state_ == State::kClosed) return pump(now);
  if (state_ != State::kOpen) {
    if (now - opened_ > timeout) cannot_open(now);
    return;
  }
  bool gave_up = false;
  for (Ticket ticket = 0; ticket < seats_.size(); ++ticket) {
    if (!seats_[ticket].taken || now - seats_[ticket].call.sent <= timeout) continue;
    ground_.tally.failed(leave(ticket), now, Fault::kTimeout);
    if (!session_->give_up(ticket)) return lose(Fault::kTimeout, now);
    gave_up = true;
  }
  if (gave_up) pump(now);
}

void Connection::settle(Clock::time_point now) {
  if (ground_.schedule) {
    for (; begun_ < owed_; ++begun_) {
      ground_.tally.not_sent(ground_.schedule->due(index_, begun_), now);
    }
  }
  for (Ticket ticket = 0; ticket < seats_.size(); ++ticket) {
    if (!seats_[ticket].taken) continue;
    const Call call = leave(ticket);
    if (ground_.schedule) {
      ground_.tally.failed(call, now, Fault::kTimeout);
    } else {
      ground_.tally.unfinished();
    }
  }
  close();
}

}  // namespace trunkline::load
