#include "gateway/exchange/request_maker.hpp"

#include <utility>

#include <boost/container/small_vector.hpp>

#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

RequestMaker::RequestMaker(CatalogPtr catalog, const BackendMethod& method, http::RequestHead head,
                           std::vector<route::Capture> captures)
    : catalog_(std::move(catalog)),
      method_(method),
      head_(std::move(head)),
      captures_(std::move(captures)) {}

RequestMaker RequestMaker::of_body_alone(CatalogPtr catalog, const BackendMethod& method,
                                         http::RequestHead head) {
  RequestMaker maker(std::move(catalog), method, std::move(head), {});
  maker.reads_query_ = false;
  return maker;
}

grpc::Result<void> RequestMaker::append(std::string_view body, std::string& frames) const {
  boost::container::small_vector<transcode::PathValue, 4> path_values;
  for (const route::Capture& capture : captures_) {
    path_values.push_back({capture.field_path, capture.value});
  }
  const std::size_t at = frames.size();
  frames.append(grpc::kPrefixBytes, '\0');
  const auto made =
      method_.transcoder->request({path_values.data(), path_values.size()},
                                  reads_query_ ? head_.query() : std::string_view{}, body, frames);
  if (made) grpc::write_prefix(frames, at);
  return made;
}

}  // namespace trunkline::exchange
