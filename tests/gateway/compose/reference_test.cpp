#include "gateway/reference.hpp"

#include <nlohmann/json.hpp>

#include "gateway/offer.hpp"
#include "tests/gateway/compose/described.hpp"

namespace trunkline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReferenceTest : public testing::Test {
 protected:
  using Made = std::shared_ptr<const Offer>;

  static Made make(const std::vector<std::string>& sets, bool described = true) {
    std::vector<Source> sources;
    for (const std::string& set : sets) {
      const std::string name(1, static_cast<char>('a' + sources.size()));
      sources.push_back({name, true, set.empty() ? nullptr : schema_of(set), {}, {}});
    }
    return Offer::make({}, std::move(sources), nullptr, described).value();
  }

  /// The page that answers there; null if none does.
  const exchange::FixedAnswer* page(const Made& offer, const std::string& path) {
    catalog = offer->catalog(meters, std::vector<exchange::Upstream*>(offer->sources().size()));
    const auto match = catalog->table->find("GET", path);
    if (match.outcome != route::Match::Outcome::kFound) return nullptr;
    return std::get_if<exchange::FixedAnswer>(&catalog->targets[match.target].target);
  }

  std::vector<std::string> described_paths(const Made& offer) {
    const auto* found = page(offer, "/openapi.json");
    if (!found) return {"no document"};
    std::vector<std::string> paths;
    const auto document = nlohmann::json::parse(found->body.view());
    for (const auto& [path, item] : document["paths"].items()) paths.push_back(path);
    return paths;
  }

  exchange::CatalogPtr catalog;
  observe::Meters meters;
};

TEST_F(ReferenceTest, IsThereBeforeAnyBackendIs) {
  const auto offer = make({""});
  EXPECT_THAT(described_paths(offer), ElementsAre());
  for (const std::string& path : reference_paths()) EXPECT_TRUE(page(offer, path)) << path;
}

TEST_F(ReferenceTest, DescribesWhatIsOfferedAndNothingElse) {
  const auto offer = make({described("x", {{"M", "get: '/one'"}, {"N", "get: '/two'"}}),
                           described("y", {{"M", "get: '/two'"}, {"N", "get: '/three'"}})});
  EXPECT_THAT(described_paths(offer), ElementsAre("/one", "/three", "/two", "/y.S/M"));
}

TEST_F(ReferenceTest, IsNotServedUnlessItIsWanted) {
  const auto offer = make({described("x", {{"M", "get: '/docs'"}})}, false);
  EXPECT_FALSE(page(offer, "/openapi.json"));
  EXPECT_FALSE(page(offer, "/docs"));
  EXPECT_EQ(offer->routes_of(0), 1u);
}

TEST_F(ReferenceTest, MayLoadNothingButItsOwn) {
  const auto offer = make({""});
  for (const std::string& path : reference_paths()) {
    const auto& headers = page(offer, path)->headers;
    EXPECT_THAT(std::string(headers.find("content-security-policy").value_or("")),
                HasSubstr("default-src 'none'"));
    EXPECT_EQ(headers.find("x-content-type-options"), "nosniff");
  }
}

}  // namespace
}  // namespace trunkline
