#include "gateway/exchange/cross_origin.hpp"

#include <utility>

namespace trunkline::exchange {

std::unique_ptr<Exchange> CrossOrigin::between(const Desk& desk, Answerer& client,
                                               http::RequestEvent&& request, Receive& receive) {
  if (const auto answer = desk.cors.preflight(request.head)) {
    client.respond(request.stream, *answer, {});
    return nullptr;
  }
  const auto origin = request.head.headers.find("origin");
  // Without an origin only caches care who else may read it, and they keep no answer to a POST.
  if (!origin && request.head.method == "POST") return receive(desk, client, std::move(request));
  auto made = std::make_unique<CrossOrigin>(desk.cors, client, std::string(origin.value_or("")));
  made->within_ = receive(desk, *made, std::move(request));
  if (!made->within_) return nullptr;  // answered at once
  return made;
}

CrossOrigin::CrossOrigin(const policy::Cors& cors, Answerer& client, std::string origin)
    : cors_(cors), client_(client), origin_(std::move(origin)) {}

void CrossOrigin::respond(http::StreamId stream, const http::ResponseHead& head,
                          http::SharedBody body) {
  client_.respond(stream, decorated(head), std::move(body));
}

void CrossOrigin::start(http::StreamId stream, const http::ResponseHead& head) {
  client_.start(stream, decorated(head));
}

void CrossOrigin::send(http::StreamId stream, http::SharedBody chunk) {
  client_.send(stream, std::move(chunk));
}

void CrossOrigin::finish(http::StreamId stream, http::Headers trailers) {
  client_.finish(stream, std::move(trailers));
}

void CrossOrigin::consume(http::StreamId stream, std::size_t bytes) {
  client_.consume(stream, bytes);
}

http::ResponseHead CrossOrigin::decorated(const http::ResponseHead& head) const {
  http::ResponseHead answer = head;
  cors_.decorate(origin_, answer.headers);
  return answer;
}

}  // namespace trunkline::exchange
