#include "gateway/observe/identity.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace trunkline::observe {
namespace {

constexpr std::string_view kTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Identity, KeepsTheNamesThatTheClientGave) {
  IdSource ids;
  const Identity identity = ids.identify("Order_4711.retry-2", kTraceparent);
  EXPECT_EQ(identity.id(), "Order_4711.retry-2");
  EXPECT_TRUE(identity.continues);
  const auto header = identity.trace.header();
  EXPECT_EQ(std::string_view(header.data(), header.size()), kTraceparent);
}

TEST(Identity, KeepsARequestIdOfUpTo128SafeCharacters) {
  IdSource ids;
  EXPECT_EQ(ids.identify("a", "").id(), "a");
  EXPECT_EQ(ids.identify(std::string(128, 'a'), "").id(), std::string(128, 'a'));
  for (const std::string& unsafe :
       {std::string(129, 'a'), std::string(), std::string("a b"), std::string("a\r\nb"),
        std::string("a\"b"), std::string("a/b"), std::string("a\0b", 3), std::string("\xc3\xa9")}) {
    const Identity identity = ids.identify(unsafe, "");
    EXPECT_NE(identity.id(), unsafe);
    EXPECT_EQ(identity.id().size(), 32U);
    EXPECT_EQ(identity.id().find_first_not_of("0123456789abcdef"), std::string_view::npos);
  }
}

TEST(Identity, BeginsATraceOfItsOwnThatIsValidAndNotSampled) {
  IdSource ids;
  const Identity identity = ids.identify("", "00-broken");
  EXPECT_FALSE(identity.continues);
  EXPECT_FALSE(identity.trace.sampled);
  const auto header = identity.trace.header();
  EXPECT_TRUE(TraceContext::parse({header.data(), header.size()}));
}

TEST(Identity, IsNeverGivenTwice) {
  IdSource one;
  IdSource other;
  std::set<std::string> ids;
  std::set<std::string> traces;
  constexpr std::size_t kEach = 10'000;
  for (std::size_t i = 0; i < kEach; ++i) {
    for (IdSource* source : {&one, &other}) {
      const Identity identity = source->identify("", "");
      ids.emplace(identity.id());
      const auto hex = identity.trace.trace_hex();
      traces.emplace(hex.data(), hex.size());
    }
  }
  EXPECT_EQ(ids.size(), 2 * kEach);
  EXPECT_EQ(traces.size(), 2 * kEach);
}

TEST(Identity, GivesACallUpstreamASpanOfItsOwnInTheSameTrace) {
  IdSource ids;
  const TraceContext context = ids.identify("", kTraceparent).trace;
  const TraceContext first = ids.child_of(context);
  const TraceContext second = ids.child_of(context);
  EXPECT_EQ(first.trace_id, context.trace_id);
  EXPECT_TRUE(first.sampled);
  EXPECT_NE(first.span_id, context.span_id);
  EXPECT_NE(first.span_id, second.span_id);
}

}  // namespace
}  // namespace trunkline::observe
