// Puts a distance between two programs on one machine.

#include <cstdint>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>

#include "bench/delay_line/delay_line.hpp"

int main(int argc, char** argv) {
  using namespace trunkline;
  namespace asio = boost::asio;
  CLI::App app("Carries TCP connections on loopback, and delays every byte.");
  std::uint16_t listen = 0;
  std::uint16_t target = 0;
  std::int64_t round_trip_us = 0;
  app.add_option("--listen", listen, "The port on 127.0.0.1 that it takes")->required();
  app.add_option("--target", target, "The port on 127.0.0.1 that it leads to")->required();
  app.add_option("--round-trip-us", round_trip_us,
                 "Microseconds added to a round trip, half of them in each direction")
      ->check(CLI::Range(0, 10'000'000))
      ->required();
  CLI11_PARSE(app, argc, argv);
  try {
    asio::io_context context(1);
    const auto loopback = asio::ip::address_v4::loopback();
    const bench::DelayLine line(context, {loopback, listen}, {loopback, target},
                                std::chrono::microseconds(round_trip_us / 2));
    context.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "delay-line: %s\n", error.what());
    return 1;
  }
  return 0;
}
