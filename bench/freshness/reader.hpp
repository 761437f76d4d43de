#pragma once

// Clients that read agents through the gateway, many at a time, and hold each answer against what
// was committed before its question was sent, and against what the same client has seen before.

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/freshness/board.hpp"
#include "bench/load/h2_session.hpp"
#include "bench/load/socket.hpp"

namespace trunkline::freshness {

struct Findings {
  std::uint64_t reads = 0;      ///< answers that were held against the board
  std::uint64_t numbers = 0;    ///< in them
  std::uint64_t stale = 0;      ///< numbers older than one committed before the question
  std::uint64_t backwards = 0;  ///< numbers older than one that the same client had seen
  std::uint64_t failed = 0;     ///< requests without a right answer

  void add(const Findings& other);
};

/// A client asks one thing after the other; a connection carries many clients, each on a stream.
class Connection final : private load::Answers {
 public:
  struct Plan {
    const load::Place& place;
    const load::Request& request;
    const std::vector<std::int64_t>& ids;  ///< of the agents, in the board's order
    const Board& board;
    std::size_t clients;
  };

  Connection(const Plan& plan, int poll, unsigned seed);

  /// False when the connection could not be had or was lost.
  bool open() const noexcept { return socket_.open(); }
  /// What epoll says of it.
  void on_events(bool asking);
  /// Whether an answer is still to come.
  bool waiting() const noexcept { return free_.size() < clients_.size(); }
  const Findings& findings() const noexcept { return findings_; }

 private:
  struct Client {
    std::vector<std::uint64_t> seen;    // of each agent, the latest number
    std::vector<std::uint64_t> before;  // of each agent, what was committed when it asked
    std::size_t asked = 0;              // the agent, or all of them
    int status = 0;
    std::string body;
  };

  void on_status(load::Ticket ticket, int status) override;
  void on_body(load::Ticket ticket, std::string_view bytes) override;
  void on_grpc_status(load::Ticket, std::string_view) override {}
  void on_end(load::Ticket ticket, bool whole) override;

  void ask_all();
  void ask(load::Ticket ticket);
  void judge(Client& client);
  void judge(Client& client, std::size_t agent, std::uint64_t number);
  void write();
  void lose();

  const Plan& plan_;
  const int poll_;
  std::minstd_rand random_;
  std::vector<std::string> paths_;  // of each agent, and of all
  load::Socket socket_;
  load::H2Session session_;
  std::vector<Client> clients_;
  std::vector<load::Ticket> free_;
  std::string backlog_;
  std::vector<char> input_ = std::vector<char>(128 * 1024);
  Findings findings_;
};

}  // namespace trunkline::freshness
