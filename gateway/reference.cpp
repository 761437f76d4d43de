#include "gateway/reference.hpp"

#include "gateway/openapi/docs_page.hpp"

namespace trunkline {
namespace {

constexpr char kDocumentPath[] = "/openapi.json";

}  // namespace

std::vector<std::string> reference_paths() {
  std::vector<std::string> paths{kDocumentPath};
  for (const auto& file : openapi::docs_page()) paths.emplace_back(file.path);
  return paths;
}

std::vector<config::Page> reference_pages(std::span<const openapi::Offered> methods) {
  std::vector<config::Page> pages{
      {kDocumentPath, "application/json",
       openapi::document(methods, {.version = TRUNKLINE_VERSION, .description = {}}).json}};
  for (const auto& file : openapi::docs_page()) {
    pages.push_back(
        {std::string(file.path), std::string(file.content_type), std::string(file.bytes)});
  }
  return pages;
}

http::Headers reference_headers() {
  // What is offered may change at any time, and the scripts with the next version.
  return {{"cache-control", "no-cache"},
          {"content-security-policy", openapi::kDocsContentSecurityPolicy},
          {"referrer-policy", "no-referrer"},
          {"x-content-type-options", "nosniff"}};
}

}  // namespace trunkline
