#include <utility>

#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/pass_through.hpp"
#include "gateway/exchange/readiness.hpp"
#include "gateway/exchange/unary_call.hpp"

namespace trunkline::exchange {
namespace {

/// Lets an exchange of the target's kind begin.
class Beginning {
 public:
  Beginning(const Desk& desk, Answerer& answerer, http::RequestEvent& request, route::Match& match)
      : desk_(desk), answerer_(answerer), request_(request), match_(match) {}

  std::unique_ptr<Exchange> operator()(const FixedAnswer& fixed) const {
    answerer_.respond(request_.stream, {200, {{"content-type", fixed.content_type}}}, fixed.body);
    return nullptr;
  }

  std::unique_ptr<Exchange> operator()(const ReadinessProbe&) const {
    auto readiness = std::make_unique<Readiness>(desk_, answerer_, request_.stream);
    if (!readiness->begin()) return nullptr;
    return readiness;
  }

  std::unique_ptr<Exchange> operator()(const UnaryMethod& method) const {
    auto call =
        std::make_unique<UnaryCall>(desk_, answerer_, request_.stream, std::move(request_.head),
                                    method, std::move(match_.captures));
    if (request_.end && !call->begin()) return nullptr;
    return call;
  }

  std::unique_ptr<Exchange> operator()(const StreamingMethod& method) const {
    answer_refusal(answerer_, request_.stream, 501,
                   "The method " + method.path + " streams; call it by gRPC.");
    return nullptr;
  }

 private:
  const Desk& desk_;
  Answerer& answerer_;
  http::RequestEvent& request_;
  route::Match& match_;
};

void answer_unmatched(const Desk& desk, Answerer& answerer, const http::RequestEvent& request,
                      const route::Match& match) {
  const std::string path(request.head.path());
  switch (match.outcome) {
    case route::Match::Outcome::kWrongMethod:
      return answer_refusal(
          answerer, request.stream, 405,
          request.head.method + " is not offered for " + path + "; allowed: " + match.allow + ".",
          {{"allow", match.allow}});
    case route::Match::Outcome::kBadPath:
      return answer_refusal(answerer, request.stream, 400,
                            "The path " + path + " is not percent-encoded as RFC 3986 has it.");
    default: break;
  }
  if (!desk.catalog->complete) {
    // Until the backends have told what they offer, nobody can say that a path does not exist.
    return answer_error(
        answerer, request.stream,
        {grpc::Code::kUnavailable, "The services are not reachable yet.", grpc::Source::kUpstream});
  }
  answer_refusal(answerer, request.stream, 404, "Nothing is at " + path + ".");
}

}  // namespace

std::unique_ptr<Exchange> receive(const Desk& desk, Answerer& answerer,
                                  http::RequestEvent&& request) {
  if (PassThrough::wants(request.head)) {
    auto call = std::make_unique<PassThrough>(desk, answerer, request.stream);
    if (!call->begin(request.head, request.end)) return nullptr;
    return call;
  }
  route::Match match = desk.catalog->table->find(request.head.method, request.head.path());
  if (match.outcome != route::Match::Outcome::kFound) {
    answer_unmatched(desk, answerer, request, match);
    return nullptr;
  }
  return std::visit(Beginning(desk, answerer, request, match), desk.catalog->targets[match.target]);
}

}  // namespace trunkline::exchange
