#pragma once

// What this gateway answers: the routes, and what stands behind each. Every worker has a copy of
// its own, so that the bodies in it need no atomic counters; it is replaced as a whole when the
// backends' descriptors become known or change, and lives on while exchanges use it.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/smart_ptr/local_shared_ptr.hpp>

#include "gateway/exchange/upstream.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/http/shared_body.hpp"
#include "gateway/observe/route_meters.hpp"
#include "gateway/route/table.hpp"
#include "gateway/transcode/csv_table.hpp"
#include "gateway/transcode/transcoder.hpp"
#include "gateway/transcode/watch_rule.hpp"

namespace trunkline::exchange {

/// An answer that is always the same.
struct FixedAnswer {
  std::string content_type;
  http::SharedBody body;
  http::Headers headers{};  ///< besides the content type
};

/// A text of the gateway's own, made anew for each who asks.
struct LivePage {
  std::string content_type;
  std::function<std::string()> text;
};

/// Says whether every upstream answers that is required (grpc.health.v1).
struct ReadinessProbe {};

/// A method of a backend's service as one way of asking reaches it.
struct BackendMethod {
  std::string path;  ///< "/package.Service/Method"
  std::shared_ptr<const transcode::Transcoder> transcoder;
  Upstream* upstream = nullptr;  ///< this worker's lines to its backends; never null
  bool client_streaming = false;
  bool server_streaming = false;
  bool no_side_effects = false;
  bool shared = true;  ///< a read that may share a call with others of its kind
  std::shared_ptr<const transcode::CsvTable> csv{};  ///< its answer as a table, if it is a list
  std::optional<transcode::WatchFields> watch{};     ///< how its answers are read, if it is a watch
};

using Target = std::variant<FixedAnswer, LivePage, ReadinessProbe, BackendMethod>;

struct Offered {
  Target target;
  observe::RouteMeters* meters = nullptr;  ///< null: counted with what no route is for
};

/// A method by its own name, for gRPC and for JSON that is posted to its path.
struct NamedMethod {
  BackendMethod method;  ///< its transcoder reads and writes whole messages
  observe::RouteMeters* meters = nullptr;
};

/// An upstream of the configuration.
struct NamedUpstream {
  std::string name;
  Upstream* lines = nullptr;  ///< this worker's; never null
  bool known = false;         ///< its descriptors are in the catalog
  bool required = true;       ///< for the gateway to be ready
};

struct Catalog {
  std::shared_ptr<const route::Table> table;
  std::vector<Offered> targets;  ///< route::Match::target is an index into it
  /// "/package.Service/Method", with a route or not.
  std::map<std::string, NamedMethod, std::less<>> methods;
  std::vector<NamedUpstream> upstreams;  ///< the first has the calls of gRPC's own services
  bool carries_calls = true;             ///< gRPC calls, whatever their method
  bool complete = false;                 ///< all upstreams' descriptors are in it
};

using CatalogPtr = boost::local_shared_ptr<const Catalog>;

}  // namespace trunkline::exchange
