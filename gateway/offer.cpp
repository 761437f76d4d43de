#include "gateway/offer.hpp"

#include <optional>
#include <utility>

#include <boost/smart_ptr/make_local_shared.hpp>

namespace trunkline {
namespace {

constexpr char kAlivePath[] = "/healthz";
constexpr char kReadyPath[] = "/readyz";
constexpr char kAlive[] = R"({"status":"alive"})";

}  // namespace

grpc::Result<std::shared_ptr<const Offer>> Offer::make(
    const std::vector<config::Page>& pages, std::optional<std::string_view> descriptor_set) {
  auto offer = std::make_shared<Offer>();
  offer->pages_ = pages;
  if (descriptor_set) {
    auto schema = transcode::Schema::build(*descriptor_set);
    if (!schema) return schema.error();
    offer->schema_ = std::move(*schema);
    for (const transcode::Method& method : offer->schema_->methods()) {
      for (const transcode::HttpBinding& http : method.bindings) {
        offer->bindings_.push_back({&method, &http});
      }
    }
  }

  // The rules' targets are in the order in which catalog() lines them up.
  std::vector<route::Rule> rules;
  const auto add = [&rules](std::string verb, std::string path, std::string described) {
    const auto target = static_cast<std::uint32_t>(rules.size());
    rules.push_back({std::move(verb), std::move(path), target, std::move(described)});
  };
  add("GET", kAlivePath, "the gateway's own health");
  add("GET", kReadyPath, "the gateway's own readiness");
  for (const config::Page& page : pages) add("GET", page.path, "the page " + page.path);
  for (const Binding& binding : offer->bindings_) {
    add(binding.http->verb, binding.http->path_template, binding.method->full_name);
  }
  auto table = route::Table::build(std::move(rules));
  if (!table) return table.error();
  offer->table_ = std::make_shared<const route::Table>(std::move(*table));
  return std::shared_ptr<const Offer>(std::move(offer));
}

exchange::CatalogPtr Offer::catalog() const {
  auto catalog = boost::make_local_shared<exchange::Catalog>();
  catalog->table = table_;
  catalog->complete = schema_.has_value();
  catalog->targets.emplace_back(
      exchange::FixedAnswer{"application/json", http::SharedBody(kAlive)});
  catalog->targets.emplace_back(exchange::ReadinessProbe{});
  for (const config::Page& page : pages_) {
    catalog->targets.emplace_back(
        exchange::FixedAnswer{page.content_type, http::SharedBody(page.body)});
  }
  for (const Binding& binding : bindings_) {
    const transcode::Method& method = *binding.method;
    if (method.client_streaming || method.server_streaming) {
      catalog->targets.emplace_back(exchange::StreamingMethod{method.path});
    } else {
      catalog->targets.emplace_back(
          exchange::UnaryMethod{method.path, binding.http->transcoder, method.no_side_effects});
    }
  }
  return catalog;
}

}  // namespace trunkline
