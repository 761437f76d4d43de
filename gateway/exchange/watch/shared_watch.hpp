#pragma once

// Private to exchange: one watch of a backend's collection for all who ask the same. It belongs to
// nobody, and ends some time after the last has left.
//
//   asking --snapshot--> live <--------------- first answer ---+
//     |                   |                                    |
//     |                   +-- lost --> away, asks again with its version
//     |                                  |
//     +-- lost: an error for all         +-- for longer than patience: an error for all
//
// A final error ends it wherever it is. While it is away its members keep what they have, and who
// comes gets the last state that is known.

#include <chrono>
#include <optional>
#include <string>

#include <boost/intrusive/list.hpp>

#include "gateway/exchange/catalog.hpp"
#include "gateway/exchange/permit.hpp"
#include "gateway/exchange/upstream.hpp"
#include "gateway/exchange/watch/watch_events.hpp"
#include "gateway/exchange/watch/watch_settings.hpp"
#include "gateway/exchange/watch/watch_state.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

class SharedWatch;
class Watches;

/// One who watches. on_end() is the watch's last word to it.
class WatchMember : public boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::safe_link>> {
 public:
  /// The state is another, or known for the first time.
  virtual void on_state() = 0;
  virtual void on_end(const grpc::Error& error) = 0;
  /// The gateway goes down: who has something may go, to come again.
  virtual void on_drain() = 0;

 protected:
  WatchMember() = default;
  virtual ~WatchMember();
  WatchMember(const WatchMember&) = delete;

  /// No word comes any more.
  void leave();
  /// Null before it has joined and after it has left.
  SharedWatch* watch() const noexcept { return watch_; }

 private:
  friend class SharedWatch;
  SharedWatch* watch_ = nullptr;
};

class SharedWatch final : private CallObserver {
 public:
  /// What the call is made of.
  struct Question {
    CatalogPtr catalog;  ///< which `method` is of
    const BackendMethod& method;
    http::Headers metadata;
    std::string request;  ///< without its resume field
    Permit permit;        ///< of who has asked first
  };

  SharedWatch(Watches& watches, std::string key, Question question, std::size_t message_bytes);
  ~SharedWatch();
  SharedWatch(const SharedWatch&) = delete;

  /// Asks the backend; nobody is told of an error.
  grpc::Result<void> begin();
  void join(WatchMember& member);

  const std::string& key() const noexcept { return key_; }
  const WatchState& state() const noexcept { return state_; }
  /// See WatchEvents.
  grpc::Result<http::SharedBody> event(std::optional<Revision> base,
                                       const WatchEvents::TranscoderPtr& transcoder,
                                       WatchPiece piece) {
    return events_.event(state_, base, transcoder, piece);
  }
  std::uint64_t encoded() const noexcept { return events_.encoded(); }

  /// When it wants to be woken; max: never.
  Clock::time_point due() const noexcept;
  /// May destroy it.
  void wake(Clock::time_point now);
  void drain();

 private:
  friend class WatchMember;
  using Members = boost::intrusive::list<WatchMember>;
  static constexpr auto kNever = Clock::time_point::max();

  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  Upstream& upstream() const { return *question_.method.upstream; }
  grpc::Result<bool> take(std::string_view bytes);
  void tell();
  void leave(WatchMember& member);
  void lost(const grpc::Error& error);
  void ask_again(Clock::time_point now);
  void await_backoff(Clock::time_point now);
  /// Tells everybody, and destroys it.
  void end(const grpc::Error& error);
  void cancel();

  Watches& watches_;
  const std::string key_;
  Question question_;
  const std::size_t message_bytes_;
  WatchState state_;
  WatchEvents events_;
  Members members_;
  std::optional<CallId> call_;
  std::optional<grpc::Deframer> deframer_;  // of the call
  grpc::Error why_;                         // it was lost last
  std::chrono::milliseconds backoff_;
  Clock::time_point ask_at_ = kNever;
  Clock::time_point give_up_at_ = kNever;  // away, and for how long yet
  Clock::time_point linger_until_ = kNever;
};

}  // namespace trunkline::exchange
