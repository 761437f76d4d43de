// What an operator is told who asked for something that cannot be: in a sentence, with the key,
// the value and what is allowed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Program {
  std::string name;
  std::string (*path)();
  std::string good;         ///< a configuration file
  std::string wrong_value;  ///< one whose only key holds what it must not
  std::string key;          ///< that key
  std::string value;
  std::string allowed;
  std::string listen_flag;
};
void PrintTo(const Program& program, std::ostream* out) {
  *out << program.name;
}

class Config : public testing::TestWithParam<Program> {
 protected:
  static Outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), GetParam().path());
    return support::run(arguments, std::chrono::seconds(10));
  }

  Outcome check(const std::string& text) {
    return run({"--check", scratch_.write("it.json", text)});
  }

  support::Scratch scratch_;
};

TEST_P(Config, GoodFileIsFoundGood) {
  const Outcome checked = check("// A remark.\n" + GetParam().good + " /* and another */");
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("ok"));
  EXPECT_EQ(checked.err, "");
  EXPECT_EQ(check("{}").exit_code, 0);
}

TEST_P(Config, UnknownKeyIsNamed) {
  const Outcome checked = check(R"({"lisen": 1})");
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, HasSubstr("lisen"));
  EXPECT_EQ(checked.out, "");
}

TEST_P(Config, WrongValueIsNamedWithItsKeyAndWhatIsAllowed) {
  const Outcome checked = check(GetParam().wrong_value);
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, AllOf(HasSubstr(GetParam().key), HasSubstr(GetParam().value),
                                 HasSubstr(GetParam().allowed)));
}

TEST_P(Config, EveryFaultOfAFileIsNamedAtOnce) {
  const Outcome checked = check(R"({"one": 1, "two": 2, "log": {"level": "loud"}})");
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, AllOf(HasSubstr("one"), HasSubstr("two"), HasSubstr("log.level"),
                                 HasSubstr("loud"), HasSubstr("\"info\"")));
}

TEST_P(Config, SyntaxErrorIsNamedByItsLine) {
  const Outcome checked = check("{\n  \"log\": {\n    \"level\" \"info\"\n  }\n}");
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, HasSubstr("line 3"));
}

TEST_P(Config, MissingFileIsNamed) {
  const Outcome checked = run({"--check", scratch_.path("nowhere.json")});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, HasSubstr("nowhere.json"));
}

TEST_P(Config, BadFileKeepsTheProgramFromStarting) {
  const Outcome started = run({"--config", scratch_.write("it.json", R"({"lisen": 1})")});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, HasSubstr("lisen"));
}

TEST_P(Config, UnknownFlagIsNamed) {
  const Outcome started = run({"--lisen", "1"});
  EXPECT_GT(started.exit_code, 0);
  EXPECT_LT(started.exit_code, 128);
  EXPECT_THAT(started.out + started.err, HasSubstr("--lisen"));
}

TEST_P(Config, ReferenceNamesEveryKeyOfTheGoodFile) {
  const Outcome reference = run({"--config-reference"});
  EXPECT_EQ(reference.exit_code, 0);
  EXPECT_THAT(reference.out, AllOf(HasSubstr("| `" + GetParam().key + "` |"),
                                   HasSubstr("| `log.level` |"), HasSubstr(GetParam().allowed)));
}

TEST_P(Config, HelpNamesEveryFlagUsedHere) {
  const Outcome help = run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--config"), HasSubstr("--check"),
                              HasSubstr(GetParam().listen_flag)));
}

TEST_P(Config, PortInUseIsASentenceAndExitCodeOne) {
  // Held by a program that listens there: a gateway.
  auto& stack = support::shared_stack("2015");
  const std::string address = "127.0.0.1:" + std::to_string(stack.port(support::Wire::kH1));
  const Outcome started = run({GetParam().listen_flag, address});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, AllOf(HasSubstr(address), HasSubstr("isten on")));
  EXPECT_THAT(started.err, Not(HasSubstr("terminate called")));
}

INSTANTIATE_TEST_SUITE_P(
    Of, Config,
    testing::Values(
        Program{"Gateway", support::gateway_program,
                R"({"listen": {"http": "127.0.0.1:8080"}, "workers": 2, "log": {"level": "info"}})",
                R"({"h2": {"max_concurrent_streams": "many"}})", "h2.max_concurrent_streams",
                "\"many\"", "an integer from 1 to 100000", "--http"},
        Program{"Backend", support::backend_program,
                R"({"listen": "127.0.0.1:50051", "database": {"queue": 5}})",
                R"({"database": {"queue": 0}})", "database.queue", "0",
                "an integer from 1 to 1000000", "--listen"}),
    [](const auto& param) { return param.param.name; });

TEST(GatewayConfig, KeyThatIsNotThereIsNamed) {
  const support::Scratch scratch;
  const Outcome started = support::run(
      {support::gateway_program(), "--http", "127.0.0.1:" + std::to_string(support::free_port()),
       "--certificate", scratch.path("nowhere.crt"), "--key", scratch.path("nowhere.key")},
      std::chrono::seconds(10));
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, HasSubstr("nowhere."));
}

TEST(GatewayConfig, FlagThatIsNoAddressIsNamed) {
  const Outcome started = support::run({support::gateway_program(), "--http", "8080"});
  EXPECT_GT(started.exit_code, 0);
  EXPECT_THAT(started.out + started.err, AllOf(HasSubstr("--http"), HasSubstr("8080")));
}

}  // namespace
}  // namespace trunkline::e2e
