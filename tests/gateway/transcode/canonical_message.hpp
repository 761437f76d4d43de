#pragma once

// The oracle of canonical bytes: protobuf's deterministic serialization.

#include <string>

#include <google/protobuf/message.h>

namespace trunkline::transcode {

/// With what lies in each google.protobuf.Any canonical, too; hence it changes the message. Nothing
/// if an Any of a generated type holds what is not of that type.
std::string canonical(google::protobuf::Message& message);

}  // namespace trunkline::transcode
