#include "gateway/offer.hpp"

#include <algorithm>
#include <utility>

#include <boost/smart_ptr/make_local_shared.hpp>

#include "gateway/printable.hpp"
#include "gateway/reference.hpp"

namespace trunkline {
namespace {

constexpr char kAlivePath[] = "/healthz";
constexpr char kReadyPath[] = "/readyz";
// About one upstream, of one kind.
constexpr std::size_t kMostComplaints = 1'000;

/// Those of its schema that the source has.
std::set<std::string_view> services_of(const Source& source) {
  std::set<std::string_view> described;
  for (const auto& method : source.schema->methods()) described.insert(method.service());
  if (!source.services) return described;
  std::set<std::string_view> services;
  for (const std::string& service : *source.services) {
    if (described.contains(service)) services.insert(service);
  }
  return services;
}

}  // namespace

std::string Offer::Binding::identity() const {
  return std::to_string(to.source) + " " + to.method->full_name + " " + http->verb + " " +
         http->path_template;
}

grpc::Result<std::shared_ptr<const Offer>> Offer::make(const std::vector<config::Page>& pages,
                                                       std::vector<Source> sources,
                                                       const Offer* before, bool described) {
  auto offer = std::make_shared<Offer>();
  offer->pages_ = pages;
  offer->described_ = described;
  offer->sources_ = std::move(sources);
  for (std::size_t i = 0; i < offer->sources_.size(); ++i) {
    const Source& source = offer->sources_[i];
    for (const std::string& what : source.complaints) offer->complain(i, what, false);
    if (!source.schema) continue;
    for (const std::string& what : source.schema->complaints()) offer->complain(i, what, false);
  }
  offer->settle_services(before);
  if (auto settled = offer->settle_paths(offer->bindings(before)); !settled) return settled.error();
  offer->settle_meters();
  if (described) offer->describe();
  return std::shared_ptr<const Offer>(std::move(offer));
}

bool Offer::claims(std::size_t source, std::string_view service) const {
  const auto owner = owners_.find(service);
  return owner != owners_.end() && owner->second == source;
}

void Offer::settle_services(const Offer* before) {
  const auto for_each_service = [this](const auto& visit) {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (!sources_[i].schema) continue;
      for (const std::string_view service : services_of(sources_[i])) visit(i, service);
    }
  };
  for_each_service([&](std::size_t i, std::string_view service) {
    if (before != nullptr && before->claims(i, service)) owners_.emplace(service, i);
  });
  for_each_service([&](std::size_t i, std::string_view service) {
    const auto [owner, fresh] = owners_.emplace(service, i);
    if (fresh || owner->second == i) return;
    complain(i,
             "Its service " + std::string(service) + " is left out: upstream " +
                 sources_[owner->second].upstream + " offers it already.",
             true);
  });
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!sources_[i].schema) continue;
    for (const auto& method : sources_[i].schema->methods()) {
      if (claims(i, method.service())) methods_.push_back({i, &method});
    }
  }
}

/// Those that are offered already come first.
std::vector<Offer::Binding> Offer::bindings(const Offer* before) const {
  std::vector<Binding> all;
  for (const Offered& to : methods_) {
    for (const transcode::HttpBinding& http : to.method->bindings) all.push_back({to, &http});
  }
  if (before != nullptr) {
    std::stable_partition(all.begin(), all.end(), [&](const Binding& binding) {
      return before->identities_.contains(binding.identity());
    });
  }
  return all;
}

std::vector<route::Rule> Offer::own_rules() const {
  std::vector<route::Rule> rules;
  const auto add = [&rules](std::string path, std::string described) {
    const auto target = static_cast<std::uint32_t>(rules.size());
    rules.push_back({"GET", std::move(path), target, std::move(described)});
  };
  add(kAlivePath, "the gateway's own health");
  add(kReadyPath, "the gateway's own readiness");
  for (const config::Page& page : pages_) add(page.path, "the page " + page.path);
  if (!described_) return rules;
  for (const std::string& path : reference_paths()) add(path, "the gateway's own reference");
  return rules;
}

/// Their targets are in the order in which catalog() lines them up.
std::vector<route::Rule> Offer::rules(const std::vector<Binding>& bindings) const {
  std::vector<route::Rule> all = own_rules();
  for (const Binding& binding : bindings) {
    std::string described = binding.to.method->full_name;
    if (sources_.size() > 1) described += " of upstream " + sources_[binding.to.source].upstream;
    all.push_back({binding.http->verb, binding.http->path_template,
                   static_cast<std::uint32_t>(all.size()), std::move(described)});
  }
  return all;
}

grpc::Result<void> Offer::settle_paths(std::vector<Binding> wanted) {
  const auto own = route::Table::build(own_rules());
  if (!own) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "pages: " + own.error().message +
                           " Allowed is what is no other page and no path of the gateway's own."};
  }
  std::vector<route::Refused> refused;
  route::Table table = route::Table::build(rules(wanted), refused);
  if (!refused.empty()) {
    const std::size_t own_count = own_rules().size();
    for (const route::Refused& one : refused) {
      complain(wanted[one.rule - own_count].to.source, "A path is left out: " + one.why,
               one.conflict);
    }
    for (const route::Refused& one : refused) wanted[one.rule - own_count].http = nullptr;
    std::erase_if(wanted, [](const Binding& binding) { return binding.http == nullptr; });
    refused.clear();
    table = route::Table::build(rules(wanted), refused);
  }
  table_ = std::make_shared<const route::Table>(std::move(table));
  bindings_ = std::move(wanted);
  for (const Binding& binding : bindings_) identities_.insert(binding.identity());
  return {};
}

/// One upstream with many paths must not leave the others without counts of their own.
void Offer::settle_meters() {
  const std::size_t own = own_rules().size() + 2;  // and "unmatched" and "others"
  const std::size_t left = observe::Meters::kRoutes - std::min(observe::Meters::kRoutes, own);
  const std::size_t share = left / std::max<std::size_t>(1, sources_.size());
  std::vector<std::set<std::string_view>> names(sources_.size());
  counted_.resize(sources_.size());
  const auto count = [&](std::size_t source, std::string_view name) {
    if (names[source].insert(name).second && counted_[source].size() < share) {
      counted_[source].insert(name);
    }
  };
  for (const Offered& to : methods_) count(to.source, to.method->path);
  for (const Binding& binding : bindings_) count(binding.to.source, binding.http->path_template);
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (names[i].size() <= share) continue;
    complain(i,
             "Of its " + std::to_string(names[i].size()) + " methods and paths " +
                 std::to_string(share) +
                 " have metrics of their own; the rest is counted as \"others\"",
             false);
  }
}

std::string_view Offer::counted_as(std::size_t source, const std::string& name) const {
  return counted_[source].contains(name) ? std::string_view(name) : "others";
}

void Offer::describe() {
  std::map<const transcode::Method*, std::vector<const transcode::HttpBinding*>> bindings;
  for (const Binding& binding : bindings_) bindings[binding.to.method].push_back(binding.http);
  std::vector<openapi::Offered> methods;
  for (const Offered& to : methods_) {
    methods.push_back({&sources_[to.source].schema->files(), to.method, bindings[to.method]});
  }
  reference_ = reference_pages(methods);
}

void Offer::complain(std::size_t source, std::string_view what, bool conflict) {
  std::size_t& count = complained_[{source, conflict}];
  if (++count > kMostComplaints + 1) return;
  if (count > kMostComplaints) what = "There are more complaints of this kind than are listed";
  std::string text = printable("Upstream " + sources_[source].upstream + ". " + std::string(what));
  if (!text.ends_with('.')) text += '.';
  complaints_.push_back({std::move(text), conflict});
}

bool Offer::complete() const noexcept {
  return std::all_of(sources_.begin(), sources_.end(),
                     [](const Source& source) { return source.schema != nullptr; });
}

std::size_t Offer::methods_of(std::size_t source) const {
  return static_cast<std::size_t>(
      std::count_if(methods_.begin(), methods_.end(),
                    [&](const Offered& offered) { return offered.source == source; }));
}

std::size_t Offer::routes_of(std::size_t source) const {
  return static_cast<std::size_t>(
      std::count_if(bindings_.begin(), bindings_.end(),
                    [&](const Binding& binding) { return binding.to.source == source; }));
}

std::vector<exchange::NamedUpstream> Offer::upstreams(
    std::span<exchange::Upstream* const> lines) const {
  std::vector<exchange::NamedUpstream> named;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    named.push_back({source.upstream, lines[i], source.schema != nullptr, source.required});
  }
  return named;
}

bool Offer::knows(std::string_view way) const {
  return std::any_of(methods_.begin(), methods_.end(),
                     [&](const Offered& to) { return to.method->path == way; }) ||
         std::any_of(bindings_.begin(), bindings_.end(),
                     [&](const Binding& binding) { return binding.http->path_template == way; });
}

exchange::CatalogPtr Offer::catalog(observe::Meters& meters,
                                    std::span<exchange::Upstream* const> lines,
                                    const std::vector<std::string>& apart) const {
  auto catalog = boost::make_local_shared<exchange::Catalog>();
  const auto add = [&](exchange::Target target, std::string_view route) {
    catalog->targets.push_back({std::move(target), &meters.route(route)});
  };
  const auto reached = [&](const Offered& to,
                           std::shared_ptr<const transcode::Transcoder> transcoder) {
    return exchange::BackendMethod{to.method->path,
                                   std::move(transcoder),
                                   lines[to.source],
                                   to.method->client_streaming,
                                   to.method->server_streaming,
                                   to.method->no_side_effects,
                                   true,
                                   nullptr,
                                   to.method->watch};
  };
  const auto is_apart = [&](const std::string& way) {
    return std::find(apart.begin(), apart.end(), way) != apart.end();
  };
  catalog->table = table_;
  catalog->upstreams = upstreams(lines);
  catalog->complete = complete();
  add(exchange::FixedAnswer{"application/json", http::SharedBody(std::string(kAliveJson))},
      kAlivePath);
  add(exchange::ReadinessProbe{}, kReadyPath);
  for (const config::Page& page : pages_) {
    add(exchange::FixedAnswer{page.content_type, http::SharedBody(page.body), page.headers},
        page.path);
  }
  for (const config::Page& page : reference_) {
    add(exchange::FixedAnswer{page.content_type, http::SharedBody(page.body), reference_headers()},
        page.path);
  }
  for (const Offered& to : methods_) {
    const std::string& path = to.method->path;
    catalog->methods.emplace(path,
                             exchange::NamedMethod{reached(to, to.method->transcoder),
                                                   &meters.route(counted_as(to.source, path))});
  }
  for (const Binding& binding : bindings_) {
    exchange::BackendMethod method = reached(binding.to, binding.http->transcoder);
    method.csv = binding.http->csv;
    method.shared = !is_apart(method.path) && !is_apart(binding.http->path_template);
    add(std::move(method), counted_as(binding.to.source, binding.http->path_template));
  }
  return catalog;
}

}  // namespace trunkline
