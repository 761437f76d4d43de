#include "backends/serve/outbox.hpp"

#include <string>

#include "trunkline/tunnel/v1/tunnel.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/serve/single_slice.hpp"

namespace trunkline::serve {
namespace {

using ::grpc::Status;
using ::grpc::StatusCode;
using ::testing::ElementsAre;
namespace wire = tunnel::v1;

class Outbox : public testing::Test {
 protected:
  Outbox() { next(); }  // the limits

  wire::ServerFrames next() {
    std::vector<std::uint64_t> ids;
    const auto slice = single_slice(box.next(ids));
    wire::ServerFrames frames;
    EXPECT_TRUE(frames.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
    ended.insert(ended.end(), ids.begin(), ids.end());
    return frames;
  }
  static Answer bytes(std::size_t size) { return {{}, ::grpc::Slice(std::string(size, 'x'))}; }

  serve::Outbox box{TunnelSettings{}};
  std::vector<std::uint64_t> ended;
};

TEST_F(Outbox, PutsAllThatIsReadyIntoOneMessage) {
  box.add_credit(1000);
  for (std::uint64_t id = 1; id <= 5; ++id) box.add(id, bytes(100));
  EXPECT_EQ(next().answers_size(), 5);
  EXPECT_THAT(ended, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_TRUE(box.empty());
  EXPECT_FALSE(box.ready());
}

TEST_F(Outbox, LetsLargeAnswersTakeTurns) {
  box.add_credit(1'000'000);
  box.add(1, bytes(40'000));
  box.add(2, bytes(20'000));
  box.add(3, bytes(10));
  std::vector<std::uint64_t> turns;
  while (box.ready()) {
    const auto frames = next();
    for (const auto& answer : frames.answers()) turns.push_back(answer.id());
  }
  EXPECT_THAT(turns, ElementsAre(1, 2, 3, 1, 2, 1));
  EXPECT_THAT(ended, ElementsAre(3, 2, 1));
}

TEST_F(Outbox, LetsNeitherEndsNorAnswersStarveTheOther) {
  box.add_credit(1'000'000);
  box.add(1, bytes(100));
  for (std::uint64_t id = 2; id <= 2000; ++id) {
    box.add(id, {Status(StatusCode::NOT_FOUND, std::string(100, 'x'))});
  }
  next();
  EXPECT_THAT(ended, testing::Contains(1));
  EXPECT_THAT(ended, testing::Contains(2));
  EXPECT_LT(ended.size(), 1000U);
}

TEST_F(Outbox, WaitsForCreditWithBytesAlone) {
  box.add(1, bytes(10));
  EXPECT_FALSE(box.ready());
  box.add(2, {Status(StatusCode::NOT_FOUND, "nobody")});
  EXPECT_TRUE(box.ready());
  next();
  EXPECT_THAT(ended, ElementsAre(2));
  EXPECT_FALSE(box.ready());
  box.waive_credit();
  EXPECT_TRUE(box.ready());
}

TEST_F(Outbox, CountsTheBytesThatWait) {
  box.add(1, bytes(100));
  box.add(2, {Status(StatusCode::NOT_FOUND, ""), ::grpc::Slice("void")});
  EXPECT_EQ(box.bytes(), 100U);
  box.add_credit(30);
  next();
  EXPECT_EQ(box.bytes(), 70U);
  box.replace(1, Status::CANCELLED);
  EXPECT_EQ(box.bytes(), 0U);
}

TEST_F(Outbox, PutsAnEndInThePlaceOfWhatIsLeft) {
  box.add_credit(5);
  box.add(1, bytes(10));
  next();
  box.replace(1, Status(StatusCode::CANCELLED, "gone"));
  const auto frames = next();
  ASSERT_EQ(frames.answers_size(), 1);
  EXPECT_EQ(frames.answers(0).end().code(), 1U);
  EXPECT_EQ(frames.answers(0).data(), "");
  EXPECT_THAT(ended, ElementsAre(1));
}

TEST_F(Outbox, KeepsTrailersThatAreTooLongToItself) {
  box.add(1, {Status(StatusCode::INTERNAL, std::string(100'000, 'm'), std::string(100'000, 'd')),
              {},
              {{"name", std::string(100'000, 'v')}}});
  const auto frames = next();
  EXPECT_LT(frames.ByteSizeLong(), 16U * 1024);
  EXPECT_EQ(frames.answers(0).end().code(), 13U);
  EXPECT_EQ(frames.answers(0).end().message(), std::string(4096, 'm'));
}

TEST_F(Outbox, TakesNoMoreCreditThan2To62) {
  EXPECT_TRUE(box.add_credit(serve::Outbox::kMostCredit - 1));
  EXPECT_TRUE(box.add_credit(1));
  EXPECT_FALSE(box.add_credit(1));
  EXPECT_FALSE(box.add_credit(~std::uint64_t{0}));
}

}  // namespace
}  // namespace trunkline::serve
