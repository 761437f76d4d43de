// The wallboard in Chromium, over h2 and TLS, in front of a real database: what people see and do.
// What it finds is told by node/wallboard.mjs.

#include <csignal>
#include <filesystem>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

TEST(Wallboard, ShowsWhatIsAndDoesWhatItIsTold) {
  const auto database = support::Cluster::shared().load("demo", "e2e_wallboard");
  const auto migrated =
      support::run({support::backend_program(), "--database", database.conninfo(), "--migrate"});
  ASSERT_EQ(migrated.exit_code, 0) << migrated.err;
  support::Stack stack(database.conninfo());
  stack.start();
  const support::Scratch scratch;
  const auto wish = std::filesystem::path(scratch.path("restart"));
  auto page = std::async(std::launch::async, [&] {
    return support::run({"node", support::source("tests/e2e/node/wallboard.mjs"),
                         "https://127.0.0.1:" + std::to_string(stack.port(support::Wire::kTlsH2)),
                         database.conninfo(), wish.string()},
                        240s);
  });
  // The page's script asks for a gateway that goes away and comes back by putting a file there.
  while (page.wait_for(50ms) != std::future_status::ready) {
    if (!std::filesystem::exists(wish)) continue;
    stack.gateway().signal(SIGKILL);
    stack.gateway().wait(10s);
    std::this_thread::sleep_for(2s);
    stack.start_gateway();
    std::filesystem::remove(wish);
  }
  const auto outcome = page.get();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err << stack.logs();
}

}  // namespace
}  // namespace trunkline::e2e
