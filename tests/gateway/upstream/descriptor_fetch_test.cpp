#include "gateway/upstream/descriptor_fetch.hpp"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

namespace trunkline::upstream {
namespace {

std::string field(int number, std::string_view bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  out.push_back(static_cast<char>(bytes.size()));
  return out.append(bytes);
}

std::string framed(std::string_view message) {
  std::string frame(grpc::kPrefixBytes, '\0');
  frame.append(message);
  grpc::write_prefix(frame);
  return frame;
}

/// Notes down what is asked; the test answers.
struct Reflection final : exchange::Upstream {
  grpc::Result<exchange::CallId> begin(exchange::Call call, exchange::CallObserver& o) override {
    if (away) return grpc::Error{grpc::Code::kUnavailable, "away"};
    sent.emplace_back(call.body.view());
    observer = &o;
    return exchange::CallId{1};
  }
  void send(exchange::CallId, http::SharedBody chunk, bool end) override {
    if (!chunk.empty()) sent.emplace_back(chunk.view());
    ended = end;
  }
  void consume(exchange::CallId, std::size_t) override {}
  void cancel(exchange::CallId) override { cancelled = true; }

  bool away = false;
  bool ended = false;
  bool cancelled = false;
  std::vector<std::string> sent;
  exchange::CallObserver* observer = nullptr;
};

class DescriptorFetchTest : public testing::Test {
 protected:
  void start() {
    fetch.start(std::chrono::seconds(1), [this](grpc::Result<std::string> r) {
      result = std::move(r);
      ++ends;
    });
  }

  Reflection reflection;
  DescriptorFetch fetch{reflection};
  std::optional<grpc::Result<std::string>> result;
  int ends = 0;
};

TEST_F(DescriptorFetchTest, AsksForTheServicesAndThenForTheFileOfEach) {
  start();
  EXPECT_EQ(reflection.sent.at(0), framed(field(7, "*")));
  reflection.observer->on_data(
      framed(field(6, field(1, field(1, "a.One")) + field(1, field(1, "grpc.health.v1.Health")))));
  EXPECT_EQ(reflection.sent.at(1), framed(field(4, "a.One")));
  EXPECT_EQ(reflection.sent.size(), 2u) << "gRPC's own services are left out";

  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  reflection.observer->on_data(framed(field(4, field(1, file.SerializeAsString()))));
  EXPECT_TRUE(reflection.ended);
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  ASSERT_TRUE(result->has_value());
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(**result));
  ASSERT_EQ(set.file_size(), 1);
  EXPECT_EQ(set.file(0).name(), "a.proto");
}

TEST_F(DescriptorFetchTest, TakesAFileThatTwoServicesShareOnce) {
  start();
  reflection.observer->on_data(
      framed(field(6, field(1, field(1, "a.One")) + field(1, field(1, "a.Two")))));
  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  const std::string answer = framed(field(4, field(1, file.SerializeAsString())));
  reflection.observer->on_data(answer + answer);
  reflection.observer->on_done({{"grpc-status", "0"}});
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(**result));
  EXPECT_EQ(set.file_size(), 1);
}

TEST_F(DescriptorFetchTest, EndsWithTheBackendsError) {
  start();
  reflection.observer->on_done({{"grpc-status", "12"}});
  ASSERT_EQ(ends, 1);
  EXPECT_EQ(result->error().code, grpc::Code::kUnimplemented);
}

TEST_F(DescriptorFetchTest, EndsWhenTheBackendIsAway) {
  reflection.away = true;
  start();
  EXPECT_EQ(ends, 1);
  EXPECT_FALSE(result->has_value());
}

TEST_F(DescriptorFetchTest, EndsOnAnswersThatAreNoMessages) {
  start();
  reflection.observer->on_data(framed("\x32\x7f"));  // a field that is longer than the message
  ASSERT_EQ(ends, 1);
  EXPECT_FALSE(result->has_value());
  EXPECT_TRUE(reflection.cancelled);
}

TEST_F(DescriptorFetchTest, DoesNotMistakeAnUnfinishedAnswerForAWholeOne) {
  start();
  reflection.observer->on_data(framed(field(6, field(1, field(1, "a.One")))));
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  EXPECT_FALSE(result->has_value());
}

}  // namespace
}  // namespace trunkline::upstream
