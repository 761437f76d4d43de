#include "gateway/h2/outgoing_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trunkline::h2 {

void OutgoingBody::push(http::SharedBody chunk) {
  if (chunk.empty()) return;
  bytes_ += chunk.size();
  chunks_.push_back(std::move(chunk));
}

void OutgoingBody::end(http::Headers trailers) {
  trailers_ = std::move(trailers);
  ended_ = true;
}

std::size_t OutgoingBody::take(char* to, std::size_t size) {
  std::size_t taken = 0;
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
  }
  bytes_ -= taken;
  return taken;
}

}  // namespace trunkline::h2
