#pragma once

// HTTP/1.1 as a client speaks it, one request at a time, over Boost.Beast's parser, whose own
// containers are left out: of the fields only those that frame the answer are looked at.

#include <memory>
#include <string>
#include <string_view>

#include "bench/load/request.hpp"
#include "bench/load/session.hpp"

namespace trunkline::load {

class H1Session final : public Session {
 public:
  /// `close`: each request asks the server to close the connection behind its answer.
  H1Session(const Request& request, bool close);
  ~H1Session() override;

  bool has_room() const noexcept override { return !under_way_ && lasts_; }
  bool lasts() const noexcept override { return lasts_; }
  void ask(Ticket ticket, std::string_view path) override;
  bool give_up(Ticket) override { return false; }
  bool feed(std::string_view bytes, Answers& answers) override;
  void finish(Answers& answers) override;
  bool gather(std::string& out) override;

 private:
  class Parser;

  bool take(std::string_view& bytes, Answers& answers);
  /// The answer is whole, unless it was an interim one.
  void complete(Answers& answers);

  const bool head_only_;     // the method is HEAD
  const std::string start_;  // before the path
  const std::string rest_;   // behind it
  std::unique_ptr<Parser> parser_;
  std::string output_;
  std::string left_;  // of the input, an unfinished line
  Ticket ticket_ = 0;
  bool under_way_ = false;
  bool lasts_ = true;
};

}  // namespace trunkline::load
