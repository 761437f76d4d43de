#include <utility>

#include "gateway/exchange/connect/connect.hpp"
#include "gateway/exchange/content/body_type.hpp"
#include "gateway/exchange/cross_origin.hpp"
#include "gateway/exchange/csv_manner.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/pass_through.hpp"
#include "gateway/exchange/read/read.hpp"
#include "gateway/exchange/readiness.hpp"
#include "gateway/exchange/rest_manner.hpp"
#include "gateway/exchange/stream/stream_call.hpp"
#include "gateway/exchange/unary_call.hpp"
#include "gateway/exchange/watch/watcher.hpp"
#include "gateway/grpc/content_type.hpp"
#include "gateway/policy/request_path.hpp"

namespace trunkline::exchange {
namespace {

/// Lets an exchange of the target's kind begin.
class Beginning {
 public:
  Beginning(const Desk& desk, Answerer& answerer, http::RequestEvent& request, route::Match& match)
      : desk_(desk), answerer_(answerer), request_(request), match_(match) {}

  std::unique_ptr<Exchange> operator()(const FixedAnswer& fixed) const {
    http::ResponseHead head{200, {{"content-type", fixed.content_type}}};
    for (const auto& [name, value] : fixed.headers) head.headers.add(name, value);
    answerer_.respond(request_.stream, std::move(head), fixed.body);
    return nullptr;
  }

  std::unique_ptr<Exchange> operator()(const LivePage& page) const {
    answerer_.respond(request_.stream, {200, {{"content-type", page.content_type}}},
                      http::SharedBody(page.text()));
    return nullptr;
  }

  std::unique_ptr<Exchange> operator()(const ReadinessProbe&) const {
    auto readiness = std::make_unique<Readiness>(desk_, answerer_, request_.stream);
    if (!readiness->begin()) return nullptr;
    return readiness;
  }

  std::unique_ptr<Exchange> operator()(const BackendMethod& method) const {
    if (!request_.end && refuse_other_bodies(method)) return nullptr;
    const bool streams = method.client_streaming || method.server_streaming;
    if (method.watch) return begin_watch(method);
    return streams ? begin_stream(method) : begin_unary(method);
  }

 private:
  bool refuse_other_bodies(const BackendMethod& method) const {
    auto refusal = method.client_streaming ? refuse_body(request_.head.headers, kJsonLinesTypes)
                                           : refuse_body(request_.head.headers, {&kJsonType, 1});
    if (!refusal) return false;
    answer_refusal(answerer_, request_.stream, std::move(*refusal));
    return true;
  }

  RequestMaker maker(const BackendMethod& method) const {
    return {desk_.catalog, method, std::move(request_.head), std::move(match_.captures)};
  }

  std::unique_ptr<Exchange> begin_read(const BackendMethod& method) const {
    const auto now = Clock::now();
    auto read =
        std::make_unique<Read>(desk_, answerer_, request_.stream, now + desk_.settings.timeout);
    if (!request_.end) {
      read->gather(maker(method), now);
    } else if (!read->begin(maker(method), {})) {
      return nullptr;
    }
    return read;
  }

  std::unique_ptr<Exchange> begin_unary(const BackendMethod& method) const {
    // Tables are asked for seldom: each makes a call of its own.
    const bool csv = prefers_csv(method, request_.head.headers);
    if (method.no_side_effects && !csv) return begin_read(method);
    const auto now = Clock::now();
    auto call = std::make_unique<UnaryCall>(desk_, answerer_, request_.stream, maker(method),
                                            csv ? csv_manner() : rest_manner(), now,
                                            now + desk_.settings.timeout);
    if (request_.end && !call->begin({})) return nullptr;
    return call;
  }

  std::unique_ptr<Exchange> begin_watch(const BackendMethod& method) const {
    const auto type = choose_stream_type(request_.head.headers);
    if (!type) {
      answer_refusal(answerer_, request_.stream, type.error());
      return nullptr;
    }
    const auto now = Clock::now();
    auto watcher = std::make_unique<Watcher>(desk_, answerer_, request_.stream, *type, now);
    if (!request_.end) {
      watcher->gather(maker(method), now);
    } else if (!watcher->begin(maker(method), {})) {
      return nullptr;
    }
    return watcher;
  }

  std::unique_ptr<Exchange> begin_stream(const BackendMethod& method) const {
    std::unique_ptr<StreamForm> form;
    if (method.server_streaming) {
      auto chosen = choose_stream_form(request_.head.headers, desk_.settings.stream_retry);
      if (!chosen) {
        answer_refusal(answerer_, request_.stream, chosen.error());
        return nullptr;
      }
      form = std::move(*chosen);
    }
    auto call = std::make_unique<StreamCall>(desk_, answerer_, request_.stream, maker(method),
                                             std::move(form), Clock::now());
    if (!call->begin(request_.end)) return nullptr;
    return call;
  }

  const Desk& desk_;
  Answerer& answerer_;
  http::RequestEvent& request_;
  route::Match& match_;
};

/// How a method can be asked for at its own path.
std::string types_of(const NamedMethod* named) {
  const bool unary =
      named != nullptr && !named->method.client_streaming && !named->method.server_streaming;
  const std::string grpc = "application/grpc, application/grpc-web";
  return unary ? grpc + ", application/grpc-web-text or " + std::string(kJsonType)
               : grpc + " or application/grpc-web-text";
}

/// What such a path has to say about any method but POST.
HttpRefusal refuse_method(const http::RequestHead& head, const NamedMethod* named) {
  const std::string path(head.path());
  // Who says gRPC's own type asks for a call of gRPC, and those are made by POST alone.
  const bool by_get = named != nullptr && may_be_got(named->method) &&
                      !grpc::parse_content_type(head.headers.find("content-type").value_or(""));
  if (!by_get) {
    return {405, "gRPC calls are made by POST, not by " + head.method + ".", {{"allow", "POST"}}};
  }
  if (head.method != "GET") {
    return {405,
            path + " is asked for by GET or POST, not by " + head.method + ".",
            {{"allow", "GET, POST"}}};
  }
  return {400, "A GET of " + path +
                   " has to say its message in the query: encoding=json&message=…, both of them."};
}

/// A call that is made in a way that its method has not; false if it is none.
bool answer_malformed_call(Answerer& answerer, const http::RequestEvent& request,
                           const NamedMethod* named) {
  const http::RequestHead& head = request.head;
  const std::string_view type = head.headers.find("content-type").value_or("");
  if (!grpc::parse_content_type(type) && named == nullptr) return false;
  if (head.method != "POST") {
    answer_refusal(answerer, request.stream, refuse_method(head, named));
  } else {
    answer_refusal(answerer, request.stream,
                   {415, std::string(head.path()) + " is a gRPC method: the content type must be " +
                             types_of(named) + "."});
  }
  return true;
}

void answer_unmatched(const Desk& desk, Answerer& answerer, const http::RequestEvent& request,
                      const route::Match& match, const NamedMethod* named) {
  const std::string path(request.head.path());
  switch (match.outcome) {
    case route::Match::Outcome::kWrongMethod:
      return answer_refusal(
          answerer, request.stream,
          {405,
           request.head.method + " is not offered for " + path + "; allowed: " + match.allow + ".",
           {{"allow", match.allow}}});
    case route::Match::Outcome::kBadPath:
      return answer_refusal(
          answerer, request.stream,
          {400, "The path " + path + " is not percent-encoded as RFC 3986 has it."});
    default: break;
  }
  if (answer_malformed_call(answerer, request, named)) return;
  if (!desk.catalog->complete) {
    // Until the backends have told what they offer, nobody can say that a path does not exist.
    return answer_error(
        answerer, request.stream,
        {grpc::Code::kUnavailable, "The services are not reachable yet.", grpc::Source::kUpstream});
  }
  answer_refusal(answerer, request.stream, {404, "Nothing is at " + path + "."});
}

const NamedMethod* named_by(const Desk& desk, std::string_view path) {
  const auto found = desk.catalog->methods.find(path);
  return found == desk.catalog->methods.end() ? nullptr : &found->second;
}

/// Gives the path its one spelling, so that all rules see the same; false if it has none.
bool in_normal_form(const Desk& desk, Answerer& answerer, http::RequestEvent& request) {
  std::string& target = request.head.target;
  if (policy::is_normal(target)) return true;
  auto normal = policy::normalise(target);
  if (!normal) {
    answer_refused(desk, answerer, request.stream, normal.error());
    return false;
  }
  if (*normal) target = std::move(**normal);
  return true;
}

/// Who has the calls of a method that no descriptor tells of.
grpc::Result<Upstream*> undescribed(const Catalog& catalog, std::string_view path) {
  const auto& upstreams = catalog.upstreams;
  const bool grpcs_own = path.starts_with("/grpc.");  // health, reflection
  // Through a tunnel of its own a client would pass by all that is checked call by call.
  if (path.starts_with("/trunkline.tunnel.")) {
    return grpc::Error{grpc::Code::kUnimplemented, "Tunnels are not offered to clients."};
  }
  if (upstreams.size() == 1 || (grpcs_own && !upstreams.empty())) return upstreams.front().lines;
  if (catalog.complete) {
    return grpc::Error{grpc::Code::kUnimplemented, "No upstream offers " + std::string(path) + "."};
  }
  return grpc::Error{grpc::Code::kUnavailable,
                     "It is not known yet which upstream offers " + std::string(path) + ".",
                     grpc::Source::kUpstream, true};
}

std::unique_ptr<Exchange> carry_call(const Desk& desk, Answerer& answerer,
                                     const http::RequestEvent& request) {
  const auto named = desk.catalog->methods.find(request.head.path());
  const bool known = named != desk.catalog->methods.end();
  if (known) answerer.record(request.stream)->set_route(*named->second.meters);
  const grpc::Result<Upstream*> upstream =
      known ? named->second.method.upstream : undescribed(*desk.catalog, request.head.path());
  if (!upstream) {
    PassThrough::refuse(answerer, request, upstream.error());
    return nullptr;
  }
  auto call = std::make_unique<PassThrough>(desk, **upstream, answerer, request.stream);
  if (!call->begin(request.head, request.end)) return nullptr;
  return call;
}

std::unique_ptr<Exchange> begin(const Desk& desk, Answerer& answerer,
                                http::RequestEvent&& request) {
  if (!in_normal_form(desk, answerer, request)) return nullptr;
  if (desk.catalog->carries_calls && PassThrough::wants(request.head)) {
    return carry_call(desk, answerer, request);
  }
  route::Match match = desk.catalog->table->find(request.head.method, request.head.path());
  if (match.outcome != route::Match::Outcome::kFound) {
    const NamedMethod* const named = named_by(desk, request.head.path());
    if (named != nullptr && is_connect(request.head, named->method)) {
      return begin_connect(desk, answerer, std::move(request), *named);
    }
    answer_unmatched(desk, answerer, request, match, named);
    return nullptr;
  }
  const Offered& offered = desk.catalog->targets[match.target];
  if (offered.meters != nullptr) answerer.record(request.stream)->set_route(*offered.meters);
  return std::visit(Beginning(desk, answerer, request, match), offered.target);
}

}  // namespace

std::unique_ptr<Exchange> receive(const Desk& desk, Answerer& answerer,
                                  http::RequestEvent&& request) {
  if (!desk.cors.enabled()) return begin(desk, answerer, std::move(request));
  return CrossOrigin::between(desk, answerer, std::move(request), begin);
}

}  // namespace trunkline::exchange
