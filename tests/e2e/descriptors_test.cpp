// Several upstreams behind one gateway, which knows of them what their descriptors say, and learns
// when that changes.

#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include "birds.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "tests/e2e/flock.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/load.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using nlohmann::ordered_json;
using support::eventually;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kLearntWithin = 2s;

ordered_json at(const std::string& address) {
  return {{"endpoints", {address}}};
}

std::string agents_address() {
  return "127.0.0.1:" + std::to_string(support::shared_stack("demo").grpc_port());
}

std::string file_of_all_services() {
  return support::environment("TRUNKLINE_BUILD") + "/proto/trunkline.descriptors.pb";
}

std::string birds_descriptors() {
  google::protobuf::FileDescriptorSet set;
  std::set<std::string> seen;
  const std::function<void(const google::protobuf::FileDescriptor&)> add = [&](const auto& file) {
    if (!seen.insert(file.name()).second) return;
    file.CopyTo(set.add_file());
    for (int i = 0; i < file.dependency_count(); ++i) add(*file.dependency(i));
  };
  add(*birds::v1::Words::descriptor()->file());
  return set.SerializeAsString();
}

class Descriptors : public testing::Test {
 protected:
  void TearDown() override {
    if (HasFailure()) std::cerr << flock.log();
  }

  ordered_json agents_and_birds() const {
    return {{"agents", at(agents_address())}, {"birds", at(flock.birds_address())}};
  }

  Flock flock;
};

/// Asks for one agent again and again until it is told to stop.
class Askers {
 public:
  explicit Askers(const std::string& url)
      : thread_([this, url] {
          do {
            const auto report = support::load({"-n", "2000", "-c", "4", "-m", "8", url});
            asked_ += 2000;
            answered_ += report.ok;
          } while (!stop_);
        }) {}
  ~Askers() {
    if (thread_.joinable()) stop();
  }

  void stop() {
    stop_ = true;
    thread_.join();
  }

  long asked() const { return asked_; }
  long answered() const { return answered_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<long> asked_{0};
  std::atomic<long> answered_{0};
  std::thread thread_;
};

TEST_F(Descriptors, OfEveryUpstreamAreServed) {
  flock.birds({"parrot"});
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/readyz", 200));
  EXPECT_EQ(flock.get("/v1/agents/7").status, 200);
  EXPECT_EQ(flock.get("/parrot/hello").body, R"({"text":"hello","bird":"parrot"})");
  EXPECT_EQ(flock.get("/jay/hello").status, 404) << "described in the same file, and not served";
}

TEST_F(Descriptors, MayComeLaterThanTheGateway) {
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/v1/agents/7", 200));
  EXPECT_EQ(flock.get("/parrot/hello").status, 503) << "nobody knows yet that it is nowhere";
  EXPECT_THAT(flock.get("/readyz").body,
              AllOf(HasSubstr("Upstream birds is not ready"), Not(HasSubstr("Upstream agents"))));
  flock.birds({"parrot"});
  EXPECT_TRUE(eventually(kLearntWithin, [&] { return flock.get("/parrot/hello").status == 200; }));
  EXPECT_TRUE(flock.await("/readyz", 200));
}

TEST_F(Descriptors, StayWhenTheirBackendGoesAndTheOthersServeOn) {
  flock.birds({"parrot"});
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/readyz", 200));
  flock.kill_birds();
  EXPECT_TRUE(flock.await("/parrot/hello", 503));
  EXPECT_EQ(flock.get("/v1/agents/7").status, 200);
  EXPECT_EQ(flock.get("/nowhere").status, 404);
  EXPECT_THAT(flock.get("/readyz").body, HasSubstr("Upstream birds is not ready"));
}

TEST_F(Descriptors, NeedNotBeThereForWhatIsNotRequired) {
  ordered_json upstreams = agents_and_birds();
  upstreams["birds"]["required"] = false;
  flock.gateway(upstreams);
  EXPECT_TRUE(flock.await("/readyz", 200));
}

TEST_F(Descriptors, AreRefreshedWhenABackendComesBackWithOthersAndNobodyElseNotices) {
  flock.birds({"parrot"});
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/readyz", 200));
  Askers askers(flock.url("/v1/agents/7"));
  const char* names[] = {"jay", "parrot"};
  for (int i = 0; i < 6; ++i) {
    const std::string now = names[i % 2];
    const std::string before = names[(i + 1) % 2];
    flock.birds({now});
    EXPECT_TRUE(eventually(kLearntWithin, [&] {
      return flock.get("/" + now + "/hello").status == 200;
    })) << now;
    EXPECT_TRUE(flock.await("/" + before + "/hello", 404));
  }
  askers.stop();
  EXPECT_GT(askers.asked(), 0);
  EXPECT_EQ(askers.answered(), askers.asked());
}

TEST_F(Descriptors, ThatTakeAnothersPathAreRefusedItNamingBoth) {
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/v1/agents/7", 200));
  flock.birds({"cuckoo"});
  ASSERT_TRUE(flock.await("/cuckoo/hello", 200));
  EXPECT_TRUE(flock.logs("birds.v1.Cuckoo.Say of upstream birds (GET /v1/agents)"));
  EXPECT_TRUE(
      flock.logs("matches the same paths as "
                 "trunkline.agents.v1.AgentService.ListAgents of upstream agents"));
  EXPECT_THAT(flock.get("/v1/agents?page_size=1").body, HasSubstr("\"agents\""));
  EXPECT_THAT(flock.ask_operators("/upstreams").body, HasSubstr("birds.v1.Cuckoo.Say"));
}

TEST_F(Descriptors, OfAServiceThatAnotherOffersAreRefusedNamingBoth) {
  flock.gateway({{"agents", at(agents_address())}, {"twins", at(agents_address())}});
  ASSERT_TRUE(flock.await("/readyz", 200));
  EXPECT_TRUE(flock.logs("Its service trunkline.agents.v1.AgentService is left out: upstream "));
  EXPECT_EQ(flock.get("/v1/agents/7").status, 200);
}

TEST_F(Descriptors, InAFileThatIsNoneKeepTheGatewayFromStarting) {
  const std::string bad = flock.scratch().write("bad.pb", "these are no descriptors");
  const auto started = support::run({support::gateway_program(), "--descriptors", bad}, 10s);
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, AllOf(HasSubstr(bad), HasSubstr("can't be used")));
}

TEST_F(Descriptors, InFilesThatAreInConflictKeepTheGatewayFromStarting) {
  ordered_json one = at("127.0.0.1:1");
  one["descriptors"] = file_of_all_services();
  const std::string config = flock.scratch().write(
      "conflict.json", ordered_json{{"upstreams", {{"one", one}, {"two", one}}}}.dump());
  const auto started = support::run({support::gateway_program(), "--config", config}, 10s);
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, AllOf(HasSubstr("Upstream two"), HasSubstr("upstream one"),
                                 HasSubstr("trunkline.agents.v1.AgentService")));
}

TEST_F(Descriptors, InFilesAreReadAgainOnSighupAndABadOneChangesNothing) {
  ordered_json upstreams = agents_and_birds();
  upstreams["birds"]["descriptors"] = flock.scratch().write("birds.pb", birds_descriptors());
  upstreams["agents"]["descriptors"] = file_of_all_services();
  // The file describes the cuckoo too, which is in conflict.
  const std::string config =
      flock.scratch().write("early.json", ordered_json{{"upstreams", upstreams}}.dump());
  EXPECT_EQ(support::run({support::gateway_program(), "--config", config}, 10s).exit_code, 1);

  upstreams.erase("agents");
  flock.birds({"parrot", "jay"});
  flock.gateway(upstreams);
  ASSERT_EQ(flock.get("/parrot/hello").status, 200);
  EXPECT_EQ(flock.get("/jay/hello").status, 200);

  flock.scratch().write("birds.pb", "no descriptors");
  flock.gateway().signal(SIGHUP);
  EXPECT_TRUE(flock.logs("What was known of it stays."));
  EXPECT_EQ(flock.get("/parrot/hello").status, 200);

  google::protobuf::FileDescriptorSet set;
  set.ParseFromString(birds_descriptors());
  for (auto& one : *set.mutable_file()) {
    if (one.package() != "birds.v1") continue;
    one.mutable_service()->DeleteSubrange(1, one.service_size() - 1);
  }
  flock.scratch().write("birds.pb", set.SerializeAsString());
  flock.gateway().signal(SIGHUP);
  EXPECT_TRUE(flock.await("/jay/hello", 404));
  EXPECT_EQ(flock.get("/parrot/hello").status, 200);
}

TEST_F(Descriptors, DecideWhoHasACall) {
  flock.birds({"parrot"});
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/readyz", 200));
  const auto known = flock.call("/birds.v1.Parrot/Say");
  EXPECT_EQ(known.status, 200);
  EXPECT_EQ(known.curl, 0) << testing::PrintToString(known);
  EXPECT_EQ(known.header("content-type"), "application/grpc");
  const auto unknown = flock.call("/no.Such/Method", false);
  EXPECT_EQ(unknown.curl, 0) << testing::PrintToString(unknown);
  EXPECT_EQ(unknown.header("grpc-status"), "12");
  EXPECT_THAT(unknown.header("grpc-message"), HasSubstr("No upstream offers /no.Such/Method"));
  const auto health = flock.call("/grpc.health.v1.Health/Check");
  EXPECT_EQ(health.status, 200) << "the first upstream's";
  EXPECT_EQ(health.curl, 0) << testing::PrintToString(health);
}

TEST_F(Descriptors, TellOperatorsWhichUpstreamIsWhich) {
  flock.birds({"parrot"});
  flock.gateway(agents_and_birds());
  ASSERT_TRUE(flock.await("/readyz", 200));
  ASSERT_EQ(flock.get("/parrot/hello").status, 200);
  const auto told = nlohmann::json::parse(flock.ask_operators("/upstreams").body);
  ASSERT_EQ(told["upstreams"].size(), 2u);
  const auto& agents = told["upstreams"][0];
  EXPECT_EQ(agents["name"], "agents");
  EXPECT_EQ(agents["known"], true);
  EXPECT_EQ(agents["endpoints"][0]["address"], agents_address());
  const auto& birds = told["upstreams"][1];
  EXPECT_EQ(birds["name"], "birds");
  EXPECT_EQ(birds["descriptors"], "reflection");
  EXPECT_EQ(birds["methods"], 1);
  EXPECT_EQ(birds["paths"], 1);
  EXPECT_EQ(birds["endpoints"][0]["up"], true);
  EXPECT_THAT(
      flock.ask_operators("/metrics").body,
      AllOf(HasSubstr(R"(trunkline_upstream_calls_begun_total{upstream="birds",endpoint=")" +
                      flock.birds_address() + "\"}"),
            HasSubstr(R"(trunkline_upstream_queue_length{upstream="agents"})")));
}

}  // namespace
}  // namespace trunkline::e2e
