#include "gateway/h2/incoming_head.hpp"

#include <utility>

#include "gateway/h2/request_rules.hpp"

namespace trunkline::h2 {

void IncomingHead::add(std::string_view name, std::string_view value, const Limits& limits) {
  bytes_ += name.size() + value.size() + kFieldOverhead;
  ++fields_;
  if (over(limits)) return;
  if (complete_) {
    trailers_.add(name, value);
  } else if (name == ":method") {
    request_.method = value;
  } else if (name == ":path") {
    request_.target = value;
  } else if (name == ":scheme") {
    request_.scheme = value;
  } else if (name == ":authority") {
    request_.authority = value;
  } else if (name == "host") {
    host_ = value;
  } else {
    request_.headers.add(name, value);
  }
}

bool IncomingHead::is_malformed(std::string_view transport_scheme) const noexcept {
  return malformed(request_, transport_scheme, host_ ? &*host_ : nullptr);
}

http::RequestHead IncomingHead::take_request() {
  if (request_.authority.empty() && host_) request_.authority = std::move(*host_);
  return std::move(request_);
}

}  // namespace trunkline::h2
