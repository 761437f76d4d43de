#include "gateway/observe/trace_context.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace trunkline::observe {
namespace {

constexpr std::string_view kValid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string whole;
  for (const std::string_view piece : pieces) whole += piece;
  return whole;
}

std::string text(const TraceContext::Header& header) {
  return {header.data(), header.size()};
}

TEST(TraceContext, IsReadAndWrittenAsItCame) {
  const auto context = TraceContext::parse(kValid);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(text(context->header()), kValid);
  const auto hex = context->trace_hex();
  EXPECT_EQ(std::string_view(hex.data(), hex.size()), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceContext, KeepsOnlyTheFlagThatHasAMeaning) {
  std::string text_of(kValid);
  text_of.replace(53, 2, "fe");
  const auto unsampled = TraceContext::parse(text_of);
  ASSERT_TRUE(unsampled);
  EXPECT_EQ(text(unsampled->header()).substr(53), "00");
  text_of.replace(53, 2, "ff");
  const auto sampled = TraceContext::parse(text_of);
  ASSERT_TRUE(sampled);
  EXPECT_EQ(text(sampled->header()).substr(53), "01");
}

TEST(TraceContext, ReadsTheBeginningOfALaterVersion) {
  const std::string later = joined({"cc", kValid.substr(2)});
  for (const std::string& text_of :
       {later, joined({later, "-"}), joined({later, "-what the future brings"})}) {
    const auto context = TraceContext::parse(text_of);
    ASSERT_TRUE(context) << text_of;
    EXPECT_EQ(text(context->header()), kValid) << "it is sent on in the version that we speak";
  }
  EXPECT_FALSE(TraceContext::parse(joined({later, "x"})));
  EXPECT_FALSE(TraceContext::parse(joined({later, ".what"})));
}

TEST(TraceContext, RefusesWhatBreaksARule) {
  const auto with = [](std::size_t at, std::string_view piece) {
    std::string changed(kValid);
    return changed.replace(at, piece.size(), piece);
  };
  EXPECT_FALSE(TraceContext::parse(""));
  EXPECT_FALSE(TraceContext::parse(kValid.substr(0, 54)));
  EXPECT_FALSE(TraceContext::parse(joined({kValid, "-"}))) << "version 00 ends there";
  EXPECT_FALSE(TraceContext::parse(joined({kValid, "-00"})));
  EXPECT_FALSE(TraceContext::parse(with(0, "ff"))) << "the version that is none";
  EXPECT_FALSE(TraceContext::parse(with(0, "0x")));
  EXPECT_FALSE(TraceContext::parse(with(3, std::string(32, '0')))) << "the trace that is none";
  EXPECT_FALSE(TraceContext::parse(with(36, std::string(16, '0')))) << "the span that is none";
  EXPECT_FALSE(TraceContext::parse(with(3, "4BF9"))) << "upper case";
  EXPECT_FALSE(TraceContext::parse(with(40, "g")));
  EXPECT_FALSE(TraceContext::parse(with(53, "0G")));
  EXPECT_FALSE(TraceContext::parse(with(53, ".1")));
  for (const std::size_t dash : {2, 35, 52}) EXPECT_FALSE(TraceContext::parse(with(dash, "_")));
}

TEST(TraceState, IsPassedOnWhenItsMembersAreWellFormed) {
  EXPECT_TRUE(is_tracestate("congo=t61rcWkgMzE"));
  EXPECT_TRUE(is_tracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
  EXPECT_TRUE(is_tracestate("rojo=1 ,\tcongo=2,,"));
  EXPECT_TRUE(is_tracestate("0tenant*_-/x@system=a value with blanks"));
  EXPECT_TRUE(is_tracestate(joined({std::string(256, 'k'), "=", std::string(255, 'v')})));
}

TEST(TraceState, IsDroppedWhenAMemberBreaksARule) {
  for (const std::string_view broken :
       {"", " ", ",", "congo", "=1", "congo=", "Congo=1", "1congo=1", "a b=1", "a=1=2", "a=\x7f",
        "a=\xc3\xa9", "@system=1", "tenant@=1", "tenant@1=1", "a@b@c=1", "good=1,bad"}) {
    EXPECT_FALSE(is_tracestate(broken)) << broken;
  }
  EXPECT_FALSE(is_tracestate(joined({std::string(257, 'k'), "=1"})));
  EXPECT_FALSE(is_tracestate(joined({"a=", std::string(257, 'v')})));
  EXPECT_FALSE(is_tracestate(joined({"tenant@", std::string(15, 's'), "=1"})));
}

TEST(TraceState, IsDroppedWhenItIsTooLong) {
  std::string members = "k0=1";
  for (int i = 1; i < 32; ++i) members += joined({",k", std::to_string(i), "=1"});
  EXPECT_TRUE(is_tracestate(members));
  EXPECT_FALSE(is_tracestate(joined({members, ",k32=1"})));
  EXPECT_FALSE(is_tracestate(joined({"a=", std::string(255, 'v'), ",b=", std::string(253, 'v')})));
}

}  // namespace
}  // namespace trunkline::observe
