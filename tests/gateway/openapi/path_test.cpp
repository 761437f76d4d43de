#include "gateway/openapi/path.hpp"

#include <gtest/gtest.h>

namespace trunkline::openapi {
namespace {

std::string text(std::string_view path_template) {
  return openapi_path(path_template).text;
}

TEST(Path, KeepsLiteralsAndVerbs) {
  EXPECT_EQ(text("/"), "/");
  EXPECT_EQ(text("/v1/agents:lookup"), "/v1/agents:lookup");
  EXPECT_EQ(text("/caf%C3%A9/%7Bx%7D/a%2Fb%3Ac"), "/caf%C3%A9/%7Bx%7D/a%2Fb%3Ac");
}

TEST(Path, NamesAVariableOfOneSegmentByItsField) {
  EXPECT_EQ(text("/v1/{id}"), "/v1/{id}");
  EXPECT_EQ(text("/v1/{agent.id=*}:login"), "/v1/{agent.id}:login");
  EXPECT_TRUE(openapi_path("/v1/{id}").parts[0].whole_field);
}

TEST(Path, NamesTheSegmentsOfAVariableByWhatStandsBefore) {
  const Path path = openapi_path("/v1/{name=agents/*/queues/*}/x");
  EXPECT_EQ(path.text, "/v1/agents/{agent}/queues/{queue}/x");
  ASSERT_EQ(path.parts.size(), 2u);
  for (const PathPart& part : path.parts) {
    EXPECT_EQ(part.field_path, "name");
    EXPECT_EQ(part.field_shape, "agents/{agent}/queues/{queue}");
    EXPECT_FALSE(part.whole_field);
  }
  EXPECT_EQ(text("/{name=companies/*/boxes/*/statuses/*/x-classes/*}"),
            "/companies/{company}/boxes/{box}/statuses/{statuse}/x-classes/{x_class}");
}

TEST(Path, NamesEachSegmentOnce) {
  EXPECT_EQ(text("/{a=agents/*}/{b=agents/*}"), "/agents/{agent}/agents/{agent_2}");
  EXPECT_EQ(text("/*/*"), "/{segment}/{segment_2}");
}

TEST(Path, TellsWhereAnyNumberOfSegmentsFits) {
  const Path path = openapi_path("/files/{path=**}");
  EXPECT_EQ(path.text, "/files/{path}");
  EXPECT_TRUE(path.parts[0].rest);
  EXPECT_EQ(text("/v1/{name=files/**}:drop"), "/v1/files/{name}:drop");
  EXPECT_EQ(text("/**"), "/{rest}");
}

TEST(Path, HasTheShapeOfEveryPathThatDiffersInNamesAlone) {
  EXPECT_EQ(openapi_path("/v1/{name=agents/*}").shape, openapi_path("/v1/agents/{id}").shape);
  EXPECT_NE(openapi_path("/v1/{id}").shape, openapi_path("/v1/{id}:login").shape);
}

TEST(Path, TakesTheNamesOfAnotherOfItsShape) {
  Path path = openapi_path("/v1/{name=agents/*/queues/*}");
  rename_parts(path, openapi_path("/v1/agents/{id}/queues/{q}"));
  EXPECT_EQ(path.text, "/v1/agents/{id}/queues/{q}");
  EXPECT_EQ(path.parts[1].name, "q");
  EXPECT_EQ(path.parts[1].field_shape, "agents/{id}/queues/{q}");
}

}  // namespace
}  // namespace trunkline::openapi
