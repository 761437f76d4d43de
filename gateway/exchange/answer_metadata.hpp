#pragma once

// Private to exchange: what came beside the messages of an answer.

#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

/// Both empty for a call that was not made.
struct AnswerMetadata {
  const http::Headers& leading;
  const http::Headers& trailing;
};

}  // namespace trunkline::exchange
