#include "gateway/h2/outgoing_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trunkline::h2 {
namespace {

// A chunk costs some hundred bytes beside its own: a sender of tiny pieces must not make that
// count.
constexpr std::size_t kSmallChunk = 1024;
constexpr std::size_t kFewChunks = 4;

}  // namespace

void OutgoingBody::push(http::SharedBody chunk) {
  if (chunk.empty()) return;
  bytes_ += chunk.size();
  const bool many = chunks_.size() - first_ >= kFewChunks;
  if (chunk.size() < kSmallChunk && (many || !crumbs_.empty())) {
    crumbs_.append(chunk.view());
    return;
  }
  sweep_crumbs();
  chunks_.push_back(std::move(chunk));
}

void OutgoingBody::sweep_crumbs() {
  if (!crumbs_.empty()) chunks_.emplace_back(std::exchange(crumbs_, {}));
}

void OutgoingBody::end(http::Headers trailers) {
  trailers_ = std::move(trailers);
  ended_ = true;
}

std::size_t OutgoingBody::take(char* to, std::size_t size) {
  std::size_t taken = 0;
  if (first_ == chunks_.size()) sweep_crumbs();
  while (taken < size && first_ < chunks_.size()) {
    const std::string_view rest = chunks_[first_].view().substr(offset_);
    const std::size_t count = std::min(rest.size(), size - taken);
    std::memcpy(to + taken, rest.data(), count);
    taken += count;
    offset_ += count;
    if (count == rest.size()) {
      chunks_[first_] = {};  // let go of the bytes as soon as they are sent
      ++first_;
      offset_ = 0;
    }
  }
  if (first_ == chunks_.size()) {
    chunks_.clear();
    first_ = 0;
    // A frame that could be filled is.
    if (taken < size && !crumbs_.empty()) {
      bytes_ -= taken;
      return taken + take(to + taken, size - taken);
    }
  }
  bytes_ -= taken;
  return taken;
}

}  // namespace trunkline::h2
