#pragma once

// Private to exchange: a read as a flight: one call to a backend, for all who asked the same before
// it was sent. It belongs to nobody: a client that leaves does not end it while others wait, and
// the last one out cancels it. What comes of it, an answer or an error, goes to those who wait for
// it and to nobody else.

#include <optional>
#include <string>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "gateway/collapse/flights.hpp"
#include "gateway/exchange/content/representation.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/lone_call.hpp"
#include "gateway/exchange/read/reads.hpp"

namespace trunkline::exchange {

class SharedRead;

/// One who waits. on_answer() and on_error() are the flight's last words to it.
class Joiner : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::safe_link>> {
 public:
  virtual void on_endpoint(std::string_view endpoint) = 0;
  virtual void on_answer(Representation& answer) = 0;
  /// `method`: whose transcoder knows what the error's details are.
  virtual void on_error(const grpc::Error& error, const BackendMethod& method) = 0;
  /// When it wants its answer at the latest.
  virtual Clock::time_point deadline() const = 0;
  /// A place among the calls of its client.
  virtual Permit permit() = 0;

 protected:
  Joiner() = default;
  virtual ~Joiner();
  Joiner(const Joiner&) = delete;

  /// No word comes any more.
  void leave();

 private:
  friend class SharedRead;
  SharedRead* read_ = nullptr;
};

class SharedRead final : public collapse::Flight, private LoneCaller {
 public:
  /// What the call is made of.
  struct Question {
    CatalogPtr catalog;  ///< which `method` is of
    const BackendMethod& method;
    http::Headers metadata;
    std::string message;  ///< framed
  };

  SharedRead(std::string key, Question question, const Desk& desk);
  ~SharedRead() override;

  void join(Joiner& joiner);

 private:
  friend class Joiner;
  using Joiners = boost::intrusive::list<Joiner>;

  void depart() override;
  void on_endpoint(std::string_view endpoint) override;
  void on_answer(std::string json, const AnswerMetadata& metadata) override;
  void on_error(const grpc::Error& error, const AnswerMetadata& metadata) override;

  /// Ends the flight with its scope.
  struct Ending {
    SharedRead& read;
    ~Ending() { read.desk_.reads.flights.end(read); }
  };

  void leave(Joiner& joiner);
  /// Calls `tell(joiner)` as the last word to each; then the flight is gone.
  template <class Tell>
  void land(Tell tell);

  const Desk& desk_;
  Question question_;
  LoneCall call_;
  Joiners joiners_;
  bool landed_ = false;  // it is telling everybody, and ends when it has
};

}  // namespace trunkline::exchange
