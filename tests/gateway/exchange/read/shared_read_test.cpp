// Several clients that ask the same.

#include "gateway/exchange/read/shared_read.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/exchange/scene.hpp"

namespace trunkline::exchange {
namespace {

using namespace std::chrono_literals;

constexpr char kSeven[] = "/v1/things/7";

struct Crowd : Scene {
  std::unique_ptr<Exchange> get(Client& whose, std::string target = kSeven,
                                http::Headers fields = {}) {
    return ask(whose, "GET", std::move(target), true, std::move(fields));
  }
  std::size_t calls() const { return static_cast<std::size_t>(backend.last); }
  /// The backend's answer to the call that was made first of those under way.
  void land(std::string_view message) {
    CallObserver& observer = *backend.observers.begin()->second;
    observer.on_data(framed(message));
    backend.observers.erase(backend.observers.begin());
    observer.on_done(kDone);
    depart();
  }
  static std::string said_to(const Client& client) {
    return client.answers.empty() ? "nothing" : client.answers.begin()->second.body;
  }

  Client ann, bob, cid;
};

TEST(SharedRead, OneCallAnswersAllWhoAskedBeforeItWasSent) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.ann), "\"seven\"");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"seven\"");
  EXPECT_EQ(crowd.client.recorder.meters().reads().flights.value(), 1u);
  EXPECT_EQ(crowd.client.recorder.meters().reads().joined.value(), 1u);
}

TEST(SharedRead, NobodyGetsAnAnswerToAQuestionThatWasAskedBeforeHis) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  crowd.depart();
  const auto bob = crowd.get(crowd.bob);  // while the first is in the air
  crowd.land("old");
  EXPECT_EQ(Crowd::said_to(crowd.ann), "\"old\"");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "nothing");
  EXPECT_EQ(crowd.calls(), 2u);
  crowd.land("new");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"new\"");
}

TEST(SharedRead, WhoeverAsksMeanwhileGathersInOneNextCall) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  crowd.depart();
  const auto bob = crowd.get(crowd.bob);
  const auto cid = crowd.get(crowd.cid);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
  crowd.land("old");
  EXPECT_EQ(crowd.calls(), 2u);
  crowd.land("new");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"new\"");
  EXPECT_EQ(Crowd::said_to(crowd.cid), "\"new\"");
}

TEST(SharedRead, IsOfThoseWhoAskTheSame) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann, "/v1/things/7");
  const auto bob = crowd.get(crowd.bob, "/v1/things/8");
  const auto cid = crowd.get(crowd.cid, "/v1/things/7?x=y");
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 3u);
}

TEST(SharedRead, OnlyTheMessageCountsAndNotHowItIsSpelled) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann, "/v1/things/7");
  const auto bob = crowd.get(crowd.bob, "/v1/things/%37");
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
}

TEST(SharedRead, CredentialsKeepClientsApart) {
  Crowd crowd;
  crowd.forwarding = policy::Forwarding(policy::ForwardingSettings{});
  const auto ann = crowd.get(crowd.ann, kSeven, {{"authorization", "Bearer ann"}});
  const auto bob = crowd.get(crowd.bob, kSeven, {{"authorization", "Bearer bob"}});
  const auto cid = crowd.get(crowd.cid);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 3u);
}

TEST(SharedRead, TheSameCredentialsDoNot) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann, kSeven, {{"authorization", "Bearer ann"}});
  const auto bob = crowd.get(crowd.bob, kSeven, {{"authorization", "Bearer ann"}});
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
  EXPECT_EQ(crowd.backend.metadata.find("authorization"), "Bearer ann");
}

TEST(SharedRead, ACertificateKeepsItsClientApart) {
  Crowd crowd;
  crowd.bob.who.identity = "CN=bob";
  const auto ann = crowd.get(crowd.ann);
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 2u);
}

TEST(SharedRead, WhoAsksButNotWhatIsLeftOut) {
  Crowd crowd;
  crowd.bob.who.address = "192.0.2.8";
  const auto ann = crowd.get(crowd.ann, kSeven, {{"user-agent", "a"}, {"x-request-id", "1"}});
  const auto bob = crowd.get(crowd.bob, kSeven, {{"user-agent", "b"}, {"x-request-id", "2"}});
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
  EXPECT_FALSE(crowd.backend.metadata.contains("user-agent"));
  EXPECT_FALSE(crowd.backend.metadata.contains("x-forwarded-for"));
  EXPECT_EQ(crowd.backend.metadata.find("x-request-id"), "1") << "of who asked first";
}

TEST(SharedRead, WhoLeavesDoesNotEndIt) {
  Crowd crowd;
  auto ann = crowd.get(crowd.ann);
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  ann.reset();
  EXPECT_EQ(crowd.backend.cancelled, 0);
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"seven\"");
  EXPECT_EQ(Crowd::said_to(crowd.ann), "nothing");
}

TEST(SharedRead, TheLastOneOutCancelsItAndTheNextOneGoes) {
  Crowd crowd;
  auto ann = crowd.get(crowd.ann);
  auto bob = crowd.get(crowd.bob);
  crowd.depart();
  const auto cid = crowd.get(crowd.cid);
  ann.reset();
  bob.reset();
  EXPECT_EQ(crowd.backend.cancelled, 1);
  EXPECT_EQ(crowd.calls(), 1u) << "not while a client is leaving";
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 2u);
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.cid), "\"seven\"");
}

TEST(SharedRead, IsNotMadeIfAllHaveLeftBefore) {
  Crowd crowd;
  crowd.get(crowd.ann).reset();
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 0u);
}

TEST(SharedRead, AnErrorGoesToThoseWhoWaitForItAndToNobodyElse) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  const auto cid = crowd.get(crowd.cid);
  CallObserver& first = crowd.backend.end();
  first.on_failed({grpc::Code::kUnavailable, "away"});
  EXPECT_EQ(crowd.ann.answers.begin()->second.head.status, 503);
  EXPECT_EQ(crowd.bob.answers.begin()->second.head.status, 503);
  EXPECT_EQ(Crowd::said_to(crowd.cid), "nothing");
  crowd.depart();
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.cid), "\"seven\"");
}

TEST(SharedRead, ItsDeadlineIsTheLatestOfAll) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  const auto before = Clock::now();
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  EXPECT_GE(crowd.backend.deadline, before + crowd.settings.timeout);
}

TEST(SharedRead, WhoseTimeIsUpLeavesItToTheOthers) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  crowd.settings.timeout *= 2;
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  const auto later = Clock::now() + crowd.settings.timeout / 2;
  ann->on_tick(later);
  bob->on_tick(later);
  EXPECT_EQ(crowd.ann.answers.begin()->second.head.status, 504);
  EXPECT_EQ(crowd.backend.cancelled, 0);
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"seven\"");
}

TEST(SharedRead, EachGetsTheFormThatItTakes) {
  Crowd crowd;
  crowd.compression.least_bytes = 1;
  const auto ann = crowd.get(crowd.ann, kSeven, {{"accept-encoding", "gzip"}});
  const auto bob = crowd.get(crowd.bob, kSeven, {{"accept-encoding", "br"}});
  const auto cid = crowd.get(crowd.cid);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 1u);
  crowd.land("seven");
  const auto coding = [](const Client& client) {
    return client.answers.begin()->second.head.headers.find("content-encoding").value_or("none");
  };
  EXPECT_EQ(coding(crowd.ann), "gzip");
  EXPECT_EQ(coding(crowd.bob), "br");
  EXPECT_EQ(coding(crowd.cid), "none");
}

TEST(SharedRead, HoldsThePlacesOfAllForWhomItIsMade) {
  Crowd crowd;
  auto ann = crowd.get(crowd.ann);
  auto bob = crowd.get(crowd.bob);
  EXPECT_EQ(crowd.ann.running.local_use_count(), 1) << "nothing is under way yet";
  crowd.depart();
  EXPECT_EQ(crowd.ann.running.local_use_count(), 2);
  ann.reset();
  EXPECT_EQ(crowd.ann.running.local_use_count(), 2) << "the call goes on";
  crowd.land("seven");
  crowd.backend.permit.reset();
  EXPECT_EQ(crowd.ann.running.local_use_count(), 1);
  EXPECT_EQ(crowd.bob.running.local_use_count(), 1);
}

TEST(SharedRead, IsOneCallHoweverManyOfAClientsRequestsItAnswers) {
  Crowd crowd;
  const auto one = crowd.get(crowd.ann);
  Client& ann = crowd.ann;
  const auto other = crowd.ask(ann, "GET", kSeven);
  crowd.depart();
  EXPECT_EQ(ann.running.local_use_count(), 2);
}

TEST(SharedRead, IsNotOfLargeMessages) {
  Crowd crowd;
  const std::string body(5000, 'x');
  const auto ann = crowd.ask(crowd.ann, "POST", "/v1/things:search", false);
  const auto bob = crowd.ask(crowd.bob, "POST", "/v1/things:search", false);
  ann->on_body(body, true);
  bob->on_body(body, true);
  EXPECT_EQ(crowd.calls(), 2u);
}

TEST(SharedRead, IsOfThoseWhoPostTheSame) {
  Crowd crowd;
  const auto ann = crowd.ask(crowd.ann, "POST", "/v1/things:search", false);
  const auto bob = crowd.ask(crowd.bob, "POST", "/v1/things:search", false);
  const auto cid = crowd.ask(crowd.cid, "POST", "/v1/things:search", false);
  ann->on_body("a", true);
  bob->on_body("a", true);
  cid->on_body("b", true);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 2u);
}

TEST(SharedRead, IsNotSharedAcrossAChangeOfWhatIsOffered) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann);
  crowd.desk.catalog = boost::make_local_shared<Catalog>(*crowd.desk.catalog);
  const auto bob = crowd.get(crowd.bob);
  crowd.depart();
  EXPECT_EQ(crowd.calls(), 2u);
}

TEST(SharedRead, IsLeftToItselfByAWayThatSharesNothing) {
  Crowd crowd;
  const auto ann = crowd.get(crowd.ann, "/v2/things/7", {{"user-agent", "a"}});
  const auto bob = crowd.get(crowd.bob, "/v2/things/7");
  EXPECT_EQ(crowd.calls(), 2u) << "they are sent at once";
  EXPECT_TRUE(crowd.backend.metadata.contains("x-forwarded-for"));
  EXPECT_EQ(crowd.client.recorder.meters().reads().flights.value(), 0u);
}

TEST(SharedRead, IsSwitchedOff) {
  Crowd crowd;
  crowd.collapse.enabled = false;
  const auto ann = crowd.get(crowd.ann);
  const auto bob = crowd.get(crowd.bob);
  EXPECT_EQ(crowd.calls(), 2u);
  crowd.land("1");
  crowd.land("2");
  EXPECT_EQ(Crowd::said_to(crowd.ann), "\"1\"");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "\"2\"");
}

TEST(SharedRead, AWriteIsNeverShared) {
  Crowd crowd;
  const auto ann = crowd.ask(crowd.ann, "DELETE", kSeven);
  const auto bob = crowd.ask(crowd.bob, "DELETE", kSeven);
  EXPECT_EQ(crowd.calls(), 2u);
}

TEST(SharedRead, IsLeftByClientsThatGoWhileOthersAreAnswered) {
  Crowd crowd;
  auto ann = crowd.get(crowd.ann);
  auto bob = crowd.get(crowd.bob);
  crowd.depart();
  crowd.ann.on_answer = [&] { bob.reset(); };
  crowd.land("seven");
  EXPECT_EQ(Crowd::said_to(crowd.ann), "\"seven\"");
  EXPECT_EQ(Crowd::said_to(crowd.bob), "nothing");
}

}  // namespace
}  // namespace trunkline::exchange
