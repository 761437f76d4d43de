#include "gateway/http/shared_body.hpp"

namespace trunkline::http {
namespace {

TEST(SharedBody, IsEmptyByDefault) {
  const SharedBody body;
  EXPECT_TRUE(body.empty());
  EXPECT_EQ(body.size(), 0u);
  EXPECT_EQ(body.view(), "");
}

TEST(SharedBody, IsOneBlockForAllItsHolders) {
  const std::vector<SharedBody> holders(3, SharedBody(std::string(100, 'x')));
  EXPECT_EQ(holders[2].view().data(), holders[0].view().data());
  EXPECT_EQ(holders[2].size(), 100u);
}

TEST(SharedBody, OutlivesItsFirstHolder) {
  SharedBody copy;
  {
    const SharedBody body("a body that is too long for the small string optimisation");
    copy = body;
  }
  EXPECT_EQ(copy.view(), "a body that is too long for the small string optimisation");
}

}  // namespace
}  // namespace trunkline::http
