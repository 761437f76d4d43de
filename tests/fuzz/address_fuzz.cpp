// Addresses as people write them: host and port, IP addresses and blocks of them.

#include "gateway/net/address.hpp"
#include "gateway/policy/address_block.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  const Exact copy({reinterpret_cast<const char*>(data), size});
  const std::string_view text = copy.view();

  if (const auto address = net::Address::parse(text)) {
    must(!address->host.empty(), "an address has a host");
    const auto back = net::Address::parse(address->text());
    must(back && back->host == address->host && back->port == address->port,
         "an address reads back");
  }

  const auto bytes = policy::parse_address(text);
  const auto block = policy::AddressBlock::parse(text);
  if (bytes) {
    must(block && block->contains(*bytes), "an address is a block of one");
    if (policy::is_ipv4(*bytes) && policy::is_loopback(*bytes)) {
      must((*bytes)[12] == 127, "IPv4's loopback is 127.0.0.0/8");
    }
  }
  if (const auto slash = text.find('/'); block && slash != std::string_view::npos) {
    const auto first = policy::parse_address(text.substr(0, slash));
    must(first && block->contains(*first), "a block holds the address that names it");
  }
  return 0;
}
