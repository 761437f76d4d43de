#pragma once

// What the gateway offers: its own pages and probes, joined with the methods of all upstreams whose
// descriptors are known. Made on any thread, immutable; each worker takes a copy as its catalog.
//
// Nobody takes from another what he has: where two upstreams offer a service of the same name, or
// two methods match the same paths, the one stays that was offered before, and the other is left
// out with a complaint that names both.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/exchange/catalog.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/transcode/schema.hpp"

namespace trunkline {

/// What /healthz says, to clients and to operators.
inline constexpr std::string_view kAliveJson = R"({"status":"alive"})";

/// An upstream, and its descriptors as far as they are known.
struct Source {
  std::string upstream;
  bool required = true;                             ///< for the gateway to be ready
  std::shared_ptr<const transcode::Schema> schema;  ///< null: not known yet
  /// Of those that the schema describes; nothing: all.
  std::optional<std::vector<std::string>> services;
  std::vector<std::string> complaints;  ///< of who has read them
};

class Offer {
 public:
  struct Complaint {
    std::string text;       ///< a sentence that names the upstream
    bool conflict = false;  ///< with a page or with another upstream; else it is wrong in itself

    bool operator==(const Complaint&) const = default;
  };

  /// `before` is what is offered now, from the same upstreams; may be null. `described`: what is
  /// offered can be read at /openapi.json and /docs. The error is about a page: what is wrong with
  /// descriptors is left out.
  static grpc::Result<std::shared_ptr<const Offer>> make(const std::vector<config::Page>& pages,
                                                         std::vector<Source> sources,
                                                         const Offer* before = nullptr,
                                                         bool described = false);

  /// A copy for one worker, made on its thread; its routes are counted in `meters`, and its calls
  /// go to `lines`, one for each source.
  /// Reads by way of `apart` (a method's path or a template) never share a call.
  exchange::CatalogPtr catalog(observe::Meters& meters, std::span<exchange::Upstream* const> lines,
                               const std::vector<std::string>& apart = {}) const;
  /// Whether it is a method's path or a template of what is offered.
  bool knows(std::string_view way) const;
  std::vector<exchange::NamedUpstream> upstreams(std::span<exchange::Upstream* const> lines) const;

  /// Whether the descriptors of all upstreams are known.
  bool complete() const noexcept;

  const std::vector<Source>& sources() const noexcept { return sources_; }
  const std::vector<Complaint>& complaints() const noexcept { return complaints_; }

  /// How many methods and paths lead to an upstream.
  std::size_t methods_of(std::size_t source) const;
  std::size_t routes_of(std::size_t source) const;

 private:
  struct Offered {
    std::size_t source;
    const transcode::Method* method;
  };
  struct Binding {
    Offered to;
    const transcode::HttpBinding* http;

    std::string identity() const;
  };

  void settle_services(const Offer* before);
  std::vector<Binding> bindings(const Offer* before) const;
  std::vector<route::Rule> own_rules() const;
  std::vector<route::Rule> rules(const std::vector<Binding>& bindings) const;
  grpc::Result<void> settle_paths(std::vector<Binding> wanted);
  void complain(std::size_t source, std::string_view what, bool conflict);
  bool claims(std::size_t source, std::string_view service) const;
  void settle_meters();
  std::string_view counted_as(std::size_t source, const std::string& name) const;
  void describe();

  std::vector<config::Page> pages_;
  bool described_ = false;
  std::vector<config::Page> reference_;  // of all that is offered
  std::vector<Source> sources_;
  std::map<std::string, std::size_t, std::less<>> owners_;  // of services, by their full names
  std::vector<Offered> methods_;
  std::vector<Binding> bindings_;
  std::set<std::string> identities_;  // of the bindings
  // For each source what is counted by itself, of paths and methods.
  std::vector<std::set<std::string_view>> counted_;
  std::vector<Complaint> complaints_;
  std::map<std::pair<std::size_t, bool>, std::size_t> complained_;  // of a source, by kind
  std::shared_ptr<const route::Table> table_;
};

}  // namespace trunkline
