#pragma once

// All workers' meters added up, as Prometheus reads them (text format 0.0.4).

#include <span>
#include <string>
#include <string_view>

#include "gateway/observe/meters.hpp"
#include "gateway/observe/version.hpp"

namespace trunkline::observe {

class AccessLog;

/// Of the page that holds metrics_text().
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// From any thread; `log` may be null. Numbers are read one after the other while workers go on:
/// they need not agree to the last request.
std::string metrics_text(std::span<const Meters* const> workers, const AccessLog* log,
                         const Version& version);

}  // namespace trunkline::observe
