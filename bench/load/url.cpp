#include "bench/load/url.hpp"

#include <algorithm>

#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

namespace trunkline::load {

grpc::Result<Url> Url::parse(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return grpc::Error{grpc::Code::kInvalidArgument,
                       "The URL \"" + std::string(text) + "\" can't be used: " + std::string(why)};
  };
  constexpr std::string_view kForm = "it must look like http://127.0.0.1:8080/path or https://….";
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return refused(kForm);
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") {
    return refused("its scheme must be http or https.");
  }
  const std::string_view rest = text.substr(scheme_end + 3);
  const auto slash = std::min(rest.find_first_of("/?#"), rest.size());
  // The path may hold a range, which no URL may; so only the authority is parsed as one.
  const auto authority = boost::urls::parse_authority(rest.substr(0, slash));
  if (!authority || authority->host().empty() || authority->has_userinfo()) return refused(kForm);
  Url url;
  url.tls = scheme == "https";
  url.host = authority->host_address();
  url.authority = rest.substr(0, slash);
  if (authority->has_port() && authority->port_number() == 0) {
    return refused("its port must be a number from 1 to 65535.");
  }
  url.port = authority->has_port() ? std::string(authority->port()) : url.tls ? "443" : "80";
  url.path = rest.substr(slash);
  if (url.path.find('#') != std::string::npos) return refused("it must have no fragment (#).");
  if (!url.path.starts_with('/')) url.path.insert(0, "/");
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace trunkline::load
