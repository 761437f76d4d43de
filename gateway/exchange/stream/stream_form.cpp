#include "gateway/exchange/stream/stream_form.hpp"

#include <array>

#include "gateway/exchange/content/accept.hpp"
#include "gateway/exchange/content/body_type.hpp"
#include "gateway/exchange/stream/event_stream.hpp"
#include "gateway/exchange/stream/json_array.hpp"
#include "gateway/exchange/stream/line_stream.hpp"

namespace trunkline::exchange {
namespace {

// By index: an array, lines, events.
constexpr std::array kOffered{kJsonType, kJsonLinesTypes[0], kJsonLinesTypes[1], kJsonLinesTypes[2],
                              kEventStreamType};

}  // namespace

boost::system::result<std::string_view, HttpRefusal> choose_stream_type(
    const http::Headers& headers) {
  const auto chosen = choose_type(headers, kOffered);
  if (chosen) return kOffered[*chosen];
  return HttpRefusal{406, "The method streams; offered are " + std::string(kJsonType) + ", " +
                              std::string(kJsonLinesTypes[0]) + " and " +
                              std::string(kEventStreamType) + "."};
}

boost::system::result<std::unique_ptr<StreamForm>, HttpRefusal> choose_stream_form(
    const http::Headers& headers, std::chrono::milliseconds retry) {
  const auto type = choose_stream_type(headers);
  if (!type) return type.error();
  std::unique_ptr<StreamForm> form;
  if (*type == kJsonType) {
    form = std::make_unique<JsonArray>();
  } else if (*type == kEventStreamType) {
    form = std::make_unique<EventStream>(retry);
  } else {
    form = std::make_unique<LineStream>(*type);
  }
  return form;
}

}  // namespace trunkline::exchange
