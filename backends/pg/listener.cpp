#include "backends/pg/listener.hpp"

#include <set>
#include <system_error>
#include <utility>

#include <poll.h>
#include <pqxx/pqxx>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backends/pg/conninfo.hpp"

namespace trunkline::pg {

namespace {

// Of a connection that mostly hears: a peer that is gone is noticed in about 5 s.
std::string patient(std::string_view conninfo) {
  constexpr std::string_view kKeepalive =
      "keepalives=1 keepalives_idle=2 keepalives_interval=1 keepalives_count=3 ";
  auto full = with_defaults(conninfo);
  // A URI brings its own; the probe and tcp_user_timeout notice as well.
  return full.find("://") == std::string::npos ? std::string(kKeepalive) + full : full;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

// One connection; throws what libpqxx throws.
class Listener::Line {
 public:
  Line(const std::string& conninfo, const std::string& channel) : connection_(conninfo) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    receiver_ = std::make_unique<Receiver>(connection_, channel);
  }

  int socket() const {
    return connection_.sock();
  }

  /// What came since, each payload once.
  std::set<std::string> take() {
    connection_.get_notifs();
    return std::exchange(receiver_->payloads, {});
  }

  void probe() {
    pqxx::nontransaction(connection_).exec("SELECT 1");
  }

 private:
  struct Receiver final : pqxx::notification_receiver {
    using notification_receiver::notification_receiver;
    void operator()(const std::string& payload, int) override { payloads.insert(payload); }
    std::set<std::string> payloads;
  };

  pqxx::connection connection_;
  pqxx::quiet_errorhandler quiet_{connection_};
  std::unique_ptr<Receiver> receiver_;
};

Listener::Listener(const std::string& conninfo, std::string channel, Hearing hearing)
    : conninfo_(patient(conninfo)),
      channel_(std::move(channel)),
      hearing_(std::move(hearing)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (stop_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { live(); });
}

Listener::~Listener() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  ::close(stop_);
}

bool Listener::pause(std::chrono::milliseconds time) {
  pollfd stop{stop_, POLLIN, 0};
  return ::poll(&stop, 1, static_cast<int>(time.count())) == 0;
}

void Listener::live() {
  Backoff backoff;
  std::string reason;
  do {
    bool connected = false;
    try {
      Line line(conninfo_, channel_);
      connected = true;
      backoff.reset();
      reason.clear();
      spdlog::debug("database: listening");
      hearing_.listening();
      hear(line);
      hearing_.deaf();
      return;  // asked to stop
    } catch (const std::exception& e) {
      if (connected) hearing_.deaf();
      const auto why = first_line(e.what());
      if (why != reason) spdlog::warn("database: cannot listen, trying again: {}", why);
      reason = why;
    }
  } while (pause(backoff.next()));
}

// Returns when it is to stop; throws when the connection breaks.
void Listener::hear(Line& line) {
  for (;;) {
    pollfd fds[] = {{stop_, POLLIN, 0}, {line.socket(), POLLIN, 0}};
    const int ready = ::poll(fds, 2, static_cast<int>(kProbeEvery.count()));
    if (fds[0].revents != 0) return;
    if (ready == 0) line.probe();
    for (const auto& payload : line.take()) hearing_.told(payload);
  }
}

}  // namespace trunkline::pg
