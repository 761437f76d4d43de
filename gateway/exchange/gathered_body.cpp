#include "gateway/exchange/gathered_body.hpp"

namespace trunkline::exchange {

std::optional<HttpRefusal> GatheredBody::add(std::string_view bytes) {
  if (bytes_.size() + bytes.size() > desk_.settings.body_bytes) {
    desk_.recorder.meters().refuse(observe::Refusal::kBodySize);
    return HttpRefusal{413, "The request body is over the limit of " +
                                std::to_string(desk_.settings.body_bytes) + " bytes."};
  }
  bytes_.append(bytes);
  pace_.received(bytes.size());
  return std::nullopt;
}

std::optional<HttpRefusal> GatheredBody::look(Clock::time_point now) const {
  if (now < deadline_ && !pace_.too_slow(now)) return std::nullopt;
  desk_.recorder.meters().refuse(observe::Refusal::kSlowBody);
  return HttpRefusal{408, "The request body did not come in time."};
}

}  // namespace trunkline::exchange
