#include "gateway/http/request_head.hpp"

namespace trunkline::http {
namespace {

RequestHead with_target(std::string target) {
  return {"GET", "http", "a", std::move(target), {}};
}

TEST(RequestHead, SplitsItsTargetAtTheFirstQuestionMark) {
  const RequestHead head = with_target("/a/b?c=d?e");
  EXPECT_EQ(head.path(), "/a/b");
  EXPECT_EQ(head.query(), "c=d?e");
}

TEST(RequestHead, MayHaveNoQueryOrAnEmptyOne) {
  EXPECT_EQ(with_target("/a").path(), "/a");
  EXPECT_EQ(with_target("/a").query(), "");
  EXPECT_EQ(with_target("/a?").path(), "/a");
  EXPECT_EQ(with_target("/a?").query(), "");
  EXPECT_EQ(with_target("*").path(), "*");
}

}  // namespace
}  // namespace trunkline::http
