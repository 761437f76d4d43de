#pragma once

// Private to exchange: what leads watchers to the newest state, each piece of bytes made when
// somebody first wants it, once for all who are at the same revision, and kept until the next
// change.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/exchange/watch/watch_form.hpp"
#include "gateway/exchange/watch/watch_state.hpp"
#include "gateway/http/shared_body.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::exchange {

class WatchEvents {
 public:
  using TranscoderPtr = std::shared_ptr<const transcode::Transcoder>;

  /// For who is at `base`; without one, a snapshot.
  grpc::Result<http::SharedBody> event(const WatchState& state, std::optional<Revision> base,
                                       const TranscoderPtr& transcoder, WatchPiece piece);

  /// How many were encoded so far.
  std::uint64_t encoded() const noexcept { return encoded_; }

 private:
  struct Event {
    std::optional<Revision> base;
    TranscoderPtr transcoder;
    bool unfit = false;  // a snapshot has to do instead
    std::string json;
    std::array<http::SharedBody, kWatchPieces> pieces;
  };

  grpc::Result<Event*> find(const WatchState& state, std::optional<Revision> base,
                            const TranscoderPtr& transcoder);

  Revision revision_ = 0;  // to which the events lead
  std::vector<std::unique_ptr<Event>> events_;
  std::uint64_t encoded_ = 0;
};

}  // namespace trunkline::exchange
