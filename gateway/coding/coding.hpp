#pragma once

// The content codings (RFC 9110 section 8.4.1) in which bodies are sent.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::coding {

/// In the order in which we would rather send them where a client has no preference: what makes
/// JSON smallest for the time it takes comes first, and the bytes as they are last.
enum class Coding : std::uint8_t { kZstd, kBrotli, kGzip, kIdentity };

inline constexpr std::array kCodings{Coding::kZstd, Coding::kBrotli, Coding::kGzip,
                                     Coding::kIdentity};

/// As Content-Encoding and Accept-Encoding have it: "gzip".
std::string_view name_of(Coding coding) noexcept;

/// `bytes` coded, at a level that suits answers made while somebody waits; nothing if memory is
/// short. Pure. kIdentity gives a copy.
std::optional<std::string> encode(Coding coding, std::string_view bytes);

}  // namespace trunkline::coding
