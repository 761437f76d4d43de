#include "tests/backends/support/program.hpp"

#include <array>
#include <csignal>
#include <thread>

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace trunkline::test {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Program::Program(const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe_ends{};
  if (::pipe(pipe_ends.data()) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  if (posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  stderr_ = pipe_ends[0];
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(stderr_);
}

std::string Program::wait_for_line(const std::string& text, milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (true) {
    if (const auto at = log_.find(text); at != std::string::npos) {
      const auto end = log_.find('\n', at);
      if (end != std::string::npos) {
        const auto begin = log_.rfind('\n', at) + 1;
        return log_.substr(begin, end - begin);
      }
    }
    if (Clock::now() >= until) return {};
    if (!read_some(milliseconds(50)) && pid_ <= 0) return {};
  }
}

bool Program::read_some(milliseconds patience) {
  pollfd poll{stderr_, POLLIN, 0};
  if (::poll(&poll, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 4096> buffer{};
  const auto n = ::read(stderr_, buffer.data(), buffer.size());
  if (n > 0) log_.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

void Program::signal(int number) const {
  ::kill(pid_, number);
}

int Program::wait(milliseconds patience) {
  const auto until = Clock::now() + patience;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() >= until) return -1;
    std::this_thread::sleep_for(milliseconds(5));
  }
  pid_ = -1;
  while (read_some(milliseconds(0))) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace trunkline::test
