#include "gateway/upstream/descriptor_fetch.hpp"

#include <utility>

#include "gateway/grpc/status.hpp"
#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::upstream {
namespace {

using grpc::append_bytes_field;
using grpc::for_each_bytes_field;

constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

// Field numbers of grpc/reflection/v1alpha/reflection.proto, which is older than any way to ask
// for it: ServerReflectionRequest, ServerReflectionResponse and what is in the latter.
constexpr int kFileContainingSymbol = 4;
constexpr int kListServices = 7;
constexpr int kFileDescriptorResponse = 4;
constexpr int kListServicesResponse = 6;
constexpr int kErrorResponse = 7;
constexpr int kFileDescriptorProto = 1;
constexpr int kService = 1;
constexpr int kServiceName = 1;
constexpr int kErrorMessage = 2;
// google.protobuf.FileDescriptorSet.file
constexpr int kFile = 1;

http::SharedBody request(int field, std::string_view argument) {
  std::string frame(grpc::kPrefixBytes, '\0');
  append_bytes_field(frame, field, argument);
  grpc::write_prefix(frame);
  return http::SharedBody(std::move(frame));
}

}  // namespace

DescriptorFetch::~DescriptorFetch() {
  if (running_) upstream_.cancel(call_);
}

void DescriptorFetch::start(std::chrono::milliseconds timeout, Done done) {
  done_ = std::move(done);
  deframer_ = grpc::Deframer(kMostBytes);
  awaited_ = 0;
  files_.clear();
  refusal_.clear();

  exchange::Call call;
  call.path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  call.body = request(kListServices, "*");
  call.ended = false;
  call.deadline = exchange::Clock::now() + timeout;
  const auto begun = upstream_.begin(std::move(call), *this);
  if (!begun) return end(begun.error());
  call_ = *begun;
  running_ = true;
}

void DescriptorFetch::on_head(http::ResponseHead&&) {}

void DescriptorFetch::on_data(std::string_view bytes) {
  upstream_.consume(call_, bytes.size());
  while (!bytes.empty()) {
    const auto message = deframer_.next(bytes);
    const bool broken = !message || (*message && !take_answer(**message));
    if (!broken) continue;
    upstream_.cancel(call_);
    return end(grpc::Error{grpc::Code::kInternal, "The backend's reflection service is broken.",
                           grpc::Source::kUpstream});
  }
}

bool DescriptorFetch::take_answer(std::string_view message) {
  return for_each_bytes_field(message, [this](int field, std::string_view bytes) {
    if (field == kListServicesResponse) take_services(bytes);
    if (field == kFileDescriptorResponse) take_files(bytes);
    if (field == kErrorResponse) {
      for_each_bytes_field(bytes, [this](int inner, std::string_view text) {
        if (inner == kErrorMessage) refusal_ = text;
      });
      upstream_.send(call_, {}, true);
    }
  });
}

void DescriptorFetch::take_services(std::string_view list) {
  std::vector<std::string> services;
  for_each_bytes_field(list, [&](int field, std::string_view service) {
    if (field != kService) return;
    for_each_bytes_field(service, [&](int inner, std::string_view name) {
      // gRPC's own services (health, reflection) are reached as they are.
      if (inner == kServiceName && !name.starts_with("grpc.")) services.emplace_back(name);
    });
  });
  awaited_ = services.size();
  if (services.empty()) return upstream_.send(call_, {}, true);
  for (const std::string& service : services) {
    upstream_.send(call_, request(kFileContainingSymbol, service), false);
  }
}

void DescriptorFetch::take_files(std::string_view files) {
  for_each_bytes_field(files, [this](int field, std::string_view file) {
    if (field == kFileDescriptorProto) files_.emplace(file);
  });
  if (awaited_ > 0 && --awaited_ == 0) upstream_.send(call_, {}, true);
}

void DescriptorFetch::on_done(const http::Headers& trailers) {
  if (auto error = grpc::status_of(trailers.find("grpc-status").value_or(""),
                                   trailers.find("grpc-message").value_or(""), {})) {
    return end(std::move(*error));
  }
  if (!refusal_.empty() || awaited_ > 0) {
    return end(grpc::Error{grpc::Code::kInternal,
                           "The backend does not tell its descriptors: " + refusal_,
                           grpc::Source::kUpstream});
  }
  std::string set;
  for (const std::string& file : files_) append_bytes_field(set, kFile, file);
  end(std::move(set));
}

void DescriptorFetch::on_failed(const grpc::Error& error) {
  end(error);
}

void DescriptorFetch::end(grpc::Result<std::string> result) {
  running_ = false;
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace trunkline::upstream
