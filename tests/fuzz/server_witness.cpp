#include "tests/fuzz/server_witness.hpp"

#include <algorithm>
#include <utility>

#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

std::string text_of(const http::Headers& headers) {
  std::string text;
  for (const auto field : headers) {
    must(!field.name.empty() && field.name.front() != ':', "no pseudo-header is among the fields");
    must(std::none_of(field.name.begin(), field.name.end(),
                      [](char c) { return c <= ' ' || c == ':' || (c >= 'A' && c <= 'Z'); }),
         "names are in lower case, without spaces, colons and control characters");
    must(std::none_of(field.value.begin(), field.value.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
         "no value can split what is made of it");
    text.append("\n  ").append(field.name).append(": ").append(field.value);
  }
  return text;
}

void check(const http::RequestHead& head) {
  must(!head.method.empty() && head.method != "CONNECT", "a request has a method that we serve");
  must(head.target.starts_with('/') || (head.target == "*" && head.method == "OPTIONS"),
       "a target is a path, or * of OPTIONS");
  must(std::all_of(head.target.begin(), head.target.end(),
                   [](char c) { return c > ' ' && c < 0x7f && c != '#' && c != '\\'; }),
       "a target is visible ASCII without fragment and backslash");
  must(std::all_of(head.authority.begin(), head.authority.end(),
                   [](char c) { return c > ' ' && c < 0x7f && c != '@' && c != '/'; }),
       "an authority is visible ASCII without user information");
  must(head.scheme == "http", "the scheme is the transport's");
  must(!head.headers.contains("host"), "Host is the authority and no field");
  for (const char* name : {"connection", "keep-alive", "transfer-encoding", "upgrade"}) {
    must(!head.headers.contains(name), "no hop-by-hop field goes on");
  }
}

}  // namespace

void ServerWitness::see(std::vector<http::ServerEvent>& events) {
  for (const auto& event : std::exchange(events, {})) see(event);
}

void ServerWitness::see(const http::ServerEvent& event) {
  if (const auto* request = std::get_if<http::RequestEvent>(&event)) {
    must(request->stream > 0, "ids are positive");
    must(requests_.empty() || request->stream > requests_.rbegin()->first,
         "every id is new and above the ones before");
    check(request->head);
    requests_[request->stream].ended = request->end;
    note(request->stream, request->head.method + " " + request->head.authority + " " +
                              request->head.target + text_of(request->head.headers) +
                              (request->end ? " end" : ""));
  } else if (const auto* data = std::get_if<http::DataEvent>(&event)) {
    Request& of = live(data->stream);
    must(!of.ended, "nothing follows the end of a request");
    of.ended = data->end;
    of.unconsumed += data->bytes.size();
    of.largest_due = std::max(of.largest_due, of.unconsumed);
    if (!data->bytes.empty()) {
      if (data_of_ != data->stream) note(data->stream, "data ");
      data_of_ = data->stream;
      log_.append(data->bytes);
    }
    if (data->end) note(data->stream, "end");
  } else if (const auto* trailers = std::get_if<http::TrailersEvent>(&event)) {
    Request& of = live(trailers->stream);
    must(!of.ended, "trailers end a request that had no end yet");
    of.ended = true;
    note(trailers->stream, "trailers" + text_of(trailers->headers));
  } else if (const auto* sent = std::get_if<http::SentEvent>(&event)) {
    Request& of = live(sent->stream);
    must(sent->bytes > 0, "what was sent is something");
    of.sent += sent->bytes;
    must(of.begun && of.sent <= of.handed_in, "no more was sent than we handed in");
  } else {
    const http::StreamId stream = std::get<http::ResetEvent>(event).stream;
    live(stream).reset = true;
    note(stream, "reset");
  }
}

ServerWitness::Request& ServerWitness::live(http::StreamId stream) {
  const auto found = requests_.find(stream);
  must(found != requests_.end(), "events belong to a request that was reported");
  must(!found->second.reset, "nothing follows a reset");
  must(!found->second.answered, "nothing follows a whole answer");
  return found->second;
}

std::vector<http::StreamId> ServerWitness::open() const {
  std::vector<http::StreamId> streams;
  for (const auto& [stream, request] : requests_) {
    if (!request.answered && !request.reset) streams.push_back(stream);
  }
  return streams;
}

void ServerWitness::note(http::StreamId stream, std::string_view what) {
  data_of_ = 0;
  log_.append("\n").append(std::to_string(stream)).append(" ").append(what);
}

}  // namespace trunkline::fuzz
