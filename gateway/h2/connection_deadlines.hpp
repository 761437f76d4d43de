#pragma once

// Private to h2: what a client has to do in time for its connection to go on, whatever its streams
// do.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "gateway/h2/error_code.hpp"
#include "gateway/h2/frame_scanner.hpp"
#include "gateway/observe/refusal.hpp"
#include "gateway/policy/patience.hpp"

namespace trunkline::h2 {

class ConnectionDeadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Missed {
    observe::Refusal reason;
    ErrorCode code;
  };

  /// RFC 9113 section 6.5.3.
  void settings_acknowledged() noexcept { settings_acknowledged_ = true; }

  /// A few times a second; the first call starts the clock.
  std::optional<Missed> look(Time now, const FrameScanner& scanner,
                             const policy::Patience& patience) noexcept {
    began_at_ = std::min(began_at_, now);
    watch_head(now, scanner);
    if (!scanner.preface_seen() && now - began_at_ >= patience.preface) {
      return Missed{observe::Refusal::kSlowPreface, ErrorCode::kProtocolError};
    }
    if (!settings_acknowledged_ && now - began_at_ >= patience.settings_ack) {
      return Missed{observe::Refusal::kSettingsNotAcknowledged, ErrorCode::kSettingsTimeout};
    }
    if (head_since_ != kNever && now - head_since_ >= patience.head) {
      return Missed{observe::Refusal::kSlowHeaders, ErrorCode::kEnhanceYourCalm};
    }
    return {};
  }

 private:
  static constexpr Time kNever = Time::max();

  // A busy client may be in the middle of a head at every look, each time of another one.
  void watch_head(Time now, const FrameScanner& scanner) noexcept {
    if (!scanner.in_head()) {
      head_since_ = kNever;
    } else if (head_since_ == kNever || head_ != scanner.heads()) {
      head_since_ = now;
      head_ = scanner.heads();
    }
  }

  Time began_at_ = kNever;    // the first look
  Time head_since_ = kNever;  // the look that first saw a head that had begun and not ended
  std::uint32_t head_ = 0;    // which one
  bool settings_acknowledged_ = false;
};

}  // namespace trunkline::h2
