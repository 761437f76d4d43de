#pragma once

// What the gateway offers: its own pages and probes, joined with the methods of the backends once
// their descriptors are known. Made on any thread, immutable; each worker takes a copy as its
// catalog.

#include <memory>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/exchange/catalog.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/transcode/schema.hpp"

namespace trunkline {

class Offer {
 public:
  /// `descriptor_set` is a serialized FileDescriptorSet, or nothing while the backends are not
  /// known. The error names the page, service or method that does not fit.
  static grpc::Result<std::shared_ptr<const Offer>> make(
      const std::vector<config::Page>& pages, std::optional<std::string_view> descriptor_set);

  /// A copy for one worker, made on its thread.
  exchange::CatalogPtr catalog() const;

  /// How many paths lead to a backend.
  std::size_t service_routes() const noexcept { return bindings_.size(); }

 private:
  struct Binding {
    const transcode::Method* method;
    const transcode::HttpBinding* http;
  };

  std::vector<config::Page> pages_;
  std::optional<transcode::Schema> schema_;
  std::vector<Binding> bindings_;
  std::shared_ptr<const route::Table> table_;
};

}  // namespace trunkline
