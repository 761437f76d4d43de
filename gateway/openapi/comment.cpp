#include "gateway/openapi/comment.hpp"

#include <algorithm>

namespace trunkline::openapi {

std::string without_margin(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('\n'), raw.size());
    std::string_view line = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
    text += line;
    text += '\n';
  }
  const std::size_t first = text.find_first_not_of('\n');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of('\n') + 1 - first);
}

std::string first_sentence(std::string_view comment) {
  comment = comment.substr(0, comment.find("\n\n"));
  std::string line(comment);
  std::replace(line.begin(), line.end(), '\n', ' ');
  if (const std::size_t stop = line.find(". "); stop != std::string::npos) line.resize(stop);
  if (line.ends_with('.')) line.pop_back();
  return line;
}

}  // namespace trunkline::openapi
