#include "gateway/offer.hpp"

#include <google/protobuf/descriptor.pb.h>

#include "tests/gateway/compose/described.hpp"

namespace trunkline {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

/// Lines that nobody calls on: what counts is which they are.
class Lines final : public exchange::Upstream {
 public:
  grpc::Result<exchange::CallId> begin(exchange::Call, exchange::CallObserver&) override {
    return exchange::CallId{1};
  }
  void send(exchange::CallId, http::SharedBody, bool) override {}
  void consume(exchange::CallId, std::size_t) override {}
  void cancel(exchange::CallId) override {}
  std::string_view endpoint(exchange::CallId) override { return {}; }
};

class OfferTest : public testing::Test {
 protected:
  using Made = std::shared_ptr<const Offer>;

  /// Of the upstreams a, b, … with these sets; an empty one is not known.
  Made make(const std::vector<std::string>& sets, const Made& before = nullptr) {
    std::vector<Source> sources;
    for (const std::string& set : sets) {
      const std::string name(1, static_cast<char>('a' + sources.size()));
      sources.push_back({name, true, set.empty() ? nullptr : schema_of(set), {}, {}});
    }
    auto made = Offer::make({}, std::move(sources), before.get());
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : nullptr;
  }

  /// The name of the upstream that has the route, or "nobody".
  std::string route(const Made& offer, const std::string& path, const std::string& verb = "GET") {
    const auto catalog = offer->catalog(meters, lines());
    const auto match = catalog->table->find(verb, path);
    if (match.outcome != route::Match::Outcome::kFound) return "nobody";
    return owner(
        *std::get<exchange::BackendMethod>(catalog->targets[match.target].target).upstream);
  }

  std::string method(const Made& offer, const std::string& path) {
    const auto catalog = offer->catalog(meters, lines());
    const auto found = catalog->methods.find(path);
    return found == catalog->methods.end() ? "nobody" : owner(*found->second.method.upstream);
  }

  std::vector<exchange::Upstream*> lines() { return {&a, &b}; }

  std::string owner(exchange::Upstream& upstream) const { return &upstream == &a ? "a" : "b"; }

  static std::vector<std::string> texts(const Made& offer) {
    std::vector<std::string> all;
    for (const auto& complaint : offer->complaints()) all.push_back(complaint.text);
    return all;
  }

  Lines a;
  Lines b;
  observe::Meters meters;
};

TEST_F(OfferTest, LeadsEachMethodToItsOwnUpstream) {
  const auto offer =
      make({described("x", {{"M", "get: '/x'"}}), described("y", {{"M", "get: '/y'"}})});
  EXPECT_EQ(route(offer, "/x"), "a");
  EXPECT_EQ(route(offer, "/y"), "b");
  EXPECT_EQ(method(offer, "/x.S/M"), "a");
  EXPECT_EQ(method(offer, "/y.S/M"), "b");
  EXPECT_THAT(offer->complaints(), IsEmpty());
}

TEST_F(OfferTest, IsCompleteWhenEveryUpstreamIsKnown) {
  EXPECT_FALSE(make({described("x", {{"M", ""}}), ""})->complete());
  EXPECT_TRUE(make({described("x", {{"M", ""}}), described("y", {{"M", ""}})})->complete());
  EXPECT_TRUE(make({})->complete());
}

TEST_F(OfferTest, TellsTheCatalogWhichUpstreamsAreKnown) {
  const auto catalog = make({"", described("y", {{"M", ""}})})->catalog(meters, lines());
  ASSERT_EQ(catalog->upstreams.size(), 2u);
  EXPECT_EQ(catalog->upstreams[0].name, "a");
  EXPECT_EQ(catalog->upstreams[0].lines, &a);
  EXPECT_FALSE(catalog->upstreams[0].known);
  EXPECT_TRUE(catalog->upstreams[1].known);
  EXPECT_FALSE(catalog->complete);
}

TEST_F(OfferTest, ComplainsInPrintableTextWhateverABackendSays) {
  const std::string what = "b\xff\n2026 error \x1b[31m" + std::string(5'000, 'x');
  const auto offer = Offer::make({}, {Source{"a", true, nullptr, {}, {what}}}).value();
  ASSERT_EQ(offer->complaints().size(), 1u);
  const std::string& text = offer->complaints()[0].text;
  EXPECT_THAT(text, testing::StartsWith("Upstream a. b\xEF\xBF\xBD 2026 error  [31mxxx"));
  EXPECT_LT(text.size(), 1'100u);
}

TEST_F(OfferTest, ComplainsNoMoreThanSomebodyReads) {
  const std::vector<std::string> complaints(5'000, "no");
  const auto offer = Offer::make({}, {Source{"a", true, nullptr, {}, complaints}}).value();
  ASSERT_EQ(offer->complaints().size(), 1'001u);
  EXPECT_THAT(offer->complaints().back().text, HasSubstr("more complaints"));
}

TEST_F(OfferTest, RefusesAPageInTheWayOfOurOwnPathsNamingBoth) {
  for (const char* path : {"/docs", "/openapi.json", "/healthz"}) {
    const auto made = Offer::make({{path, "text/plain", ""}}, {}, nullptr, true);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message,
                AllOf(HasSubstr("pages: "), HasSubstr(path), HasSubstr("the gateway's own")));
  }
}

TEST_F(OfferTest, CountsAsManyPathsOfEachUpstreamAsItsShareIsAndSaysSo) {
  std::vector<DescribedMethod> many;
  for (int i = 0; i < 600; ++i) many.push_back({"M" + std::to_string(i), ""});
  const auto offer = make({described("x", many), described("y", {{"M", "get: '/y'"}})});
  const auto catalog = offer->catalog(meters, lines());
  EXPECT_EQ(catalog->methods.at("/x.S/M599").meters->name(), "others");
  EXPECT_EQ(catalog->methods.at("/y.S/M").meters->name(), "/y.S/M");
  EXPECT_THAT(texts(offer), ElementsAre(AllOf(HasSubstr("Upstream a"), HasSubstr("600"))));
}

TEST_F(OfferTest, LeavesAServiceToTheFirstThatOffersItNamingBoth) {
  const auto offer = make(
      {described("x", {{"M", "get: '/one'"}}), described("x", {{"M", "get: '/two'"}, {"N", ""}})});
  EXPECT_EQ(method(offer, "/x.S/M"), "a");
  EXPECT_EQ(method(offer, "/x.S/N"), "nobody");
  EXPECT_EQ(route(offer, "/two"), "nobody");
  ASSERT_EQ(offer->complaints().size(), 1u);
  EXPECT_TRUE(offer->complaints()[0].conflict);
  EXPECT_THAT(offer->complaints()[0].text,
              AllOf(HasSubstr("x.S"), HasSubstr("Upstream b"), HasSubstr("upstream a")));
}

TEST_F(OfferTest, LeavesAPathToTheFirstThatOffersItNamingBoth) {
  const auto offer = make({described("x", {{"M", "get: '/v1/{id}'"}}),
                           described("y", {{"M", "get: '/v1/*'"}, {"N", "get: '/v2'"}})});
  EXPECT_EQ(route(offer, "/v1/7"), "a");
  EXPECT_EQ(route(offer, "/v2"), "b");
  EXPECT_EQ(method(offer, "/y.S/M"), "b") << "its path is gone, and gRPC stays";
  ASSERT_EQ(offer->complaints().size(), 1u);
  EXPECT_TRUE(offer->complaints()[0].conflict);
  EXPECT_THAT(offer->complaints()[0].text,
              AllOf(HasSubstr("y.S.M of upstream b"), HasSubstr("x.S.M of upstream a")));
}

TEST_F(OfferTest, TakesNothingFromWhoHadItBefore) {
  const std::string old_a = described("x", {{"M", "get: '/x'"}});
  const std::string old_b = described("y", {{"M", "get: '/y'"}});
  const auto before = make({old_a, old_b});
  // a comes back with b's service and, in its own, with b's path.
  google::protobuf::FileDescriptorSet new_a;
  new_a.ParseFromString(described("x", {{"M", "get: '/y'"}, {"N", "get: '/n'"}}));
  new_a.MergeFromString(old_b);
  const auto after = make({new_a.SerializeAsString(), old_b}, before);
  EXPECT_EQ(method(after, "/y.S/M"), "b");
  EXPECT_EQ(route(after, "/y"), "b");
  EXPECT_EQ(route(after, "/n"), "a");
  EXPECT_EQ(route(after, "/x"), "nobody");
  EXPECT_EQ(after->complaints().size(), 2u);
}

TEST_F(OfferTest, GivesToTheOtherWhatOneNoLongerOffers) {
  const std::string both = described("x", {{"M", "get: '/x'"}});
  const auto before = make({both, both});
  EXPECT_EQ(route(before, "/x"), "a");
  const auto after = make({described("z", {{"M", ""}}), both}, before);
  EXPECT_EQ(route(after, "/x"), "b");
  EXPECT_THAT(after->complaints(), IsEmpty());
}

TEST_F(OfferTest, LeavesOutAPathThatIsNoneAndKeepsTheRest) {
  const auto offer = make({described("x", {{"Bad", "get: 'x'"}, {"Good", "get: '/good'"}})});
  EXPECT_EQ(route(offer, "/good"), "a");
  EXPECT_EQ(method(offer, "/x.S/Bad"), "a");
  ASSERT_EQ(offer->complaints().size(), 1u);
  EXPECT_FALSE(offer->complaints()[0].conflict);
  EXPECT_THAT(offer->complaints()[0].text, AllOf(HasSubstr("Upstream a"), HasSubstr("x.S.Bad")));
}

TEST_F(OfferTest, PassesOnWhatTheDescriptorsAreBlamedFor) {
  const auto offer = make({described("x", {{"Bad", "get: '/{gone}'"}, {"Good", "get: '/good'"}})});
  EXPECT_EQ(route(offer, "/good"), "a");
  EXPECT_THAT(texts(offer), ElementsAre(AllOf(HasSubstr("Upstream a"), HasSubstr("\"gone\""))));
}

TEST_F(OfferTest, KeepsReadsApartThatAreToBe) {
  const auto offer = make({described("x", {{"M", "get: '/m'"}, {"N", "get: '/n'"}})});
  const auto method = std::find_if(offer->sources()[0].schema->methods().begin(),
                                   offer->sources()[0].schema->methods().end(),
                                   [](const auto& one) { return one.path.ends_with("/M"); });
  const auto shared = [&](const std::string& path, const std::vector<std::string>& apart) {
    const auto catalog = offer->catalog(meters, lines(), apart);
    const auto match = catalog->table->find("GET", path);
    return std::get<exchange::BackendMethod>(catalog->targets[match.target].target).shared;
  };
  EXPECT_TRUE(shared("/m", {}));
  EXPECT_FALSE(shared("/m", {"/m"}));
  EXPECT_FALSE(shared("/m", {method->path}));
  EXPECT_TRUE(shared("/n", {"/m", method->path}));
  EXPECT_TRUE(offer->knows("/m"));
  EXPECT_TRUE(offer->knows(method->path));
  EXPECT_FALSE(offer->knows("/o"));
}

TEST_F(OfferTest, KeepsItsOwnPagesFromEverybody) {
  std::vector<Source> sources;
  sources.push_back({"a",
                     true,
                     schema_of(described("x", {{"M", "get: '/mine'"}, {"N", "get: '/readyz'"}})),
                     {},
                     {}});
  const auto offer = Offer::make({{"/mine", "text/plain", "here"}}, std::move(sources)).value();
  const auto catalog = offer->catalog(meters, lines());
  const auto match = catalog->table->find("GET", "/mine");
  EXPECT_TRUE(std::holds_alternative<exchange::FixedAnswer>(catalog->targets[match.target].target));
  EXPECT_THAT(texts(offer), ElementsAre(HasSubstr("the page /mine"), HasSubstr("readiness")));
}

TEST_F(OfferTest, RefusesPagesThatAreInConflict) {
  const auto made = Offer::make({{"/a", "", ""}, {"/a", "", ""}}, {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("/a"));
}

TEST_F(OfferTest, CountsWhatLeadsToEachUpstream) {
  const auto offer = make({described("x", {{"M", "get: '/x'"}, {"N", ""}}), ""});
  EXPECT_EQ(offer->methods_of(0), 2u);
  EXPECT_EQ(offer->routes_of(0), 1u);
  EXPECT_EQ(offer->methods_of(1), 0u);
}

}  // namespace
}  // namespace trunkline
