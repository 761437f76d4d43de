// Clients that watch a collection, and the one watch that they share.

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/exchange/watch/watch_state.hpp"
#include "tests/gateway/exchange/scene.hpp"
#include "tests/gateway/exchange/watch/collection.hpp"

namespace trunkline::exchange {
namespace {

using namespace std::chrono_literals;

constexpr char kPath[] = "/v1/list:watch";
constexpr char kEventsType[] = "text/event-stream";

struct Audience : Scene {
  struct Seat {
    Client client;
    std::unique_ptr<Exchange> exchange;
    std::size_t taken = 0;

    /// What has come since the last look; the client takes it.
    std::string news() {
      const std::string text = client.streamed.substr(taken);
      taken = client.streamed.size();
      if (exchange) exchange->on_client_took(text.size());
      return text;
    }
  };

  Audience() {
    auto catalog = boost::make_local_shared<Catalog>();
    catalog->table = std::make_shared<const route::Table>(
        route::Table::build({{"GET", kPath, 0, "Watch"}, {"POST", kPath, 0, "Watch"}}).value());
    BackendMethod method{"/t.List/Watch", listing, &backend, false, true, true};
    method.watch = kFields;
    catalog->targets.push_back({method, &client.recorder.meters().route(kPath)});
    catalog->upstreams.push_back({"list", &backend, true});
    catalog->complete = true;
    desk.catalog = catalog;
  }

  std::unique_ptr<Seat> sit(const std::string& query = "", http::Headers fields = {},
                            const char* type = kEventsType, const char* method = "GET") {
    auto seat = std::make_unique<Seat>();
    fields.add("accept", type);
    seat->exchange =
        ask(seat->client, method, kPath + (query.empty() ? "" : "?" + query), true, fields);
    return seat;
  }

  void tell(const std::string& message) { backend.observer().on_data(framed(message)); }
  void lose() {
    backend.end().on_failed({grpc::Code::kUnavailable, "broken", grpc::Source::kUpstream});
  }
  /// Lets the time come for which the watches wait.
  void ring() { watches.wake(alarm.at); }
  std::size_t calls() const { return static_cast<std::size_t>(backend.last); }
  /// The resume field of the last call.
  std::string resumed() const {
    return take_resume(std::string_view(backend.body).substr(grpc::kPrefixBytes), 2)->resume;
  }
  static std::string said(const Seat& seat) {
    return seat.client.answers.empty() ? "" : seat.client.answers.begin()->second.body;
  }
  static int status(const Seat& seat) {
    return seat.client.answers.empty() ? 0 : seat.client.answers.begin()->second.head.status;
  }

  std::shared_ptr<Listing> listing = std::make_shared<Listing>();
};

TEST(Watcher, GetsASnapshotAndThenChanges) {
  Audience audience;
  const auto ann = audience.sit();
  EXPECT_FALSE(ann->client.started) << "before the backend has said anything";
  audience.tell(snapshot("v1", {{"a", "1"}}));
  EXPECT_EQ(ann->client.started->status, 200);
  EXPECT_EQ(
      ann->news(),
      "retry: 2000\n\nid: v1\ndata: {\"v\":\"v1\",\"snapshot\":true,\"items\":[\"a=1\"]}\n\n");
  audience.tell(change("v2", {{"b", "2"}}));
  EXPECT_EQ(ann->news(), "id: v2\ndata: {\"v\":\"v2\",\"items\":[\"b=2\"]}\n\n");
  audience.tell(change("v2", {}));
  EXPECT_EQ(ann->news(), "") << "a heartbeat of the backend";
}

TEST(Watcher, SharesOneCallAndOneEventWithAllWhoWatchTheSame) {
  Audience audience;
  std::vector<std::unique_ptr<Audience::Seat>> seats;
  for (int i = 0; i < 50; ++i) seats.push_back(audience.sit("q"));
  audience.tell(snapshot("v1", {{"a", "1"}}));
  for (auto& seat : seats) seat->news();
  audience.listing->answers = 0;
  audience.tell(change("v2", {{"b", "2"}}));
  EXPECT_EQ(audience.listing->answers, 1);
  for (auto& seat : seats)
    EXPECT_EQ(seat->news(), "id: v2\ndata: {\"v\":\"v2\",\"items\":[\"b=2\"]}\n\n");
  EXPECT_EQ(audience.calls(), 1u);
  const auto other = audience.sit("p");
  EXPECT_EQ(audience.calls(), 2u) << "another question";
  const auto another = audience.sit("q", {{"authorization", "Bearer x"}});
  EXPECT_EQ(audience.calls(), 3u) << "on somebody else's behalf";
}

TEST(Watcher, SharesItAcrossForms) {
  Audience audience;
  const auto events = audience.sit();
  const auto lines = audience.sit("", {}, "application/x-ndjson");
  const auto array = audience.sit("", {}, "application/json");
  audience.tell(snapshot("1", {}));
  audience.tell(snapshot("1", {}));
  EXPECT_EQ(lines->news(), "{\"v\":\"1\",\"snapshot\":true}\n");
  EXPECT_EQ(array->news(), "[{\"v\":\"1\",\"snapshot\":true}");
  audience.tell(change("2", {{"a", "1"}}));
  EXPECT_EQ(lines->news(), "{\"v\":\"2\",\"items\":[\"a=1\"]}\n");
  EXPECT_EQ(array->news(), ",\n{\"v\":\"2\",\"items\":[\"a=1\"]}");
  EXPECT_EQ(audience.calls(), 1u);
  EXPECT_EQ(audience.listing->answers, 2);
}

TEST(Watcher, WhoComesLateGetsASnapshotAtOnce) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {{"a", "1"}}));
  audience.tell(change("2", {{"b", "2"}}));
  audience.listing->answers = 0;
  const auto bob = audience.sit();
  const auto cid = audience.sit();
  EXPECT_EQ(bob->news(),
            "retry: 2000\n\nid: 2\ndata: "
            "{\"v\":\"2\",\"snapshot\":true,\"items\":[\"a=1\",\"b=2\"]}\n\n");
  EXPECT_EQ(bob->client.streamed, cid->client.streamed);
  EXPECT_EQ(audience.listing->answers, 1);
  EXPECT_EQ(audience.calls(), 1u);
}

TEST(Watcher, WhoHasTheVersionGetsNoSnapshot) {
  Audience audience;
  const auto ann = audience.sit("resume=2");
  EXPECT_EQ(audience.resumed(), "") << "others will want a snapshot";
  audience.tell(snapshot("2", {{"a", "1"}}));
  EXPECT_EQ(ann->news(), "retry: 2000\n\nid: 2\ndata: {\"v\":\"2\"}\n\n");
  const auto bob = audience.sit("resume=1", {{"last-event-id", "2"}});
  EXPECT_EQ(bob->news(), "retry: 2000\n\nid: 2\ndata: {\"v\":\"2\"}\n\n");
  const auto cid = audience.sit("", {{"last-event-id", "unknown"}});
  EXPECT_NE(cid->news().find("\"snapshot\":true"), std::string::npos);
  EXPECT_EQ(audience.calls(), 1u);
}

TEST(Watcher, WhoIsSlowSkipsToTheNewestState) {
  Audience audience;
  const auto slow = audience.sit();
  audience.tell(snapshot("0", {{"a", "0"}, {"b", "0"}}));
  const std::size_t first = slow->client.streamed.size();
  for (int i = 1; i <= 1000; ++i) {
    const std::string number = std::to_string(i);
    audience.tell(change(number, {{"a", number}}));
  }
  EXPECT_EQ(slow->client.streamed.size(), first) << "it has not taken the first";
  slow->taken = first;
  slow->exchange->on_client_took(first);
  EXPECT_EQ(slow->news(), "id: 1000\ndata: {\"v\":\"1000\",\"items\":[\"a=1000\"]}\n\n");
  EXPECT_EQ(slow->news(), "");
}

TEST(Watcher, KeepsItsStreamWhileTheBackendIsAwayAndGetsTheDifference) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {{"a", "a long value"}, {"b", "2"}}));
  ann->news();
  audience.lose();
  audience.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  audience.ring();
  audience.ring();
  EXPECT_EQ(audience.calls(), 1u);
  const auto late = audience.sit();
  EXPECT_NE(late->news().find("\"snapshot\":true"), std::string::npos) << "of what is known";
  audience.backend.refusal.reset();
  audience.ring();
  EXPECT_EQ(audience.calls(), 2u);
  EXPECT_EQ(audience.resumed(), "1");
  EXPECT_EQ(ann->news(), "");
  audience.tell(snapshot("9", {{"a", "a long value"}, {"c", "3"}}));
  EXPECT_EQ(ann->news(), "id: 9\ndata: {\"v\":\"9\",\"items\":[\"c=3\"],\"removed\":[\"b\"]}\n\n");
}

TEST(Watcher, HearsNothingOfABackendThatComesBackWithTheSame) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {{"a", "1"}}));
  ann->news();
  audience.backend.end().on_done(kDone);  // goes down, politely
  audience.ring();
  audience.tell(change("1", {}));
  EXPECT_EQ(ann->news(), "");
  audience.tell(change("2", {{"b", "2"}}));
  EXPECT_EQ(ann->news(), "id: 2\ndata: {\"v\":\"2\",\"items\":[\"b=2\"]}\n\n");
}

TEST(Watcher, IsToldWhenTheBackendStaysAway) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {{"a", "1"}}));
  ann->news();
  audience.lose();
  audience.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  int rings = 0;
  for (; !ann->client.trailers && rings < 100; ++rings) audience.ring();
  ASSERT_TRUE(ann->client.trailers);
  EXPECT_GT(rings, 10) << "it tries again and again, and not without pause";
  EXPECT_NE(ann->client.streamed.find("event: error\ndata: {\"error\":{\"code\":503"),
            std::string::npos);
  EXPECT_EQ(audience.watches.watches(), 0u);
  EXPECT_EQ(audience.watches.watchers(), 0u);
}

TEST(Watcher, BeatsWhileNothingIsSaid) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {}));
  ann->news();
  audience.lose();
  const auto now = Clock::now();
  ann->exchange->on_tick(now);
  ann->exchange->on_tick(now + 16s);
  EXPECT_EQ(ann->news(), ": heartbeat\n\n");
}

TEST(Watcher, GetsAnErrorAsAnAnswerIfNothingWasSaidBefore) {
  Audience audience;
  const auto ann = audience.sit();
  audience.backend.end().on_done({{"grpc-status", "9"}, {"grpc-message", "not now"}});
  EXPECT_EQ(Audience::status(*ann), 400);
  EXPECT_NE(Audience::said(*ann).find("not now"), std::string::npos);
  const auto bob = audience.sit();
  audience.lose();
  EXPECT_EQ(Audience::status(*bob), 503);
  audience.backend.refusal = grpc::Error{grpc::Code::kUnavailable, "away"};
  EXPECT_EQ(Audience::status(*audience.sit()), 503);
  EXPECT_EQ(audience.watches.watches(), 0u);
}

TEST(Watcher, IsEndedByAFinalErrorAtOnce) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {}));
  ann->news();
  audience.backend.end().on_done({{"grpc-status", "7"}, {"grpc-message", "no more"}});
  EXPECT_TRUE(ann->client.trailers);
  EXPECT_NE(ann->news().find("event: error\ndata: {\"error\":{\"code\":403"), std::string::npos);
}

TEST(Watcher, IsEndedByMessagesThatMakeNoSense) {
  for (const std::string& wrong : {std::string("\x0a\x7f"), change("2", {{"a", "bad"}})}) {
    Audience audience;
    const auto ann = audience.sit();
    audience.tell(snapshot("1", {}));
    ann->news();
    audience.tell(wrong);
    EXPECT_TRUE(ann->client.trailers);
    EXPECT_NE(ann->news().find("\"code\":500"), std::string::npos);
  }
}

TEST(Watcher, WaitsNoLongerThanItsTimeForTheFirstAnswerAndThenForEver) {
  Audience audience;
  const auto ann = audience.sit();
  ann->exchange->on_tick(Clock::now() + 16s);
  EXPECT_EQ(Audience::status(*ann), 504);
  const auto bob = audience.sit();
  audience.tell(snapshot("1", {}));
  bob->exchange->on_tick(Clock::now() + 24h);
  EXPECT_FALSE(bob->client.trailers);
}

TEST(Watcher, TheLastOutEndsTheCallAfterAWhile) {
  Audience audience;
  auto ann = audience.sit();
  audience.tell(snapshot("1", {}));
  ann->exchange.reset();
  EXPECT_EQ(audience.backend.cancelled, 0);
  auto bob = audience.sit();
  EXPECT_EQ(audience.alarm.at, Clock::time_point::max());
  bob->exchange.reset();
  audience.ring();
  EXPECT_EQ(audience.backend.cancelled, 1);
  EXPECT_EQ(audience.watches.watches(), 0u);
  EXPECT_EQ(audience.calls(), 1u);
}

TEST(Watcher, WhoLeavesBeforeTheFirstAnswerEndsTheCall) {
  Audience audience;
  auto ann = audience.sit();
  ann->exchange.reset();
  EXPECT_EQ(audience.backend.cancelled, 1);
  EXPECT_EQ(audience.watches.watches(), 0u);
}

TEST(Watcher, IsOneOfSoManyAndNoMore) {
  Audience audience;
  audience.watching.most_watchers = 2;
  const auto ann = audience.sit();
  const auto bob = audience.sit();
  EXPECT_EQ(Audience::status(*audience.sit()), 503);
  audience.watching.most_watchers = 10;
  audience.watching.most_watches = 1;
  EXPECT_EQ(Audience::status(*audience.sit("other")), 503);
  EXPECT_EQ(Audience::status(*audience.sit()), 0);
}

TEST(Watcher, OfTheHeadAloneGetsNoMore) {
  Audience audience;
  const auto ann = audience.sit("", {}, kEventsType, "HEAD");
  if (ann->client.answers.empty()) {
    audience.tell(snapshot("1", {}));
    EXPECT_EQ(ann->client.started->status, 200);
    EXPECT_EQ(ann->client.streamed, "");
    EXPECT_TRUE(ann->client.trailers);
  }
}

TEST(Watcher, IsSentAwayInPeaceWhenTheGatewayGoesDown) {
  Audience audience;
  const auto ann = audience.sit();
  audience.tell(snapshot("1", {}));
  ann->news();
  audience.watches.drain();
  EXPECT_TRUE(ann->client.trailers);
  EXPECT_EQ(ann->news(), "");
}

TEST(Watcher, ReadsTheBackendsMessagesHoweverTheyAreCut) {
  Audience audience;
  const auto ann = audience.sit();
  const std::string all =
      Scene::framed(snapshot("1", {{"a", "1"}})) + Scene::framed(change("2", {{"b", "2"}}, {"a"}));
  for (const char byte : all) audience.backend.observer().on_data({&byte, 1});
  EXPECT_EQ(audience.backend.consumed, all.size());
  std::string seen;
  for (std::string some = ann->news(); !some.empty(); some = ann->news()) seen += some;
  EXPECT_NE(seen.find("id: 2\ndata: {\"v\":\"2\",\"items\":[\"b=2\"],\"removed\":[\"a\"]}"),
            std::string::npos)
      << seen;
}

}  // namespace
}  // namespace trunkline::exchange
