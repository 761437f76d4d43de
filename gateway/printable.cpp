#include "gateway/printable.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

constexpr std::size_t kMostBytes = 1'000;

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

}  // namespace

std::string printable(std::string_view text) {
  using Json = nlohmann::json;
  const Json shortened(std::string(text.substr(0, kMostBytes)));
  std::string whole = Json::parse(shortened.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::replace_if(whole.begin(), whole.end(), is_control, ' ');
  if (text.size() > kMostBytes) whole += "…";
  return whole;
}

}  // namespace trunkline
