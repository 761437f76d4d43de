#include "gateway/openapi/docs_page.hpp"

#include <array>

namespace trunkline::openapi {

// The files in docs/, which the build puts here.
extern const std::string_view kPageHtml;
extern const std::string_view kStyleCss;
extern const std::string_view kAppJs;
extern const std::string_view kElementJs;
extern const std::string_view kOperationJs;
extern const std::string_view kRequestJs;
extern const std::string_view kSchemaJs;
extern const std::string_view kTrialJs;

std::span<const PageFile> docs_page() noexcept {
  constexpr std::string_view kScript = "text/javascript; charset=utf-8";
  static const std::array<PageFile, 8> kFiles{{
      {"/docs", "text/html; charset=utf-8", kPageHtml},
      {"/docs/style.css", "text/css; charset=utf-8", kStyleCss},
      {"/docs/app.js", kScript, kAppJs},
      {"/docs/element.js", kScript, kElementJs},
      {"/docs/operation.js", kScript, kOperationJs},
      {"/docs/request.js", kScript, kRequestJs},
      {"/docs/schema.js", kScript, kSchemaJs},
      {"/docs/trial.js", kScript, kTrialJs},
  }};
  return kFiles;
}

}  // namespace trunkline::openapi
