#pragma once

// What a target holds to be true of every input. Aborts with the fact that is not; libFuzzer adds
// the stack and keeps the input.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace trunkline::fuzz {

inline void must(bool holds, const char* fact) {
  if (holds) return;
  std::fprintf(stderr, "Not so: %s\n", fact);
  std::abort();
}

/// Bytes fit for a terminal.
inline std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      text += c;
    } else {
      char escaped[5];
      std::snprintf(escaped, sizeof(escaped), "\\x%02x", byte);
      text += escaped;
    }
  }
  return text;
}

/// Two ways to the same thing: shows both where they differ.
inline void must_equal(std::string_view a, std::string_view b, const char* fact) {
  if (a == b) return;
  std::fprintf(stderr, "Not so: %s\n  %s\n  %s\n", fact, printable(a).c_str(),
               printable(b).c_str());
  std::abort();
}

}  // namespace trunkline::fuzz
