#include "backends/serve/reflection.hpp"

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include "backends/serve/server.hpp"

namespace trunkline::serve {
namespace {

namespace pb = google::protobuf;
namespace v1 = ::grpc::reflection::v1;
namespace v1alpha = ::grpc::reflection::v1alpha;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::ServerReflectionResponse answer(const v1::ServerReflectionRequest& request) {
  static const Reflection reflection(kServedDescriptors, {"trunkline.agents.v1.AgentService"});
  v1::ServerReflectionResponse response;
  reflection.answer(request, response);
  return response;
}

v1::ServerReflectionResponse about_symbol(const std::string& name) {
  v1::ServerReflectionRequest request;
  request.set_file_containing_symbol(name);
  return answer(request);
}

std::vector<std::string> files(const v1::ServerReflectionResponse& response) {
  std::vector<std::string> names;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    pb::FileDescriptorProto file;
    EXPECT_TRUE(file.ParseFromString(bytes));
    names.push_back(file.name());
  }
  return names;
}

std::string error(const v1::ServerReflectionResponse& response) {
  return std::to_string(response.error_response().error_code()) + " " +
         response.error_response().error_message();
}

TEST(Reflection, ListsWhatIsServedAndNothingElse) {
  v1::ServerReflectionRequest request;
  request.set_list_services("*");
  const auto response = answer(request);
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service())
    names.push_back(service.name());
  EXPECT_THAT(names, ElementsAre("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                                 "grpc.reflection.v1alpha.ServerReflection",
                                 "trunkline.agents.v1.AgentService"));
  for (const std::string& name : names)
    EXPECT_FALSE(files(about_symbol(name)).empty()) << name << " is listed and not described";
}

TEST(Reflection, TellsTheFileOfASymbolThenItsImports) {
  const auto told = files(about_symbol("trunkline.agents.v1.AgentService.GetAgent"));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front(), "trunkline/agents/v1/agents.proto");
  for (const char* import :
       {"google/api/annotations.proto", "google/api/http.proto", "google/protobuf/descriptor.proto",
        "google/protobuf/timestamp.proto", "trunkline/api/v1/json.proto"})
    EXPECT_THAT(told, Contains(import).Times(1));
}

TEST(Reflection, TellsCommentsToo) {
  const auto told = about_symbol("trunkline.agents.v1.Agent").file_descriptor_response();
  pb::DescriptorPool pool;
  for (int i = told.file_descriptor_proto_size(); i-- > 0;) {
    pb::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(told.file_descriptor_proto(i)));
    ASSERT_NE(pool.BuildFile(file), nullptr) << file.name();
  }
  pb::SourceLocation place;
  ASSERT_TRUE(pool.FindMessageTypeByName("trunkline.agents.v1.Agent")->GetSourceLocation(&place));
  EXPECT_EQ(place.leading_comments, " A person who answers calls.\n");
}

TEST(Reflection, TellsAFileByItsName) {
  v1::ServerReflectionRequest request;
  request.set_file_by_filename("google/api/http.proto");
  EXPECT_THAT(files(answer(request)), ElementsAre("google/api/http.proto"));
}

TEST(Reflection, TellsTheFileOfAnExtension) {
  v1::ServerReflectionRequest request;
  request.mutable_file_containing_extension()->set_containing_type("google.protobuf.MethodOptions");
  request.mutable_file_containing_extension()->set_extension_number(72295728);  // google.api.http
  EXPECT_EQ(files(answer(request)).at(0), "google/api/annotations.proto");
}

TEST(Reflection, TellsTheNumbersOfAllExtensions) {
  v1::ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type("google.protobuf.MethodOptions");
  const auto response = answer(request).all_extension_numbers_response();
  EXPECT_EQ(response.base_type_name(), "google.protobuf.MethodOptions");
  EXPECT_THAT(response.extension_number(), ElementsAre(50115, 50116, 72295728));
}

TEST(Reflection, SaysWhatIsNotThere) {
  EXPECT_EQ(error(about_symbol("nobody.Offers")), "5 no symbol nobody.Offers");
  v1::ServerReflectionRequest request;
  request.set_file_by_filename("gone.proto");
  EXPECT_EQ(error(answer(request)), "5 no file gone.proto");
  request.mutable_file_containing_extension()->set_containing_type("nobody.Offers");
  request.mutable_file_containing_extension()->set_extension_number(7);
  EXPECT_EQ(error(answer(request)), "5 no extension 7 of nobody.Offers");
  request.set_all_extension_numbers_of_type("nobody.Offers");
  EXPECT_EQ(error(answer(request)), "5 no message nobody.Offers");
}

TEST(Reflection, RefusesARequestThatAsksNothing) {
  EXPECT_EQ(error(answer({})), "3 the request asks nothing");
}

TEST(Reflection, SaysTheRequestBack) {
  v1::ServerReflectionRequest request;
  request.set_host("here");
  request.set_file_by_filename("gone.proto");
  const auto response = answer(request);
  EXPECT_EQ(response.valid_host(), "here");
  EXPECT_EQ(response.original_request().file_by_filename(), "gone.proto");
}

TEST(Reflection, RefusesWhatIsNoDescriptorSet) {
  EXPECT_THROW(Reflection("\xff", {}), std::runtime_error);
}

/// Asks three times on one stream, an error among them.
template <class Service>
void converse(Server& server) {
  const auto stub = Service::NewStub(
      ::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials()));
  ::grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  for (const char* symbol : {"grpc.health.v1.Health", "gone", "grpc.health.v1.Health"}) {
    v1::ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    ASSERT_TRUE(stream->Write(request));
    v1::ServerReflectionResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.has_error_response(), symbol == std::string("gone"));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(Server, AnswersReflectionUnderBothItsNames) {
  Server server(
      {.listen = "127.0.0.1:0", .max_concurrent_streams = 100, .drain = std::chrono::seconds(1)},
      {});
  converse<v1::ServerReflection>(server);
  converse<v1alpha::ServerReflection>(server);
  server.drain();
}

TEST(Server, TellsOfTunnelsByReflection) {
  Server server(
      {.listen = "127.0.0.1:0", .max_concurrent_streams = 100, .drain = std::chrono::seconds(1)},
      {});
  const auto stub = v1::ServerReflection::NewStub(
      ::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials()));
  ::grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  v1::ServerReflectionRequest request;
  request.set_list_services("*");
  v1::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request) && stream->Read(&response));
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service())
    names.push_back(service.name());
  EXPECT_THAT(names, Contains("trunkline.tunnel.v1.TunnelService"));
  EXPECT_EQ(files(about_symbol("trunkline.tunnel.v1.TunnelService")).at(0),
            "trunkline/tunnel/v1/tunnel.proto");
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  server.drain();
}

TEST(Server, DrainsThoughSomebodyKeepsAskingByReflection) {
  Server server(
      {.listen = "127.0.0.1:0", .max_concurrent_streams = 100, .drain = std::chrono::seconds(30)},
      {});
  const auto stub = v1::ServerReflection::NewStub(
      ::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials()));
  ::grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  v1::ServerReflectionRequest request;
  request.set_list_services("*");
  v1::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request) && stream->Read(&response));
  const auto began = std::chrono::steady_clock::now();
  server.drain();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

}  // namespace
}  // namespace trunkline::serve
