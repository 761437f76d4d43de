#include "gateway/upstream/descriptor_fetch.hpp"

#include <algorithm>
#include <utility>

#include "gateway/grpc/status.hpp"
#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::upstream {
namespace {

using grpc::append_bytes_field;
using grpc::for_each_bytes_field;

constexpr std::size_t kMostBytes = 16 * 1024 * 1024;
constexpr std::size_t kMostBytesInAll = 64 * 1024 * 1024;
constexpr std::size_t kMostServices = 1'000;

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
  deadline_ = exchange::Clock::now() + timeout;
  alpha_ = true;
  ask();
}

void DescriptorFetch::ask() {
  deframer_ = grpc::Deframer(kMostBytes);
  listed_ = false;
  services_.clear();
  answered_ = 0;
  bytes_ = 0;
  files_.clear();
  refusal_.clear();
  complaints_.clear();

  exchange::Call call;
  call.path = alpha_ ? "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
                     : "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  call.body = request(kListServices, "*");
  call.ended = false;
  call.deadline = deadline_;
  const auto begun = upstream_.begin(std::move(call), *this);
  if (!begun) return end(begun.error());
  call_ = *begun;
  running_ = true;
}

void DescriptorFetch::on_head(http::ResponseHead&&) {}

void DescriptorFetch::on_data(std::string_view bytes) {
  upstream_.consume(call_, bytes.size());
  bytes_ += bytes.size();
  if (bytes_ > kMostBytesInAll) {
    return give_up("The backend's descriptors are larger than " + std::to_string(kMostBytesInAll) +
                   " bytes.");
  }
  while (!bytes.empty()) {
    const auto message = deframer_.next(bytes);
    const bool broken = !message || (*message && !take_answer(**message));
    if (broken) return give_up("The backend's reflection service is broken.");
  }
}

bool DescriptorFetch::take_answer(std::string_view message) {
  bool asked_for = true;
  const bool whole = for_each_bytes_field(message, [&](int field, std::string_view bytes) {
    const bool list = field == kListServicesResponse;
    const bool file = field == kFileDescriptorResponse;
    const bool refusal = field == kErrorResponse;
    if (!list && !file && !refusal) return;
    const bool open = refusal_.empty() && (listed_ ? answered_ < services_.size() : !file);
    asked_for = asked_for && open && !(list && listed_);
    if (!asked_for) return;
    if (list) take_services(bytes);
    if (file) take_files(bytes);
    if (refusal) take_refusal(bytes);
  });
  return whole && asked_for;
}

void DescriptorFetch::take_refusal(std::string_view error) {
  std::string why = "no reason is given.";
  for_each_bytes_field(error, [&](int inner, std::string_view text) {
    if (inner == kErrorMessage) why = text;
  });
  if (listed_) {
    complaints_.push_back("The backend does not describe its service " + services_[answered_] +
                          ": " + why);
    return service_answered();
  }
  refusal_ = why;
  upstream_.send(call_, {}, true);
}

void DescriptorFetch::take_services(std::string_view list) {
  for_each_bytes_field(list, [&](int field, std::string_view service) {
    if (field != kService) return;
    for_each_bytes_field(service, [&](int inner, std::string_view name) {
      // gRPC's own services (health, reflection) are reached as they are, the tunnel by nobody.
      if (inner != kServiceName || name.starts_with("grpc.")) return;
      if (!name.starts_with("trunkline.tunnel.")) services_.emplace_back(name);
    });
  });
  listed_ = true;
  // In one order, so that the same services compare equal whoever tells of them.
  std::sort(services_.begin(), services_.end());
  services_.erase(std::unique(services_.begin(), services_.end()), services_.end());
  if (services_.size() > kMostServices) {
    complaints_.push_back("The backend has " + std::to_string(services_.size()) +
                          " services, of which the first " + std::to_string(kMostServices) +
                          " are taken.");
    services_.resize(kMostServices);
  }
  if (services_.empty()) return upstream_.send(call_, {}, true);
  for (const std::string& service : services_) {
    upstream_.send(call_, request(kFileContainingSymbol, service), false);
  }
}

void DescriptorFetch::take_files(std::string_view files) {
  for_each_bytes_field(files, [this](int field, std::string_view file) {
    if (field == kFileDescriptorProto) files_.emplace(file);
  });
  service_answered();
}

/// Answers come in the order of the questions.
void DescriptorFetch::service_answered() {
  if (++answered_ == services_.size()) upstream_.send(call_, {}, true);
}

void DescriptorFetch::on_done(const http::Headers& trailers) {
  if (auto error = grpc::status_of(trailers.find("grpc-status").value_or(""),
                                   trailers.find("grpc-message").value_or(""), {})) {
    return refused(*error);
  }
  if (!complaints_.empty() && files_.empty()) refusal_ = complaints_.front();
  if (!refusal_.empty() || !listed_ || answered_ < services_.size()) {
    return end(grpc::Error{
        grpc::Code::kInternal,
        "The backend does not tell its descriptors: " +
            (refusal_.empty() ? std::string("its answer ends before they are whole.") : refusal_),
        grpc::Source::kUpstream});
  }
  Described described;
  for (const std::string& file : files_) append_bytes_field(described.set, kFile, file);
  described.services = std::move(services_);
  described.complaints = std::move(complaints_);
  end(std::move(described));
}

void DescriptorFetch::on_failed(const grpc::Error& error) {
  refused(error);
}

/// A backend without gRPC for this path may say so by HTTP's 404 alone.
void DescriptorFetch::refused(const grpc::Error& error) {
  if (error.code != grpc::Code::kUnimplemented || !alpha_) return end(error);
  running_ = false;
  alpha_ = false;
  ask();
}

void DescriptorFetch::give_up(std::string why) {
  upstream_.cancel(call_);
  end(grpc::Error{grpc::Code::kInternal, std::move(why), grpc::Source::kUpstream});
}

void DescriptorFetch::end(grpc::Result<Described> result) {
  running_ = false;
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace trunkline::upstream
