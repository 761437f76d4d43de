#pragma once

// HTTP/2 as a client speaks it: the gateway's own client session, of which this is the part that
// goes to its backends.

#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "bench/load/request.hpp"
#include "bench/load/session.hpp"
#include "gateway/h2/client_session.hpp"

namespace trunkline::load {

class H2Session final : public Session {
 public:
  explicit H2Session(const Request& request);

  bool has_room() const noexcept override { return session_.can_submit(); }
  bool lasts() const noexcept override { return !session_.draining(); }
  void ask(Ticket ticket, std::string_view path) override;
  bool give_up(Ticket ticket) override;
  bool feed(std::string_view bytes, Answers& answers) override;
  void finish(Answers&) override {}
  bool gather(std::string& out) override;

 private:
  struct Asked {
    Ticket ticket;
    bool ended = false;  // by the server; the stream is not closed yet
  };

  Asked* find(http::StreamId stream) noexcept;
  static void take_trailers(Ticket ticket, const http::Headers& fields, Answers& answers);

  void handle(h2::ResponseEvent& event, Answers& answers);
  void handle(http::DataEvent& event, Answers& answers);
  void handle(http::TrailersEvent& event, Answers& answers);
  void handle(http::SentEvent&, Answers&) {}
  void handle(h2::ClosedEvent& event, Answers& answers);

  h2::ClientSession session_;
  http::RequestHead head_;
  const http::SharedBody body_;
  boost::unordered_flat_map<http::StreamId, Asked> asked_;
  std::vector<h2::ClientEvent> handling_;
};

}  // namespace trunkline::load
