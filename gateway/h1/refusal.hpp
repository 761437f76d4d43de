#pragma once

// Private to h1: why the session answers by itself and closes.

#include <string_view>

namespace trunkline::h1 {

struct Refusal {
  int status = 400;
  std::string_view message;  ///< a sentence for the client; a constant, it quotes nothing
};

}  // namespace trunkline::h1
