#pragma once

// The pages for people that the gateway brings along: the wallboard at /, and what a website embeds
// at /public. Files that are part of the program; they speak to this gateway alone.

#include <span>
#include <string_view>

namespace trunkline::web {

struct PageFile {
  std::string_view path;
  std::string_view content_type;
  std::string_view bytes;
  bool embeddable = false;  ///< other sites may show it in a frame
};

/// For the life of the program.
std::span<const PageFile> pages() noexcept;

/// Scripts, styles and answers of this gateway alone; frames as the file says.
std::string_view content_security_policy(const PageFile& file) noexcept;

}  // namespace trunkline::web
