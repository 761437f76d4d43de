#include "gateway/web/pages.hpp"

#include <array>

namespace trunkline::web {

// The files in board/, which the build puts here.
extern const std::string_view kPageHtml;
extern const std::string_view kPublicHtml;
extern const std::string_view kStyleCss;
extern const std::string_view kActionsJs;
extern const std::string_view kAgentsJs;
extern const std::string_view kAppJs;
extern const std::string_view kDomJs;
extern const std::string_view kDurationJs;
extern const std::string_view kFilterJs;
extern const std::string_view kLiveJs;
extern const std::string_view kPublicJs;
extern const std::string_view kQueuesJs;
extern const std::string_view kStatesJs;
extern const std::string_view kThemeJs;

std::span<const PageFile> pages() noexcept {
  constexpr std::string_view kPage = "text/html; charset=utf-8";
  constexpr std::string_view kScript = "text/javascript; charset=utf-8";
  static const std::array<PageFile, 14> kFiles{{
      {"/", kPage, kPageHtml},
      {"/public", kPage, kPublicHtml, true},
      {"/wallboard/style.css", "text/css; charset=utf-8", kStyleCss},
      {"/wallboard/actions.js", kScript, kActionsJs},
      {"/wallboard/agents.js", kScript, kAgentsJs},
      {"/wallboard/app.js", kScript, kAppJs},
      {"/wallboard/dom.js", kScript, kDomJs},
      {"/wallboard/duration.js", kScript, kDurationJs},
      {"/wallboard/filter.js", kScript, kFilterJs},
      {"/wallboard/live.js", kScript, kLiveJs},
      {"/wallboard/public.js", kScript, kPublicJs},
      {"/wallboard/queues.js", kScript, kQueuesJs},
      {"/wallboard/states.js", kScript, kStatesJs},
      {"/wallboard/theme.js", kScript, kThemeJs},
  }};
  return kFiles;
}

std::string_view content_security_policy(const PageFile& file) noexcept {
  if (file.embeddable) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
           "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors *";
  }
  return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
         "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

}  // namespace trunkline::web
