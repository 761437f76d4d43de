#include "gateway/exchange/watch/watch_events.hpp"

#include <utility>

namespace trunkline::exchange {
namespace {

// Differences to the same state. Who is behind beyond that gets a snapshot, of which there is one.
constexpr std::size_t kMostBases = 32;

}  // namespace

grpc::Result<http::SharedBody> WatchEvents::event(const WatchState& state,
                                                  std::optional<Revision> base,
                                                  const TranscoderPtr& transcoder,
                                                  WatchPiece piece) {
  if (std::exchange(revision_, state.revision()) != state.revision()) events_.clear();
  auto found = find(state, base, transcoder);
  if (found && (*found)->unfit) found = find(state, std::nullopt, transcoder);
  if (!found) return found.error();
  http::SharedBody& body = (*found)->pieces[static_cast<std::size_t>(piece)];
  if (body.empty()) body = http::SharedBody(write_piece(piece, state.version(), (*found)->json));
  return body;
}

grpc::Result<WatchEvents::Event*> WatchEvents::find(const WatchState& state,
                                                    std::optional<Revision> base,
                                                    const TranscoderPtr& transcoder) {
  if (base && events_.size() >= kMostBases && *base != state.revision() - 1) base.reset();
  for (const auto& event : events_) {
    if (event->base == base && event->transcoder == transcoder) return event.get();
  }
  auto event = std::make_unique<Event>();
  event->base = base;
  event->transcoder = transcoder;
  const auto message = base ? state.difference(*base) : std::optional(state.snapshot());
  event->unfit = !message;
  if (message) {
    ++encoded_;
    if (const auto printed = transcoder->answer(*message, event->json); !printed) {
      return printed.error();
    }
  }
  events_.push_back(std::move(event));
  return events_.back().get();
}

}  // namespace trunkline::exchange
