#include "gateway/upstream/descriptor_fetch.hpp"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "gateway/grpc/wire_fields.hpp"

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
    path = call.path;
    observer = &o;
    return exchange::CallId{1};
  }
  void send(exchange::CallId, http::SharedBody chunk, bool end) override {
    if (!chunk.empty()) sent.emplace_back(chunk.view());
    ended = end;
  }
  void consume(exchange::CallId, std::size_t) override {}
  void cancel(exchange::CallId) override { cancelled = true; }
  std::string_view endpoint(exchange::CallId) override { return {}; }

  bool away = false;
  std::string path;
  bool ended = false;
  bool cancelled = false;
  std::vector<std::string> sent;
  exchange::CallObserver* observer = nullptr;
};

class DescriptorFetchTest : public testing::Test {
 protected:
  void start() {
    fetch.start(std::chrono::seconds(1), [this](grpc::Result<Described> r) {
      result = std::move(r);
      ++ends;
    });
  }

  Reflection reflection;
  DescriptorFetch fetch{reflection};
  std::optional<grpc::Result<Described>> result;
  int ends = 0;
};

TEST_F(DescriptorFetchTest, AsksForTheServicesAndThenForTheFileOfEach) {
  start();
  EXPECT_EQ(reflection.sent.at(0), framed(field(7, "*")));
  reflection.observer->on_data(
      framed(field(6, field(1, field(1, "a.One")) + field(1, field(1, "grpc.health.v1.Health")) +
                          field(1, field(1, "trunkline.tunnel.v1.TunnelService")))));
  EXPECT_EQ(reflection.sent.at(1), framed(field(4, "a.One")));
  EXPECT_EQ(reflection.sent.size(), 2u) << "gRPC's own services and the tunnel are left out";

  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  reflection.observer->on_data(framed(field(4, field(1, file.SerializeAsString()))));
  EXPECT_TRUE(reflection.ended);
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  ASSERT_TRUE(result->has_value());
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString((*result)->set));
  ASSERT_EQ(set.file_size(), 1);
  EXPECT_EQ(set.file(0).name(), "a.proto");
  EXPECT_EQ((*result)->services, std::vector<std::string>{"a.One"});
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
  ASSERT_TRUE(set.ParseFromString((*result)->set));
  EXPECT_EQ(set.file_size(), 1);
}

TEST_F(DescriptorFetchTest, EndsWithTheBackendsError) {
  start();
  reflection.observer->on_done({{"grpc-status", "7"}});
  ASSERT_EQ(ends, 1);
  EXPECT_EQ(result->error().code, grpc::Code::kPermissionDenied);
}

TEST_F(DescriptorFetchTest, AsksTheNewerServiceWhereTheOlderIsGone) {
  start();
  EXPECT_EQ(reflection.path, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  reflection.observer->on_done({{"grpc-status", "12"}});
  ASSERT_EQ(ends, 0);
  EXPECT_EQ(reflection.path, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  reflection.observer->on_done({{"grpc-status", "12"}});
  ASSERT_EQ(ends, 1);
  EXPECT_EQ(result->error().code, grpc::Code::kUnimplemented);
}

TEST_F(DescriptorFetchTest, AsksTheNewerServiceAlsoWhereTheOlderIsUnknownToHttp) {
  start();
  reflection.observer->on_failed({grpc::Code::kUnimplemented, "404"});
  ASSERT_EQ(ends, 0);
  EXPECT_EQ(reflection.path, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  reflection.observer->on_failed({grpc::Code::kUnimplemented, "404"});
  EXPECT_EQ(ends, 1);
}

TEST_F(DescriptorFetchTest, RefusesWhatItHasNotAskedFor) {
  const std::string list = framed(field(6, field(1, field(1, "a.One"))));
  const std::string file = framed(field(4, field(1, "")));
  const std::string refusal = framed(field(7, field(2, "no")));
  for (const std::string& answers : {list + list, file, list + file + file, list + file + refusal,
                                     refusal + refusal, refusal + list}) {
    ends = 0;
    reflection.cancelled = false;
    start();
    reflection.observer->on_data(answers);
    EXPECT_EQ(ends, 1);
    EXPECT_TRUE(reflection.cancelled);
  }
}

TEST_F(DescriptorFetchTest, StopsWhereTheAnswersBecomeTooLargeInAll) {
  start();
  std::string list;
  for (int i = 0; i < 20; ++i) {
    list += field(1, field(1, "a." + std::to_string(i)));
  }
  std::string whole;
  grpc::append_bytes_field(whole, 6, list);
  reflection.observer->on_data(framed(whole));
  std::string bytes(8 << 20, 'x');
  int answers = 0;
  for (; ends == 0 && answers < 20; ++answers) {
    bytes[0] = static_cast<char>(answers);
    std::string file;
    grpc::append_bytes_field(file, 1, bytes);
    std::string answer;
    grpc::append_bytes_field(answer, 4, file);
    reflection.observer->on_data(framed(answer));
  }
  EXPECT_EQ(answers, 8);
  ASSERT_FALSE(result->has_value());
  EXPECT_NE(result->error().message.find("67108864 bytes"), std::string::npos);
}

TEST_F(DescriptorFetchTest, TakesAThousandServicesSortedAndEachOnce) {
  start();
  std::string list;
  for (int i = 1'999; i >= 0; --i) {
    const std::string service = field(1, field(1, "a." + std::to_string(1'000 + i)));
    list += service + service;
  }
  std::string whole;
  grpc::append_bytes_field(whole, 6, list);
  reflection.observer->on_data(framed(whole));
  ASSERT_EQ(reflection.sent.size(), 1'001u);
  EXPECT_EQ(reflection.sent[1], framed(field(4, "a.1000")));
  for (int i = 0; i < 1'000; ++i) reflection.observer->on_data(framed(field(4, field(1, ""))));
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->complaints,
            std::vector<std::string>{
                "The backend has 2000 services, of which the first 1000 are taken."});
}

TEST_F(DescriptorFetchTest, KeepsTheOtherServicesWhenOneIsNotDescribed) {
  start();
  reflection.observer->on_data(
      framed(field(6, field(1, field(1, "a.One")) + field(1, field(1, "a.Two")))));
  reflection.observer->on_data(framed(field(7, field(2, "not here"))));
  google::protobuf::FileDescriptorProto file;
  file.set_name("a.proto");
  reflection.observer->on_data(framed(field(4, field(1, file.SerializeAsString()))));
  EXPECT_TRUE(reflection.ended);
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  ASSERT_TRUE(result->has_value());
  EXPECT_EQ((*result)->complaints,
            std::vector<std::string>{"The backend does not describe its service a.One: not here"});
}

TEST_F(DescriptorFetchTest, FailsWhenNoServiceIsDescribed) {
  start();
  reflection.observer->on_data(framed(field(6, field(1, field(1, "a.One")))));
  reflection.observer->on_data(framed(field(7, field(2, "not here"))));
  EXPECT_TRUE(reflection.ended);
  reflection.observer->on_done({{"grpc-status", "0"}});
  ASSERT_EQ(ends, 1);
  EXPECT_NE(result->error().message.find("a.One: not here"), std::string::npos);
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

/// How a stream ends before all is told.
using Ending = void (*)(exchange::CallObserver&);
const Ending kEndings[] = {
    [](exchange::CallObserver& observer) {
      observer.on_done({{"grpc-status", "0"}});
    },
    [](exchange::CallObserver& observer) {
      observer.on_done({{"grpc-status", "14"}});
    },
    [](exchange::CallObserver& observer) { observer.on_done({}); },
    [](exchange::CallObserver& observer) {
      observer.on_failed({grpc::Code::kUnavailable, "gone"});
    },
};

std::string whole_conversation() {
  google::protobuf::FileDescriptorProto one, two;
  one.set_name("one.proto");
  two.set_name("two.proto");
  return framed(field(6, field(1, field(1, "a.One")) + field(1, field(1, "a.Two")))) +
         framed(field(4, field(1, one.SerializeAsString()))) +
         framed(field(4, field(1, two.SerializeAsString())));
}

TEST_F(DescriptorFetchTest, FailsOnceWhicheverByteWasTheLastAndCanBeStartedAgain) {
  const std::string whole = whole_conversation();
  for (const Ending& end : kEndings) {
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      SCOPED_TRACE("after byte " + std::to_string(bytes));
      ends = 0;
      start();
      reflection.observer->on_data(std::string_view(whole).substr(0, bytes));
      ASSERT_EQ(ends, 0);
      end(*reflection.observer);
      ASSERT_EQ(ends, 1);
      EXPECT_FALSE(result->has_value());
    }
  }
  start();
  for (const char byte : whole) reflection.observer->on_data({&byte, 1});
  reflection.observer->on_done({{"grpc-status", "0"}});
  EXPECT_EQ(ends, 2);
  EXPECT_TRUE(result->has_value());
}

TEST_F(DescriptorFetchTest, CancelsItsCallWhereverItIsGivenUp) {
  const std::string whole = whole_conversation();
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    reflection.cancelled = false;
    {
      DescriptorFetch given_up(reflection);
      given_up.start(std::chrono::seconds(1), [this](const auto&) { ++ends; });
      reflection.observer->on_data(std::string_view(whole).substr(0, bytes));
    }
    EXPECT_TRUE(reflection.cancelled) << "after byte " << bytes;
  }
  EXPECT_EQ(ends, 0);
}

}  // namespace
}  // namespace trunkline::upstream
