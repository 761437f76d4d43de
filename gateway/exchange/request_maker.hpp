#pragma once

// Private to exchange: makes the messages of a call out of what a client asked: what the path
// says, the query, and a body.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/exchange/catalog.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

class RequestMaker {
 public:
  /// `method` is of `catalog`.
  RequestMaker(CatalogPtr catalog, const BackendMethod& method, http::RequestHead head,
               std::vector<route::Capture> captures);

  /// A method that was asked for by its own name: path and query say nothing of its message.
  static RequestMaker of_body_alone(CatalogPtr catalog, const BackendMethod& method,
                                    http::RequestHead head);

  /// Appends one message, framed, to `frames`, which are unspecified after an error.
  grpc::Result<void> append(std::string_view body, std::string& frames) const;

  const http::RequestHead& head() const noexcept { return head_; }
  const CatalogPtr& catalog() const noexcept { return catalog_; }
  const BackendMethod& method() const noexcept { return method_; }

 private:
  CatalogPtr catalog_;  // keeps method_ and the captures' names alive
  const BackendMethod& method_;
  http::RequestHead head_;
  std::vector<route::Capture> captures_;
  bool reads_query_ = true;
};

}  // namespace trunkline::exchange
