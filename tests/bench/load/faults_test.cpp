// Each kind of error is seen for what it is, and no request is lost from the account.

#include <gtest/gtest.h>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/front.hpp"
#include "tests/bench/load/trick_server.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::load {
namespace {

constexpr int kDue = 50;

/// 50 requests in half a second.
nlohmann::json at_a_rate(const std::string& url, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--rate", "100", "-d", "0.5", "-c", "5", url});
  return measure(more);
}

void expect_only(const nlohmann::json& figures, const std::string& kind, int number) {
  EXPECT_EQ(figures["errors"][kind], number) << figures;
  EXPECT_EQ(errors_but(figures, kind), 0U) << figures;
  EXPECT_EQ(figures["not_sent"], 0) << figures;
}

struct Case {
  Trick trick;
  std::string kind;
  int answers;  ///< that are complete though wrong
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.kind;
}

class EachTrick : public testing::TestWithParam<Case> {};

TEST_P(EachTrick, IsCountedAtAConstantRate) {
  const TrickServer server(GetParam().trick);
  const auto figures = at_a_rate(server.url());
  expect_only(figures, GetParam().kind, kDue);
  EXPECT_EQ(figures["requests"], GetParam().answers) << figures;
  EXPECT_TRUE(
      support::eventually(std::chrono::seconds(5), [&] { return server.requests() == kDue; }));
}

TEST_P(EachTrick, IsCountedWithAConnectionForEachRequest) {
  const TrickServer server(GetParam().trick);
  expect_only(at_a_rate(server.url(), {"--close"}), GetParam().kind, kDue);
}

TEST_P(EachTrick, IsCountedAsFastAsPossible) {
  const TrickServer server(GetParam().trick);
  expect_only(measure({"-n", "50", "-c", "5", server.url()}), GetParam().kind, kDue);
}

INSTANTIATE_TEST_SUITE_P(
    Of, EachTrick,
    testing::Values(Case{Trick::kClose, "closed", 0}, Case{Trick::kCloseHalfway, "closed", 0},
                    Case{Trick::kReset, "reset", 0}, Case{Trick::kNonsense, "protocol", 0},
                    Case{Trick::kServerError, "status", kDue},
                    Case{Trick::kRedirect, "status", kDue}),
    [](const auto& param) { return param.param.kind + std::to_string(param.index); });

TEST(Connect, IsCountedForEachRequestThatNobodyTook) {
  const auto figures = at_a_rate("http://127.0.0.1:" + std::to_string(support::free_port()) + "/");
  expect_only(figures, "connect", kDue);
  EXPECT_EQ(figures["requests"], 0);
  EXPECT_EQ(figures["connects"], 0);
}

TEST(Timeout, IsCountedAndItsLengthKeptAmongTheLatencies) {
  const TrickServer server(Trick::kSilence);
  const auto figures = measure({"-n", "5", "-c", "5", "--timeout", "0.3", server.url()});
  expect_only(figures, "timeout", 5);
  EXPECT_GE(figures["latency_us"]["min"], 300'000) << figures;
}

TEST(Timeout, LeavesWhatWasNotSentForThatInTheAccount) {
  const TrickServer server(Trick::kSilence);
  const auto figures =
      measure({"--rate", "100", "-d", "1", "-c", "5", "--timeout", "0.3", server.url()});
  EXPECT_GE(figures["errors"]["timeout"], 15) << figures;  // five at a time, three times at least
  EXPECT_EQ(figures["errors"]["timeout"].get<int>() + figures["not_sent"].get<int>(), 100)
      << figures;
}

TEST(Body, OfAnotherSizeOrOtherBytesIsAnError) {
  const TrickServer server(Trick::kHello);
  const support::Scratch scratch;
  const auto with = [&](const std::string& flag, const std::string& value) {
    return at_a_rate(server.url(), {flag, value});
  };
  expect_only(with("--expect-bytes", "5"), "body", 0);
  expect_only(with("--expect-bytes", "4"), "body", kDue);
  expect_only(with("--expect-body", scratch.write("right", "hello")), "body", 0);
  expect_only(with("--expect-body", scratch.write("other", "hallo")), "body", kDue);
  expect_only(with("--expect-body", scratch.write("short", "hell")), "body", kDue);
  expect_only(with("--expect-body", scratch.write("long", "hello!")), "body", kDue);
}

TEST(Grpc, StatusesOtherThanOkAreErrors) {
  const Front front;  // without a backend: UNAVAILABLE
  const auto figures =
      at_a_rate(front.http("/trunkline.agents.v1.AgentService/ListAgents"), {"--h2c", "--grpc"});
  expect_only(figures, "grpc", kDue);
  EXPECT_EQ(figures["requests"], kDue);
}

TEST(Tls, OfAPeerThatIsNotTrustedIsNoConnection) {
  const Front front;
  const support::Scratch scratch;
  // An authority that has vouched for nobody here.
  const auto figures = at_a_rate(front.https(), {"--ca", "/etc/ssl/certs/ca-certificates.crt"});
  expect_only(figures, "connect", kDue);
}

}  // namespace
}  // namespace trunkline::load
