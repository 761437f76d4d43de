#pragma once

// The reference of what is offered: the OpenAPI document at /openapi.json, and the page at /docs
// that shows it. Both are pages of our own, made anew with each offer.

#include <span>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/openapi/document.hpp"

namespace trunkline {

/// Where they are; reference_pages() has them in that order.
std::vector<std::string> reference_paths();

std::vector<config::Page> reference_pages(std::span<const openapi::Offered> methods);

/// What browsers are told with each of them.
http::Headers reference_headers();

}  // namespace trunkline
