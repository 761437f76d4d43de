#pragma once

// Private to h1: why the session answers by itself and closes.

#include <string_view>

namespace trunkline::h1 {

struct Refusal {
  /// The peer does not speak HTTP/1: an answer in it would be noise to whatever it does speak.
  static constexpr int kSilent = 0;

  int status = 400;
  std::string_view message;  ///< a sentence for the client; a constant, it quotes nothing
};

}  // namespace trunkline::h1
