#pragma once

// One backend address and the lines to it: keeps them up, opens another when they fill or when it
// is told to, tries again with growing pauses when the backend is away.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "gateway/net/address.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/worker.hpp"
#include "gateway/upstream/line.hpp"
#include "gateway/upstream/seating.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Endpoint {
 public:
  class Owner : public Line::Owner {
   public:
    /// The first failure after the endpoint was up, and each that has another reason than the one
    /// before; further attempts go on.
    virtual void on_endpoint_down(Endpoint& endpoint, const std::string& reason) = 0;
    virtual void on_endpoint_up(Endpoint& endpoint) = 0;
    /// The first line to it is ready, or the first after all were gone. Its backend may be another
    /// one than before, also if nobody has noticed that it was away.
    virtual void on_endpoint_reached() = 0;

    /// Its last line that was ready is gone.
    virtual void on_endpoint_lost() = 0;

   protected:
    ~Owner() = default;
  };

  /// `tls` belongs to the owner, who may renew it at any time; without one, lines are cleartext.
  Endpoint(net::Worker& worker, const Settings& settings, const Seating& seating,
           const std::optional<net::TlsContext>& tls, net::Address address, Owner& owner,
           observe::UpstreamMeters& meters);
  Endpoint(const Endpoint&) = delete;

  /// Opens the lines that are missing.
  void keep_up();

  /// The line with room that carries the fewest calls, or null. Where lines are shared, opens
  /// another when all are crowded.
  Line* line_with_room();

  /// Whether it may have another line now.
  bool can_widen() const noexcept;
  /// Opens another line. Needs can_widen().
  void widen();
  /// Lines that are there or on their way.
  std::size_t lines() const noexcept { return usable_lines() + dialing_; }
  /// Those of them that are on their way.
  std::size_t coming() const noexcept;

  /// Not known to be away: a call may wait for it.
  bool hopeful() const noexcept { return !down_; }
  /// There is a line to it.
  bool reached() const noexcept;
  const net::Address& address() const noexcept { return address_; }

  // Told by the owner, who hears it from the lines.
  void on_line_ready(Line& line);
  void on_line_draining();
  void on_line_closed(Line& line);
  bool owns(const Line& line) const noexcept;

 private:
  void open_line();
  std::shared_ptr<Line> make_line(net::AnyStream stream);
  boost::asio::awaitable<void> connect();
  bool may_dial() const noexcept { return dialing_ == 0 || !troubled_; }
  std::size_t usable_lines() const noexcept;
  void failed(const std::string& reason);

  net::Worker& worker_;
  const Settings& settings_;
  const Seating& seating_;
  const std::optional<net::TlsContext>& tls_;
  const net::Address address_;
  Owner& owner_;
  observe::EndpointMeters& meters_;
  std::vector<std::shared_ptr<Line>> lines_;
  std::size_t wanted_;
  std::chrono::milliseconds backoff_;
  net::Clock::time_point attempted_at_{};
  std::size_t dialing_ = 0;  // attempts to connect that are under way
  bool troubled_ = false;    // something went wrong since a line was last ready
  bool down_ = false;
  std::string reason_;  // why, the last time
};

}  // namespace trunkline::upstream
