#pragma once

// One place among the calls that a client may have under way. It is held until the call has
// ended where it is carried out, which may be later than the client cares: a client that resets
// its streams as fast as it opens them gets no further that way (CVE-2023-44487).

#include <boost/smart_ptr/local_shared_ptr.hpp>

namespace trunkline::exchange {

struct Running {};

/// One thread. All permits of a client share one Running, whose owners count its calls.
using Permit = boost::local_shared_ptr<Running>;

}  // namespace trunkline::exchange
