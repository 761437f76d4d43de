#include "backends/serve/outbox.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::serve {

Outbox::Outbox(const TunnelSettings& settings) : limits_(settings) {}

bool Outbox::add_credit(std::uint64_t bytes) {
  if (bytes > kMostCredit - credit_) return false;
  credit_ += bytes;
  return true;
}

void Outbox::put(Outgoing outgoing) {
  bytes_ += outgoing.left();
  auto& queue = outgoing.left() > 0 ? answers_ : ends_;
  queue.push_back(std::move(outgoing));
}

void Outbox::replace(std::uint64_t id, ::grpc::Status status) {
  const auto found = std::find_if(answers_.begin(), answers_.end(),
                                  [id](const Outgoing& each) { return each.id == id; });
  if (found == answers_.end()) return;  // its end is about to go
  bytes_ -= found->left();
  answers_.erase(found);
  add(id, {std::move(status)});
}

std::size_t Outbox::allowed() const {
  return waived_ ? kPiece : static_cast<std::size_t>(std::min<std::uint64_t>(credit_, kPiece));
}

bool Outbox::ready() const {
  return limits_ || drain_ || !ends_.empty() || (!answers_.empty() && allowed() > 0);
}

::grpc::ByteBuffer Outbox::next(std::vector<std::uint64_t>& ended) {
  if (const auto limits = std::exchange(limits_, {})) frames_.limits(*limits);
  if (const auto last_id = std::exchange(drain_, {})) frames_.drain(*last_id);
  while (frames_.size() < kMessage / 2 && !ends_.empty()) {
    const Outgoing& end = ends_.front();
    frames_.piece(end.answer, {.id = end.id, .last = true, .not_begun = end.not_begun});
    ended.push_back(end.id);
    ends_.pop_front();
  }
  while (frames_.size() < kMessage && !answers_.empty() && allowed() > 0) {
    Outgoing now = std::move(answers_.front());
    answers_.pop_front();
    const std::size_t size = std::min(now.left(), allowed());
    const bool last = size == now.left();
    frames_.piece(now.answer, {.id = now.id, .from = now.sent, .size = size, .last = last});
    now.sent += size;
    bytes_ -= size;
    if (!waived_) credit_ -= size;
    if (last) {
      ended.push_back(now.id);
    } else {
      answers_.push_back(std::move(now));
    }
  }
  return frames_.take();
}

void Outbox::clear() {
  ends_.clear();
  answers_.clear();
  bytes_ = 0;
  limits_.reset();
  drain_.reset();
}

}  // namespace trunkline::serve
