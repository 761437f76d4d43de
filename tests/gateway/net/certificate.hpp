#pragma once

// A self-signed certificate for "localhost" and its key, as PEM files that go with the object.

#include <filesystem>

namespace trunkline::net {

class Certificate {
 public:
  Certificate();
  ~Certificate();

  std::string certificate_file() const { return (folder_ / "server.crt").string(); }
  std::string key_file() const { return (folder_ / "server.key").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace trunkline::net
