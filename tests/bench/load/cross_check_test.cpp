// Beside wrk and h2load, in turn at the same server with the same concurrency. All of them share
// two cores or more with that server, so that requests/s of one generator alone may differ by half
// from run to run: the best of three of each is compared, and may differ by a factor of two.

#include <algorithm>
#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/front.hpp"
#include "tests/support/command.hpp"

namespace trunkline::load {
namespace {

constexpr double kTolerance = 2;
constexpr int kRounds = 3;

/// The number behind `word`, in what a generator has printed.
double number_behind(const std::string& text, const std::string& word) {
  const auto at = text.find(word);
  if (at == std::string::npos) return 0;
  return std::strtod(text.c_str() + text.find_first_of("0123456789", at + word.size()), nullptr);
}

double wrk(const std::string& url) {
  const auto outcome = support::run({"wrk", "-t", "1", "-c", "50", "-d", "1s", url});
  return number_behind(outcome.out, "Requests/sec:");
}

double h2load(const std::string& url) {
  const auto outcome = support::run({"h2load", "-t", "1", "-c", "8", "-m", "32", "-D", "1", url});
  // "finished in 1.00s, 1234.56 req/s, ..."
  return number_behind(
      outcome.out.substr(std::min(outcome.out.find("finished in"), outcome.out.size())), "s, ");
}

double ours(std::vector<std::string> options, const std::string& url) {
  options.insert(options.end(), {"-d", "1", "--expect-bytes", "17", url});
  const auto figures = measure(options);
  EXPECT_EQ(errors_but(figures, "none"), 0U) << figures;
  return figures["per_second"].get<double>();
}

void expect_alike(const std::function<double()>& one, const std::function<double()>& other) {
  double best = 0;
  double best_of_other = 0;
  for (int round = 0; round < kRounds; ++round) {
    best = std::max(best, one());
    best_of_other = std::max(best_of_other, other());
  }
  ASSERT_GT(best_of_other, 0);
  EXPECT_GT(best, best_of_other / kTolerance);
  EXPECT_LT(best, best_of_other * kTolerance);
  testing::Test::RecordProperty("ours_to_it", std::to_string(best / best_of_other));
}

TEST(BesideWrk, AsManyRequestsASecondAreMeasured) {
  const Front front;
  const std::string url = front.http();
  expect_alike([&] { return ours({"--h1", "-c", "50"}, url); }, [&] { return wrk(url); });
}

TEST(BesideH2load, AsManyRequestsASecondAreMeasured) {
  const Front front;
  const std::string url = front.http();
  expect_alike(
      [&] {
        return ours({"--h2c", "-c", "8", "-m", "32"}, url);
      },
      [&] { return h2load(url); });
}

TEST(BesideH2load, AsManyRequestsASecondAreMeasuredOverTls) {
  const Front front;
  const std::string url = front.https();
  expect_alike(
      [&] {
        return ours({"--h2", "-c", "8", "-m", "32"}, url);
      },
      [&] { return h2load(url); });
}

}  // namespace
}  // namespace trunkline::load
