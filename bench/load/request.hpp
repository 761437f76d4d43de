#pragma once

// What is asked again and again: one head and body, and paths in turn. Each thread has its own.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::load {

/// A path with `{random:1-50}` in it, perhaps more than once: each time another number.
class PathPattern {
 public:
  /// The error is a sentence that shows the path.
  static grpc::Result<PathPattern> parse(std::string_view text);

  /// The path, for which `scratch` may be used.
  std::string_view next(std::minstd_rand& random, std::string& scratch) const;

 private:
  struct Range {
    std::uint64_t least;
    std::uint64_t most;
    std::string after;  // what follows the number
  };

  std::string before_;  // the first number, or all
  std::vector<Range> ranges_;
};

/// Paths in the order in which they were given, from the `first` on, over and over.
class Paths {
 public:
  Paths(std::vector<PathPattern> patterns, std::size_t first);

  /// Lives until the next call.
  std::string_view next();

 private:
  const std::vector<PathPattern> patterns_;
  std::size_t at_;
  std::minstd_rand random_;
  std::string scratch_;
};

struct Request {
  http::RequestHead head;  ///< without its target
  std::string body;
};

}  // namespace trunkline::load
