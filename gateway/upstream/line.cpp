#include "gateway/upstream/line.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace trunkline::upstream {

Line::Line(net::Worker& worker, net::AnyStream stream, const h2::ClientLimits& limits,
           const Settings& settings, Owner& owner, observe::EndpointMeters& meters)
    : Driver(worker, std::move(stream), limits),
      Supervised(Kind::kLine),
      settings_(settings),
      owner_(owner),
      meters_(meters) {
  worker.supervise(*this);
  meters_.lines_opened.add();
  meters_.lines_open.add();
}

Line::~Line() {
  meters_.lines_open.subtract();
  worker_.forget(*this);
}

void Line::take_on(CallRecord& call) {
  call.state = CallRecord::State::kSent;
  call.line = this;
  if (++call.attempts > 1) meters_.calls_repeated.add();
  meters_.calls_begun.add();
  meters_.calls_under_way.add();
}

void Line::let_go(observe::Count& how) {
  meters_.calls_under_way.subtract();
  how.add();
}

void Line::retire() {
  retired_ = true;
  close();
}

void Line::flush_soon() {
  // Posted, not done at once: what other connections bring up in this round of the event loop
  // then leaves in the same write.
  if (std::exchange(flush_posted_, true)) return;
  boost::asio::post(worker_.io(), [this, self = shared_from_this()] {
    flush_posted_ = false;
    flush();
    worker_.end_turn();
  });
}

void Line::report() {
  if (settled() && !std::exchange(reported_ready_, true)) owner_.on_line_ready(*this);
  if (draining() && !std::exchange(reported_draining_, true)) owner_.on_line_draining(*this);
}

void Line::on_events() {
  report();
  handling_.swap(session_.events());
  for (h2::ClientEvent& event : handling_) handle(std::move(event));
  handling_.clear();
  report();
  on_handled();
  owner_.on_room();
}

void Line::on_tick(net::Clock::time_point now) {
  if (!settled()) {
    if (now - heard_at() > settings_.connect_timeout) close();
    return;
  }
  constexpr auto kNever = net::Clock::time_point::max();
  busy_since_ = calls() == 0 ? kNever : std::min(busy_since_, now);
  if (calls() == 0 || heard_at() > pinged_at_) pinged_at_ = kNever;
  if (calls() == 0) return;
  if (pinged_at_ != kNever) {
    if (now - pinged_at_ >= settings_.silence) close();  // nobody is there
  } else if (now - std::max(heard_at(), busy_since_) >= settings_.silence) {
    pinged_at_ = now;
    session_.ping();
    flush_soon();
  }
}

void Line::on_closed() {
  on_events();  // what the last write or read has still brought up
  worker_.forget(*this);
  // The owner may begin new calls from here, but never on this line: it is not ready any more.
  const std::vector<Orphan> orphans = give_up_calls();
  meters_.calls_under_way.subtract(orphans.size());
  meters_.calls_failed.add(orphans.size());
  if (!orphans.empty()) meters_.lines_failed.add();
  owner_.on_line_closed(*this);
  for (const Orphan& orphan : orphans) {
    if (orphan.call->id() != orphan.id || orphan.call->line != this) continue;  // ended meanwhile
    owner_.on_broken(
        *orphan.call, orphan.unprocessed,
        {grpc::Code::kUnavailable, "The line to the backend broke.", grpc::Source::kUpstream});
  }
}

}  // namespace trunkline::upstream
