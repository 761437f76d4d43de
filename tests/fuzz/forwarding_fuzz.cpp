// What goes upstream of a client's fields. The input is fields as lines, "name: value". grpc++ ends
// its process over illegal metadata, so nothing illegal may come out, nor anything that only we may
// say, whatever came in.

#include <algorithm>
#include <map>

#include <absl/strings/escaping.h>

#include "gateway/observe/trace_context.hpp"
#include "gateway/policy/forwarding.hpp"
#include "gateway/policy/metadata_rules.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

using policy::Forwarding;
using policy::ForwardingSettings;

constexpr std::string_view kIdentity = "spiffe://a.example/b";

http::RequestHead head_of(std::string_view text) {
  http::RequestHead head{"POST", "http", "a.example", "/a.B/C", {}};
  for (int fields = 0; !text.empty() && fields < 100; ++fields) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    head.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  return head;
}

/// By the letter of grpc/doc/PROTOCOL-HTTP2.md, in other words than the room's own.
bool legal(std::string_view name, std::string_view value) {
  if (name.empty() ||
      name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz_.-") != std::string_view::npos) {
    return false;
  }
  if (!name.ends_with("-bin")) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  }
  std::string bytes;
  return value.find_first_of(", \t\r\n") == std::string_view::npos &&
         absl::Base64Unescape({value.data(), value.size()}, &bytes);
}

void check(const policy::Result<http::Headers>& made, bool trusted, std::size_t limit) {
  if (!made) {
    must(!made.error().error.message.empty(), "a refusal is a sentence");
    must(made.error().error.source == grpc::Source::kClient, "and the client's fault");
    return;
  }
  std::size_t size = 0;
  for (const auto [name, value] : *made) {
    must(legal(name, value), "what goes upstream is legal metadata");
    size += name.size() + value.size() + 32;
    for (const char* hop : {"connection", "keep-alive", "transfer-encoding", "upgrade", "host",
                            "proxy-authorization", "content-length", "grpc-status"}) {
      must(name != hop, "what ends at this hop, or is not a client's to say, stays");
    }
  }
  must(size <= limit, "metadata is bounded");
  must(made->count("x-trunkline-identity") == 1 && made->find("x-trunkline-identity") == kIdentity,
       "who the client is says its certificate alone");
  for (const char* name : {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}) {
    must(made->count(name) == 1, "how a request came is said once");
  }
  if (!trusted) {
    must(made->find("x-forwarded-for") == "192.0.2.7", "by us, unless a proxy is trusted");
    must(made->find("x-forwarded-proto") == "http", "by us, unless a proxy is trusted");
  }
}

void trace(std::string_view text) {
  observe::is_tracestate(text);
  const auto parsed = observe::TraceContext::parse(text);
  if (!parsed) return;
  const auto header = parsed->header();
  const std::string_view again(header.data(), header.size());
  must_equal(again.substr(3, 49), text.substr(3, 49), "a trace goes on under its name");
  const auto back = observe::TraceContext::parse(again);
  must(back && back->sampled == parsed->sampled, "and reads back");
}

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  const Input input(data, size);
  ForwardingSettings settings;
  settings.metadata_bytes = input.option(0) ? 500 : 8192;
  settings.rest_headers = {"accept-language", "authorization", "x-a", "x-b-bin", "grpc-timeout"};
  settings.claims = {"x-user"};
  settings.trusted_proxies = {"192.0.2.0/24"};
  const Forwarding forwarding(settings);
  const bool trusted = input.option(1);
  auto caller = forwarding.caller("192.0.2.7", kIdentity);
  must(caller.trusted_proxy, "a block holds its addresses");
  caller.trusted_proxy = trusted;
  const auto head = head_of(input.bytes);
  check(forwarding.for_rest(head, caller), trusted, settings.metadata_bytes);
  check(forwarding.for_grpc(head, caller), trusted, settings.metadata_bytes);
  if (const auto traceparent = head.headers.find("traceparent")) trace(*traceparent);
  trace(input.bytes);
  return 0;
}
