#pragma once

// Private to exchange: a request body that is needed whole before anything is done with it. It may
// not be too large, and not come too slowly.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/http_refusal.hpp"
#include "gateway/policy/body_pace.hpp"

namespace trunkline::exchange {

class GatheredBody {
 public:
  /// It has to be whole at `deadline`.
  GatheredBody(const Desk& desk, Clock::time_point now, Clock::time_point deadline)
      : desk_(desk), deadline_(deadline), pace_(desk.settings.body_pace, now) {}

  /// 413 if it is too large with these; counted.
  std::optional<HttpRefusal> add(std::string_view bytes);
  /// 408 if it comes too slowly; counted.
  std::optional<HttpRefusal> look(Clock::time_point now) const;

  /// What came, which is kept no longer. Last call.
  std::string take() noexcept { return std::move(bytes_); }

 private:
  const Desk& desk_;
  const Clock::time_point deadline_;
  std::string bytes_;
  policy::PacedBody pace_;
};

}  // namespace trunkline::exchange
