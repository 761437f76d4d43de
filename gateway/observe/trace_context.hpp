#pragma once

// W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a request belongs to, and
// which span of it called us. It is read strictly: a header that breaks a rule is as good as none,
// and then a trace of our own begins.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::observe {

struct TraceContext {
  static constexpr std::size_t kHeaderBytes = 55;

  using Header = std::array<char, kHeaderBytes>;
  using TraceHex = std::array<char, 32>;

  std::array<std::uint8_t, 16> trace_id{};
  std::array<std::uint8_t, 8> span_id{};  ///< the caller's, or in what we send our own
  bool sampled = false;

  /// Of the one traceparent field; a request with two has none (pass "").
  static std::optional<TraceContext> parse(std::string_view traceparent) noexcept;

  /// In version 00, which is the one that we speak.
  Header header() const noexcept;
  TraceHex trace_hex() const noexcept;
};

/// Whether a tracestate, its fields joined by commas, may be passed on beside a valid traceparent:
/// at most 512 characters and 32 members, each `key=value` in their alphabets.
bool is_tracestate(std::string_view text) noexcept;

}  // namespace trunkline::observe
