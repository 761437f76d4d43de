#include "gateway/exchange/printed_details.hpp"

#include <utility>

namespace trunkline::exchange {

std::vector<PrintedDetail> print_details(const grpc::Error& error,
                                         const transcode::Transcoder& transcoder) {
  std::vector<PrintedDetail> printed;
  std::size_t room = kMostDetailBytes;
  for (const std::string& any : error.details) {
    std::string json;
    if (!transcoder.detail(any, json) || json.size() > room) continue;
    room -= json.size();
    printed.push_back({any, std::move(json)});
  }
  return printed;
}

}  // namespace trunkline::exchange
