#include "bench/freshness/reader.hpp"

#include <charconv>
#include <optional>

#include <sys/epoll.h>

namespace trunkline::freshness {
namespace {

constexpr std::string_view kName = R"("name":"agents/)";
constexpr std::string_view kDescription = R"("description":")";

/// The number behind the next `key` in `json`, which begins behind that then.
std::optional<std::uint64_t> next_number(std::string_view& json, std::string_view key) {
  const auto at = json.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  json.remove_prefix(at + key.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
  if (error != std::errc{} || end == json.data() + json.size() || *end != '"') return std::nullopt;
  return number;
}

}  // namespace

void Findings::add(const Findings& other) {
  reads += other.reads;
  numbers += other.numbers;
  stale += other.stale;
  backwards += other.backwards;
  failed += other.failed;
}

Connection::Connection(const Plan& plan, int poll, unsigned seed)
    : plan_(plan), poll_(poll), random_(seed), session_(plan.request), clients_(plan.clients) {
  for (const std::int64_t id : plan.ids) paths_.push_back("/v1/agents/" + std::to_string(id));
  paths_.push_back("/v1/agents?page_size=" + std::to_string(plan.ids.size()));
  for (Client& client : clients_) {
    client.seen.resize(plan.ids.size());
    client.before.resize(plan.ids.size());
    free_.push_back(static_cast<load::Ticket>(free_.size()));
  }
  socket_.connect(plan.place);
  if (!socket_.open()) return;
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
  wanted.data.ptr = this;
  epoll_ctl(poll, EPOLL_CTL_ADD, socket_.descriptor(), &wanted);
}

void Connection::on_events(bool asking) {
  for (;;) {
    std::size_t size = 0;
    const auto state = socket_.read(input_.data(), input_.size(), size);
    if (state == load::Socket::State::kLater) break;
    if (state != load::Socket::State::kDone) return lose();
    if (!session_.feed({input_.data(), size}, *this)) return lose();
  }
  if (asking) ask_all();
  write();
}

void Connection::ask_all() {
  while (!free_.empty() && session_.has_room()) {
    const load::Ticket ticket = free_.back();
    free_.pop_back();
    ask(ticket);
  }
}

void Connection::ask(load::Ticket ticket) {
  Client& client = clients_[ticket];
  client.asked = random_() % paths_.size();
  client.status = 0;
  client.body.clear();
  // Whatever is committed by now is committed before the question is sent.
  for (std::size_t i = 0; i < plan_.ids.size(); ++i) client.before[i] = plan_.board.committed(i);
  session_.ask(ticket, paths_[client.asked]);
}

void Connection::write() {
  session_.gather(backlog_);
  std::string_view left = backlog_;
  while (!left.empty()) {
    const auto state = socket_.write(left);
    if (state == load::Socket::State::kLater) break;
    if (state != load::Socket::State::kDone) return lose();
  }
  backlog_.erase(0, backlog_.size() - left.size());
}

void Connection::lose() {
  findings_.failed += clients_.size() - free_.size();
  free_.clear();
  for (load::Ticket ticket = 0; ticket < clients_.size(); ++ticket) free_.push_back(ticket);
  socket_.close();
}

void Connection::on_status(load::Ticket ticket, int status) {
  clients_[ticket].status = status;
}

void Connection::on_body(load::Ticket ticket, std::string_view bytes) {
  clients_[ticket].body.append(bytes);
}

void Connection::on_end(load::Ticket ticket, bool whole) {
  Client& client = clients_[ticket];
  if (whole && client.status == 200) {
    judge(client);
  } else {
    ++findings_.failed;
  }
  free_.push_back(ticket);
}

void Connection::judge(Client& client) {
  std::string_view json = client.body;
  const bool all = client.asked == plan_.ids.size();
  const std::size_t expected = all ? plan_.ids.size() : 1;
  std::size_t found = 0;
  for (; found < expected; ++found) {
    const std::size_t agent = all ? found : client.asked;
    const auto id = next_number(json, kName);
    const auto number = next_number(json, kDescription);
    if (!id || !number || *id != static_cast<std::uint64_t>(plan_.ids[agent])) break;
    judge(client, agent, *number);
  }
  ++(found == expected ? findings_.reads : findings_.failed);
}

void Connection::judge(Client& client, std::size_t agent, std::uint64_t number) {
  ++findings_.numbers;
  if (number < client.before[agent]) ++findings_.stale;
  if (number < client.seen[agent]) ++findings_.backwards;
  client.seen[agent] = std::max(client.seen[agent], number);
}

}  // namespace trunkline::freshness
