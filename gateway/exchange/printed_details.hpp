#pragma once

// Private to exchange: the details of an upstream's error, printed by the method's transcoder,
// which knows the types in its backend's descriptors.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::exchange {

/// Of all of them; those for which there is no room are left out.
inline constexpr std::size_t kMostDetailBytes = 64 * 1024;

struct PrintedDetail {
  std::string_view any;  ///< a part of the error
  std::string json;
};

/// Without those that are not the client's business (google.rpc.DebugInfo).
std::vector<PrintedDetail> print_details(const grpc::Error& error,
                                         const transcode::Transcoder& transcoder);

}  // namespace trunkline::exchange
