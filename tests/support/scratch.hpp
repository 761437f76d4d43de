#pragma once

// A directory of a test's own, removed with everything in it.

#include <string>
#include <string_view>

namespace trunkline::support {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  /// Writes a file there and returns its path.
  std::string write(const std::string& name, std::string_view text) const;

 private:
  std::string directory_;
};

/// A whole file; empty when it can't be read.
std::string read_file(const std::string& path);

}  // namespace trunkline::support
