#include "gateway/wallboard.hpp"

#include <algorithm>
#include <string>

#include "gateway/web/pages.hpp"

namespace trunkline {

std::vector<config::Page> own_pages(const config::Config& config) {
  auto pages = config.pages;
  if (!config.wallboard) return pages;
  for (const auto& file : web::pages()) {
    const auto has_path = [&](const config::Page& page) { return page.path == file.path; };
    if (std::any_of(config.pages.begin(), config.pages.end(), has_path)) continue;
    pages.push_back({std::string(file.path),
                     std::string(file.content_type),
                     std::string(file.bytes),
                     // The scripts change with the next version.
                     {{"cache-control", "no-cache"},
                      {"content-security-policy", std::string(content_security_policy(file))},
                      {"referrer-policy", "no-referrer"},
                      {"x-content-type-options", "nosniff"}}});
  }
  return pages;
}

}  // namespace trunkline
