#pragma once

// What the connections of one worker's clients are built from; outlives them and the listeners.

#include "gateway/exchange/desk.hpp"
#include "gateway/h1/limits.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/observe/recorder.hpp"
#include "gateway/policy/connection_caps.hpp"
#include "gateway/policy/patience.hpp"

namespace trunkline::net {

struct Reception {
  const exchange::Desk& desk;
  observe::Recorder& recorder;
  policy::ConnectionCaps& caps;  ///< shared by all workers
  policy::Patience patience;
  h1::Limits h1;
  h2::Limits h2;
};

}  // namespace trunkline::net
