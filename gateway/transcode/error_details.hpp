#pragma once

// The messages that errors of every service carry in their details, google.rpc.BadRequest and its
// kin, whether or not a backend's own descriptors have them. Private to the room.

#include "gateway/transcode/message_table.hpp"

namespace trunkline::transcode {

/// Made at the first call, with default JsonOptions.
const MessageTables& error_details();

}  // namespace trunkline::transcode
