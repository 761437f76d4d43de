#pragma once

// What the exchanges of one worker work with. One thread.

#include <chrono>
#include <cstddef>

#include "gateway/exchange/catalog.hpp"
#include "gateway/observe/recorder.hpp"
#include "gateway/policy/body_pace.hpp"
#include "gateway/policy/cors.hpp"
#include "gateway/policy/forwarding.hpp"

namespace trunkline::exchange {

struct Settings {
  /// Of a call, from the request's head; of one whose answer streams, until its first message.
  std::chrono::milliseconds timeout{15'000};
  std::chrono::milliseconds call_timeout{0};  ///< of a gRPC call that is passed on; 0: none
  /// Of a request that is transcoded, or of one of its lines; above: 413, or an error in a stream.
  std::size_t body_bytes = 1024 * 1024;
  std::size_t message_bytes = 4 * 1024 * 1024;     ///< of an answer's message; above: an error
  policy::BodyPace body_pace;                      ///< of a body that is transcoded; below: 408
  std::chrono::milliseconds probe_timeout{1'000};  ///< of the health check behind /readyz
  /// An event stream in which nothing was said for so long says that it is there.
  std::chrono::milliseconds heartbeat{15'000};
  /// After which a client asks again for an event stream that broke.
  std::chrono::milliseconds stream_retry{2'000};
};

struct Reads;
class Watches;

struct Desk {
  const Settings& settings;
  const policy::Forwarding& forwarding;
  const policy::Cors& cors;
  observe::Recorder& recorder;
  Reads& reads;
  Watches& watches;
  CatalogPtr catalog;
};

}  // namespace trunkline::exchange
