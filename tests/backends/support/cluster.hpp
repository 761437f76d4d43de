#pragma once

// A PostgreSQL of the test's own, made by the script that TRUNKLINE_PG_CTL names (.dev/cluster), to
// be stopped and started at will. One per test program; stopped when the program ends.

#include <string>

namespace trunkline::test {

class Cluster {
 public:
  /// Starts it on a free port. Throws std::runtime_error with a sentence if it cannot.
  explicit Cluster(std::string directory);
  ~Cluster();

  /// Loads a data set into a database of its own, and returns its connection string. Who changes
  /// what lies in it gives the database a name, so that others find theirs as it was loaded.
  std::string load(const std::string& data_set, const std::string& name = {});

  void start();
  void stop();
  void restart();

 private:
  std::string call(const std::string& verb, const std::string& first = {},
                   const std::string& second = {});

  const std::string directory_;
  std::string script_;
  std::string port_;
};

#ifdef TRUNKLINE_CLUSTER
/// The one of this test program.
inline Cluster& cluster() {
  static Cluster one(TRUNKLINE_CLUSTER);
  return one;
}
#endif

}  // namespace trunkline::test
