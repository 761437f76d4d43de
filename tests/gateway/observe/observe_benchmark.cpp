// What observing costs a worker, a request.

#include <benchmark/benchmark.h>

#include "gateway/observe/exposition.hpp"
#include "gateway/observe/recorder.hpp"

namespace trunkline::observe {
namespace {

constexpr std::string_view kTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr std::string_view kAgent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/115.0";

void a_record_without_a_log(benchmark::State& state) {
  Recorder recorder;
  RouteMeters& route = recorder.meters().route("/v1/agents");
  for (auto _ : state) {
    RequestRecord record = recorder.begin(Wire::kHttp2);
    record.set_route(route);
    record.add_bytes_out(6'400);
    record.set_status(200);
    benchmark::DoNotOptimize(record);
  }
}
BENCHMARK(a_record_without_a_log);

void the_two_clock_reads_of_it(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Clock::now());
    benchmark::DoNotOptimize(Clock::now());
  }
}
BENCHMARK(the_two_clock_reads_of_it);

void a_record_with_a_log(benchmark::State& state, std::string_view agent) {
  LogRing ring(1 << 20, [] {});
  Recorder recorder(&ring);
  RouteMeters& route = recorder.meters().route("/v1/agents");
  std::string written;
  for (auto _ : state) {
    RequestRecord record = recorder.begin(Wire::kHttp2);
    recorder.describe(record, {"203.0.113.7:4711", "GET", "/v1/agents?page_size=5", agent, "", ""});
    record.set_route(route);
    record.set_endpoint("127.0.0.1:50051");
    record.set_status(200);
    record.end();
    if (ring.lines() % 1'024 == 0) {
      written.clear();
      ring.take(written);
    }
  }
  if (ring.lost() > 0) state.SkipWithError("the ring was full");
}
BENCHMARK_CAPTURE(a_record_with_a_log, plain, kAgent);
BENCHMARK_CAPTURE(a_record_with_a_log, to_be_escaped, "a \"quoted\" agent");

void new_names(benchmark::State& state) {
  IdSource ids;
  for (auto _ : state) benchmark::DoNotOptimize(ids.identify("", ""));
}
BENCHMARK(new_names);

void given_names_and_a_call_upstream(benchmark::State& state) {
  IdSource ids;
  for (auto _ : state) {
    const Identity identity = ids.identify("Order-4711", kTraceparent);
    benchmark::DoNotOptimize(ids.child_of(identity.trace).header());
  }
}
BENCHMARK(given_names_and_a_call_upstream);

void a_scrape_of_four_workers_and_fifty_routes(benchmark::State& state) {
  Meters workers[4];
  std::vector<const Meters*> all;
  for (Meters& meters : workers) {
    all.push_back(&meters);
    for (int i = 0; i < 50; ++i) {
      meters.route("/v1/things/" + std::to_string(i))
          .add(Wire::kHttp2, 200, 0, std::chrono::milliseconds(i));
    }
  }
  for (auto _ : state) benchmark::DoNotOptimize(metrics_text(all, nullptr, {}));
}
BENCHMARK(a_scrape_of_four_workers_and_fifty_routes)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace trunkline::observe
