#pragma once

// What curl got, whichever of the four ways it came.

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline::support {

/// How a client speaks to the gateway.
enum class Wire { kH1, kH2, kTlsH1, kTlsH2 };

constexpr Wire kWires[] = {Wire::kH1, Wire::kH2, Wire::kTlsH1, Wire::kTlsH2};

constexpr bool is_tls(Wire wire) {
  return wire == Wire::kTlsH1 || wire == Wire::kTlsH2;
}
constexpr bool is_h2(Wire wire) {
  return wire == Wire::kH2 || wire == Wire::kTlsH2;
}
std::string name(Wire wire);
inline void PrintTo(Wire wire, std::ostream* out) {
  *out << name(wire);
}

struct Answer {
  int curl = -1;        ///< curl's exit code, 0 when there is an answer
  std::string version;  ///< "1.1" or "2"
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::chrono::milliseconds took{0};
  std::string complaint;  ///< of curl

  /// Empty when it is not there.
  std::string header(std::string_view name) const;
};
void PrintTo(const Answer& answer, std::ostream* out);

/// Reads what `curl -i` prints.
Answer parse_answer(std::string_view text);

/// curl's command line for a request, to be followed by its own options.
std::vector<std::string> curl(Wire wire, std::uint16_t port, const std::string& path);

/// Runs it.
Answer fetch(Wire wire, std::uint16_t port, const std::string& path,
             const std::vector<std::string>& options = {});

}  // namespace trunkline::support
