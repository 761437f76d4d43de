// The checker can fail: one small tree for each kind of fault, and for what is allowed.

#include "tests/layering/checker.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace trunkline::layering {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Checker : public testing::Test {
 protected:
  Checker() {
    write("gateway/main.cpp", "");
    write("backends/main.cpp", "");
  }
  ~Checker() override { fs::remove_all(top_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((top_ / path).parent_path());
    std::ofstream(top_ / path) << text;
  }

  std::vector<std::string> faults() const { return check(top_, house_plan()).faults; }

  /// The faults of a tree in which that file holds that one line.
  std::vector<std::string> faults_of(const std::string& path, const std::string& line) const {
    write(path, "#pragma once\n" + line + "\n");
    return faults();
  }

  const fs::path top_ = fs::temp_directory_path() / ("layering-" + std::to_string(::getpid()));
};

TEST_F(Checker, AllowsARoomItselfAndTheRowsAboveIt) {
  write("gateway/exchange/a.cpp",
        "#include <vector>\n"
        "#include \"gateway/exchange/a.hpp\"\n"
        "#include \"gateway/route/b.hpp\"\n"
        "  #  include \"gateway/http/c.hpp\"  // a remark\n");
  write("gateway/compose.cpp",
        "#include \"gateway/compose.hpp\"\n"
        "#include \"gateway/config/a.hpp\"\n"
        "#include \"gateway/http/b.hpp\"\n");
  const Findings findings = check(top_, house_plan());
  EXPECT_THAT(findings.faults, IsEmpty());
  EXPECT_EQ(findings.includes, 7U);
  EXPECT_EQ(findings.files, 4U);
}

TEST_F(Checker, RefusesAnArrowDown) {
  EXPECT_THAT(faults_of("gateway/http/a.hpp", "#include \"gateway/h2/b.hpp\""),
              ElementsAre("gateway/http/a.hpp:2: the plan draws no arrow from gateway/http to "
                          "gateway/h2."));
}

TEST_F(Checker, RefusesAnArrowSideways) {
  EXPECT_THAT(faults_of("gateway/h1/a.hpp", "#include \"gateway/h2/b.hpp\""),
              ElementsAre(HasSubstr("no arrow from gateway/h1 to gateway/h2")));
}

TEST_F(Checker, RefusesAnArrowWrittenInAngleBrackets) {
  EXPECT_THAT(faults_of("gateway/h1/a.hpp", "#include <gateway/h2/b.hpp>"),
              ElementsAre(HasSubstr("no arrow from gateway/h1 to gateway/h2")));
}

TEST_F(Checker, RefusesThatARoomKnowsTheWhole) {
  EXPECT_THAT(faults_of("gateway/net/a.hpp", "#include \"gateway/config/b.hpp\""),
              ElementsAre(HasSubstr("no arrow from gateway/net to gateway/config")));
  EXPECT_THAT(faults_of("gateway/net/a.hpp", "#include \"gateway/compose.hpp\""),
              ElementsAre(HasSubstr("no arrow from gateway/net to gateway.")));
}

TEST_F(Checker, RefusesARoomThatThePlanDoesNotKnow) {
  EXPECT_THAT(faults_of("gateway/misc/a.cpp", ""),
              ElementsAre("gateway/misc/a.cpp: the plan knows no room gateway/misc."));
}

TEST_F(Checker, RefusesAnIncludeOfARoomThatThePlanDoesNotKnow) {
  EXPECT_THAT(faults_of("gateway/compose.cpp", "#include \"gateway/misc/a.hpp\""),
              ElementsAre(HasSubstr("the plan knows no room gateway/misc")));
}

TEST_F(Checker, RefusesArrowsBetweenTheTreesExceptTheBridge) {
  EXPECT_THAT(faults_of("backends/config/a.cpp", "#include \"gateway/settings/keys.hpp\""),
              IsEmpty());
  EXPECT_THAT(faults_of("backends/config/a.cpp", "#include \"gateway/http/b.hpp\""),
              ElementsAre(HasSubstr("no arrow from backends/config to gateway/http")));
  write("backends/config/a.cpp", "");
  EXPECT_THAT(faults_of("gateway/compose.cpp", "#include \"backends/pg/b.hpp\""),
              ElementsAre(HasSubstr("no arrow from gateway to backends/pg")));
}

TEST_F(Checker, KeepsTheServicesOfTheBackendApart) {
  EXPECT_THAT(faults_of("backends/agents/a.cpp", "#include \"backends/queues/b.hpp\""),
              ElementsAre(HasSubstr("no arrow from backends/agents to backends/queues")));
  EXPECT_THAT(faults_of("backends/agents/a.cpp", "#include \"backends/pg/b.hpp\""), IsEmpty());
}

TEST_F(Checker, RefusesAnIncludeThatHidesItsArrow) {
  EXPECT_THAT(faults_of("gateway/h1/a.cpp", "#include \"b.hpp\""),
              ElementsAre(HasSubstr("from the top of the source")));
  EXPECT_THAT(faults_of("gateway/h1/a.cpp", "#include \"../h2/b.hpp\""),
              ElementsAre(HasSubstr("from the top of the source")));
  EXPECT_THAT(faults_of("gateway/h1/a.cpp", "#include SOMETHING"),
              ElementsAre(HasSubstr("must name its file")));
}

TEST_F(Checker, RefusesWhatIsNotShipped) {
  EXPECT_THAT(faults_of("gateway/h1/a.cpp", "#include \"tests/gateway/h1/b.hpp\""),
              ElementsAre(HasSubstr("not part of what is shipped")));
}

TEST_F(Checker, RefusesATreeThatIsNotThere) {
  fs::remove_all(top_ / "backends");
  EXPECT_THAT(faults(), ElementsAre("There is no backends/."));
}

struct Library {
  std::string header;
  std::string allowed;
  std::string refused;
};
void PrintTo(const Library& library, std::ostream* out) {
  *out << library.header;
}

class LibraryTest : public Checker, public testing::WithParamInterface<Library> {};

TEST_P(LibraryTest, IsNamedByItsOwnersAlone) {
  const std::string line = "#include <" + GetParam().header + ">";
  EXPECT_THAT(faults_of(GetParam().allowed, line), IsEmpty());
  EXPECT_THAT(faults_of(GetParam().refused, line),
              ElementsAre(HasSubstr(GetParam().header + " is not for ")));
}

INSTANTIATE_TEST_SUITE_P(
    Plan, LibraryTest,
    testing::Values(
        Library{"nghttp2/nghttp2.h", "gateway/h2/a.cpp", "gateway/net/a.cpp"},
        Library{"openssl/ssl.h", "gateway/net/a.cpp", "gateway/upstream/a.cpp"},
        Library{"boost/asio/ip/tcp.hpp", "gateway/net/a.cpp", "gateway/upstream/a.cpp"},
        Library{"boost/asio/steady_timer.hpp", "gateway/upstream/a.cpp", "gateway/exchange/a.cpp"},
        Library{"boost/asio.hpp", "gateway/net/a.cpp", "gateway/compose.cpp"},
        Library{"boost/beast/http/status.hpp", "gateway/http/status.cpp", "gateway/http/a.cpp"},
        Library{"boost/beast.hpp", "gateway/h1/a.cpp", "gateway/net/a.cpp"},
        Library{"pqxx/pqxx", "backends/pg/a.cpp", "backends/agents/a.cpp"},
        Library{"grpcpp/server.h", "backends/serve/a.cpp", "gateway/upstream/a.cpp"},
        Library{"trunkline/api/v1/json.pb.h", "gateway/transcode/a.cpp", "backends/pg/a.cpp"},
        Library{"trunkline/agents/v1/agents.pb.h", "backends/agents/a.cpp",
                "gateway/transcode/a.cpp"}),
    [](const auto& param) { return "Library" + std::to_string(param.index); });

}  // namespace
}  // namespace trunkline::layering
