#pragma once

// The reference page at /docs: files that are part of the program. The page reads /openapi.json,
// shows every method and lets one try it; it fetches nothing from anywhere else.

#include <span>
#include <string_view>

namespace trunkline::openapi {

struct PageFile {
  std::string_view path;
  std::string_view content_type;
  std::string_view bytes;
};

/// The page itself comes first.
std::span<const PageFile> docs_page() noexcept;

/// For each of the files: scripts, styles and answers of this gateway alone.
inline constexpr std::string_view kDocsContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace trunkline::openapi
