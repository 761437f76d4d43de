#include "backends/pg/conninfo.hpp"

#include <gtest/gtest.h>

namespace trunkline::pg {
namespace {

TEST(Conninfo, PutsDefaultsBeforeSoThatTheOperatorsWordCountsLast) {
  EXPECT_EQ(with_defaults("host=db connect_timeout=9"),
            "connect_timeout=2 tcp_user_timeout=5000 application_name=trunkline-backend "
            "host=db connect_timeout=9");
}

TEST(Conninfo, AddsParametersToAUri) {
  EXPECT_EQ(with_defaults("postgresql://u@db/x"),
            "postgresql://u@db/x?connect_timeout=2&tcp_user_timeout=5000"
            "&application_name=trunkline-backend");
}

TEST(Conninfo, LeavesWhatAUriAlreadySays) {
  EXPECT_EQ(with_defaults("postgres://db/x?connect_timeout=9"),
            "postgres://db/x?connect_timeout=9&tcp_user_timeout=5000"
            "&application_name=trunkline-backend");
}

}  // namespace
}  // namespace trunkline::pg
