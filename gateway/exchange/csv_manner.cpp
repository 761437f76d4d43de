#include "gateway/exchange/csv_manner.hpp"

#include <algorithm>
#include <utility>

#include "gateway/exchange/content/accept.hpp"
#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/rest_manner.hpp"

namespace trunkline::exchange {
namespace {

// What stands for itself in a query (RFC 3986 section 2.3).
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

void append_encoded(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
}

bool is_token(std::string_view parameter) {
  const auto name = parameter.substr(0, parameter.find('='));
  return name == "page_token" || name == "pageToken";
}

// The same target, with another page token.
std::string next_page(std::string_view target, std::string_view token) {
  const auto mark = target.find('?');
  std::string next(target.substr(0, mark));
  char before = '?';
  auto query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto parameter = query.substr(0, end);
    if (!parameter.empty() && !is_token(parameter)) {
      next.append(1, std::exchange(before, '&')).append(parameter);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  next.append(1, before).append("pageToken=");
  append_encoded(token, next);
  return next;
}

class CsvManner final : public UnaryManner {
 public:
  grpc::Result<http::Headers> metadata(const Desk& desk, Answerer& answerer, http::StreamId stream,
                                       const http::RequestHead& head) const override {
    return rest_manner().metadata(desk, answerer, stream, head);
  }

  void answer(Answerer& answerer, http::StreamId stream, std::string json,
              const AnswerMetadata& metadata, const RequestMaker& request) const override {
    auto csv = transcode::csv_of(*request.method().csv, json);
    if (!csv) return fail(answerer, stream, csv.error(), *request.method().transcoder, metadata);
    http::ResponseHead head{200,
                            {{"content-type", "text/csv; charset=utf-8; header=present"},
                             {"vary", "accept"},
                             {"x-content-type-options", "nosniff"}}};
    if (!csv->next_token.empty()) {
      head.headers.add("link",
                       "<" + next_page(request.head().target, csv->next_token) + ">; rel=\"next\"");
    }
    answerer.respond(stream, head, http::SharedBody(std::move(csv->text)));
  }

  void fail(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
            const transcode::Transcoder& transcoder,
            const AnswerMetadata& metadata) const override {
    rest_manner().fail(answerer, stream, error, transcoder, metadata);
  }

  void refuse(Answerer& answerer, http::StreamId stream, HttpRefusal refusal) const override {
    rest_manner().refuse(answerer, stream, std::move(refusal));
  }
};

}  // namespace

const UnaryManner& csv_manner() {
  static constexpr CsvManner manner;
  return manner;
}

bool prefers_csv(const BackendMethod& method, const http::Headers& headers) {
  if (!method.csv || !headers.find("accept")) return false;
  constexpr std::string_view kOffered[] = {kJsonType, kCsvType};
  return choose_type(headers, kOffered) == 1;
}

}  // namespace trunkline::exchange
