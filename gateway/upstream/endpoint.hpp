#pragma once

// One backend address and the lines to it: keeps them up, opens another when they fill, tries
// again with growing pauses when the backend is away.

#include <chrono>
#include <memory>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "gateway/net/address.hpp"
#include "gateway/net/worker.hpp"
#include "gateway/upstream/line.hpp"
#include "gateway/upstream/settings.hpp"

namespace trunkline::upstream {

class Endpoint {
 public:
  class Owner : public Line::Owner {
   public:
    /// The first failure after the endpoint was up; further attempts go on.
    virtual void on_endpoint_down(Endpoint& endpoint, const std::string& reason) = 0;
    virtual void on_endpoint_up(Endpoint& endpoint) = 0;

   protected:
    ~Owner() = default;
  };

  Endpoint(net::Worker& worker, const Settings& settings, net::Address address, Owner& owner);
  Endpoint(const Endpoint&) = delete;

  /// Opens the lines that are missing.
  void keep_up();

  /// The line with room that carries the fewest calls, or null. Opens another when all are
  /// crowded.
  Line* line_with_room();

  /// Not known to be away: a call may wait for it.
  bool hopeful() const noexcept { return !down_; }
  const net::Address& address() const noexcept { return address_; }

  // Told by the owner, who hears it from the lines.
  void on_line_ready(Line& line);
  void on_line_closed(Line& line);
  bool owns(const Line& line) const noexcept;

 private:
  boost::asio::awaitable<void> connect();
  std::size_t usable_lines() const noexcept;
  void failed(const std::string& reason);

  net::Worker& worker_;
  const Settings& settings_;
  const net::Address address_;
  Owner& owner_;
  std::vector<std::shared_ptr<Line>> lines_;
  std::size_t wanted_;
  std::chrono::milliseconds backoff_;
  net::Clock::time_point attempted_at_{};
  bool connecting_ = false;
  bool down_ = false;
};

}  // namespace trunkline::upstream
