#include "backends/agents/agent_sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

using testing::HasSubstr;
using testing::Not;

AgentShape wazo() {
  return AgentShape(query::Columns({"agentfeatures.id",
                                    "agentfeatures.tenant_uuid",
                                    "agentfeatures.firstname",
                                    "agentfeatures.lastname",
                                    "agentfeatures.number",
                                    "agentfeatures.passwd",
                                    "agentfeatures.context",
                                    "agentfeatures.language",
                                    "agentfeatures.group",
                                    "agentfeatures.description",
                                    "agent_login_status.agent_id",
                                    "agent_login_status.extension",
                                    "agent_login_status.context",
                                    "agent_login_status.interface",
                                    "agent_login_status.state_interface",
                                    "agent_login_status.paused",
                                    "agent_login_status.paused_reason",
                                    "agent_login_status.login_at",
                                    "agent_membership_status.agent_id",
                                    "agent_membership_status.queue_id",
                                    "trunkline.live_state.agent_id",
                                    "trunkline.agent_pause.since"}));
}

AgentShape bare() {
  return AgentShape(query::Columns({"agentfeatures.id", "agentfeatures.number"}));
}

TEST(AgentSql, AsksThe2015QueryWordForWord) {
  EXPECT_EQ(statuses_sql(wazo()),
            "SELECT af.number, als.extension, als.context, als.state_interface, "
            "'offline' AS status, '-1' AS extension_status, '0' AS paused FROM agentfeatures af "
            "LEFT JOIN agent_login_status als ON (af.id = als.agent_id)");
}

TEST(AgentSql, NeverReadsThePassword) {
  for (const auto& shape : {wazo(), bare()}) {
    for (const auto& sql : {first_page_sql(shape), later_page_sql(shape), get_sql(shape),
                            get_each_sql(shape), statuses_sql(shape), all_sql(shape),
                            lookup_sql(shape), filtered_page_sql(shape, ListOrder::kId)}) {
      EXPECT_THAT(sql, Not(HasSubstr("passwd")));
      EXPECT_THAT(sql, Not(HasSubstr("SELECT *")));
    }
  }
}

TEST(AgentSql, ReadsMissingColumnsAsNull) {
  EXPECT_EQ(
      get_sql(bare()),
      "SELECT af.id, af.number, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, "
      "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM agentfeatures af "
      "WHERE af.id = $1");
  EXPECT_THAT(statuses_sql(bare()), HasSubstr("SELECT af.number, NULL, NULL, NULL, 'offline'"));
}

TEST(AgentShape, NamesWhatIsMissing) {
  EXPECT_TRUE(wazo().missing().empty());
  EXPECT_THAT(bare().missing(), testing::Contains("agent_login_status.paused_reason"));
  EXPECT_THAT(bare().missing(), testing::Contains("agentfeatures.tenant_uuid"));
}

TEST(AgentShape, KnowsWhatItCannotDoWithout) {
  EXPECT_EQ(bare().lacking(), "");
  EXPECT_EQ(AgentShape(query::Columns({"agentfeatures.id"})).lacking(), "agentfeatures.number");
}

}  // namespace
}  // namespace trunkline::agents
