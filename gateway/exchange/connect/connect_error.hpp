#pragma once

// Private to exchange: an error as Connect writes it in a unary answer (its protocol, "Error"):
//   {"code":"not_found","message":"…","details":[{"type":"…","value":"base64","debug":{…}}]}

#include <string>
#include <utility>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::exchange {

/// Of a request that is not as Connect has it.
inline grpc::Error malformed(std::string message) {
  return {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kClient};
}

/// One without details.
std::string connect_error(const grpc::Error& error);

/// `transcoder` prints the details for those who read them with their own eyes.
std::string connect_error(const grpc::Error& error, const transcode::Transcoder& transcoder);

}  // namespace trunkline::exchange
