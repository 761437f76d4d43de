#include "tests/e2e/hostile/siege.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include "tests/support/certificates.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Wire;

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

Besieged& shared(const nlohmann::json& settings) {
  static std::map<std::string, std::unique_ptr<Besieged>> all;
  auto& one = all[settings.dump()];
  if (!one) one = std::make_unique<Besieged>(settings);
  return *one;
}

}  // namespace

Besieged::Besieged(nlohmann::json settings)
    : http_(support::free_port()), https_(support::free_port()), admin_(support::free_port()) {
  settings["listen"] = {
      {"http", loopback(http_)}, {"https", loopback(https_)}, {"admin", loopback(admin_)}};
  settings["tls"] = {{"certificate", support::certificates().server},
                     {"key", support::certificates().server_key}};
  settings["upstream"] = {{"endpoints", {loopback(support::shared_stack("demo").grpc_port())}}};
  process_ = std::make_unique<support::Process>(
      std::vector<std::string>{support::gateway_program(), "--config",
                               scratch_.write("gateway.json", settings.dump())},
      scratch_.path("gateway.log"));
  const bool ready = support::eventually(
      20s, [this] { return support::fetch(Wire::kH1, http_, "/readyz").status == 200; });
  if (!ready) throw std::runtime_error("The gateway did not get ready. It logged:\n" + log());
}

double Besieged::refusals(const std::string& reason) const {
  const std::string page = support::fetch(Wire::kH1, admin_, "/metrics").body;
  const std::string name = "trunkline_refusals_total{reason=\"" + reason + "\"} ";
  const auto at = page.find(name);
  if (at == std::string::npos) {
    throw std::runtime_error("The metrics know no refusal for the reason " + reason + ".");
  }
  return std::stod(page.substr(at + name.size()));
}

std::string Besieged::log() const {
  return support::read_file(scratch_.path("gateway.log"));
}

Neighbour::Neighbour(std::uint16_t port, Wire wire)
    : thread_([this, port, wire] { ask(port, wire); }) {}

void Neighbour::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Neighbour::ask(std::uint16_t port, Wire wire) {
  H1Peer peer(port, is_tls(wire) ? Wire::kTlsH1 : Wire::kH1);
  while (!stopping_) {
    peer.send("GET /agents HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = peer.answer();
    if (!answer || answer->status != 200) {
      trouble_ = answer ? std::to_string(answer->status) + " " + answer->body : "no answer";
      ++failed_;
      return;
    }
    ++answered_;
    std::this_thread::sleep_for(5ms);  // its pace, nothing is awaited by it
  }
}

Siege::Siege(const nlohmann::json& settings) : besieged_(shared(settings)) {}

void Siege::SetUp() {
  neighbour_ = std::make_unique<Neighbour>(port(), wire());
  ASSERT_TRUE(support::eventually(kAwaited, [this] { return neighbour_->answered() > 0; }));
  resident_before_ = besieged_.process().resident_kib();
}

void Siege::TearDown() {
  // It is served after the attack as well as during it.
  const int before = neighbour_->answered();
  EXPECT_TRUE(support::eventually(kAwaited, [&] { return neighbour_->answered() > before + 2; }));
  neighbour_->stop();
  EXPECT_EQ(neighbour_->failed(), 0) << neighbour_->trouble();
  ASSERT_TRUE(besieged_.process().running()) << besieged_.log();
  EXPECT_LT(besieged_.process().resident_kib() - resident_before_, kMostGrowthKib);
}

void Siege::watch_any(std::vector<std::string> reasons) {
  reasons_ = std::move(reasons);
  before_ = refusals();
}

double Siege::refusals() const {
  double sum = 0;
  for (const std::string& reason : reasons_) sum += besieged_.refusals(reason);
  return sum;
}

testing::AssertionResult Siege::counted(double least) {
  double more = 0;
  const bool enough = support::eventually(kAwaited, [&] {
    more = refusals() - before_;
    return more >= least;
  });
  if (enough) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << nlohmann::json(reasons_) << " was counted " << more << " times instead of " << least;
}

testing::AssertionResult Siege::counted_nothing() {
  const double more = refusals() - before_;
  if (more == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << nlohmann::json(reasons_) << " was counted " << more << " times";
}

}  // namespace trunkline::e2e
