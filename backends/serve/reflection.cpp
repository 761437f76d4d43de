#include "backends/serve/reflection.hpp"

#include <algorithm>
#include <utility>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace trunkline::serve {
namespace {

namespace v1 = ::grpc::reflection::v1;
namespace v1alpha = ::grpc::reflection::v1alpha;
using Request = v1::ServerReflectionRequest;
using Response = v1::ServerReflectionResponse;
using ::grpc::StatusCode;

/// One stream: reads a request, answers it, reads the next. Owns itself until OnDone.
class Conversation final : public ::grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Conversation(const Reflection& reflection) : reflection_(reflection) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(::grpc::Status::OK);
    response_.Clear();
    reflection_.answer(request_, response_);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(::grpc::Status::CANCELLED);
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  const Reflection& reflection_;
  Request request_;
  Response response_;
};

template <class Base>
class Service final : public Base::CallbackService {
 public:
  explicit Service(const Reflection& reflection) : reflection_(reflection) {}

  ::grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      ::grpc::CallbackServerContext*) override {
    return new Conversation(reflection_);
  }

 private:
  const Reflection& reflection_;
};

void refuse(Response& response, StatusCode code, const std::string& message) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(message);
}

void tell(Response& response, std::optional<DescribedFiles::Files> files,
          const std::string& wanted) {
  if (!files) return refuse(response, StatusCode::NOT_FOUND, "no " + wanted);
  auto& answer = *response.mutable_file_descriptor_response();
  for (std::string& file : *files) answer.add_file_descriptor_proto(std::move(file));
}

}  // namespace

Reflection::Reflection(std::string_view descriptor_set, std::vector<std::string> services)
    : files_(descriptor_set),
      names_(std::move(services)),
      v1_(std::make_unique<Service<v1::ServerReflection>>(*this)),
      v1alpha_(std::make_unique<Service<v1alpha::ServerReflection>>(*this)) {
  names_.insert(names_.end(), {"grpc.health.v1.Health", v1::ServerReflection::service_full_name(),
                               v1alpha::ServerReflection::service_full_name()});
  std::sort(names_.begin(), names_.end());
}

Reflection::~Reflection() = default;

std::vector<::grpc::Service*> Reflection::services() const {
  return {v1_.get(), v1alpha_.get()};
}

void Reflection::answer(const Request& request, Response& response) const {
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename: {
      const std::string& name = request.file_by_filename();
      return tell(response, files_.file(name), "file " + name);
    }
    case Request::kFileContainingSymbol: {
      const std::string& name = request.file_containing_symbol();
      return tell(response, files_.file_of_symbol(name), "symbol " + name);
    }
    case Request::kFileContainingExtension: {
      const auto& wanted = request.file_containing_extension();
      return tell(response,
                  files_.file_of_extension(wanted.containing_type(), wanted.extension_number()),
                  "extension " + std::to_string(wanted.extension_number()) + " of " +
                      wanted.containing_type());
    }
    case Request::kAllExtensionNumbersOfType: {
      const std::string& name = request.all_extension_numbers_of_type();
      const auto numbers = files_.extension_numbers(name);
      if (!numbers) return refuse(response, StatusCode::NOT_FOUND, "no message " + name);
      auto& answer = *response.mutable_all_extension_numbers_response();
      answer.set_base_type_name(name);
      answer.mutable_extension_number()->Add(numbers->begin(), numbers->end());
      return;
    }
    case Request::kListServices:
      for (const std::string& name : names_)
        response.mutable_list_services_response()->add_service()->set_name(name);
      return;
    case Request::MESSAGE_REQUEST_NOT_SET:
      return refuse(response, StatusCode::INVALID_ARGUMENT, "the request asks nothing");
  }
}

}  // namespace trunkline::serve
