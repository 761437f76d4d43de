#pragma once

// How Boost.Beast reads a client's bytes: the second opinion on where a request begins and ends,
// which is what smuggling is about.

#include <string>
#include <string_view>

namespace trunkline::fuzz {

class BeastOpinion {
 public:
  /// Reads one request off the front of `bytes`; false if Beast has an error or not all of it.
  bool take(std::string_view& bytes);

  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }
  const std::string& body() const { return body_; }

  /// Whether there is such a field, its name in lower case.
  bool has(std::string_view name, std::string_view value) const;

  /// Beast minds what Connection says beyond the tokens that we look for, and the grammar of chunk
  /// extensions, which we ignore, and framing fields among trailers, which we leave out.
  bool only_strict() const { return only_strict_; }
  const std::string& error() const { return error_; }

 private:
  std::string method_;
  std::string target_;
  std::string fields_;  // "\nname: value" each, and "\n"
  std::string body_;
  std::string error_;
  bool only_strict_ = false;
};

}  // namespace trunkline::fuzz
