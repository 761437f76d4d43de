#pragma once

// What this gateway answers: the routes, and what stands behind each. Every worker has a copy of
// its own, so that the bodies in it need no atomic counters; it is replaced as a whole when the
// backends' descriptors become known or change, and lives on while exchanges use it.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <boost/smart_ptr/local_shared_ptr.hpp>

#include "gateway/http/shared_body.hpp"
#include "gateway/route/table.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::exchange {

/// An answer that is always the same.
struct FixedAnswer {
  std::string content_type;
  http::SharedBody body;
};

/// Says whether a backend answers (grpc.health.v1).
struct ReadinessProbe {};

/// A unary method behind a REST route.
struct UnaryMethod {
  std::string path;  ///< "/package.Service/Method"
  std::shared_ptr<const transcode::Transcoder> transcoder;
  bool no_side_effects = false;
};

/// A method that can't be reached by REST: it streams.
struct StreamingMethod {
  std::string path;
};

using Target = std::variant<FixedAnswer, ReadinessProbe, UnaryMethod, StreamingMethod>;

struct Catalog {
  std::shared_ptr<const route::Table> table;
  std::vector<Target> targets;  ///< route::Match::target is an index into it
  bool complete = false;        ///< the backends' descriptors are in it
};

using CatalogPtr = boost::local_shared_ptr<const Catalog>;

}  // namespace trunkline::exchange
