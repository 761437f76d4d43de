#include "bench/load/options.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::AllOf;
using testing::HasSubstr;

const std::string kUrl = "http://127.0.0.1:8080/agents";

grpc::Result<std::optional<Options>> read(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "trunkline-load");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  return read_options(static_cast<int>(pointers.size()), pointers.data());
}

Options good(std::vector<std::string> arguments) {
  auto options = read(std::move(arguments));
  EXPECT_TRUE(options) << options.error().message;
  return **options;
}

/// A file of the test's own, removed with this object.
class File {
 public:
  explicit File(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }
  ~File() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_ =
      testing::TempDir() + "load-options-" + std::to_string(::getpid()) + ".txt";
};

TEST(Options, HaveDefaults) {
  const Options options = good({kUrl});
  EXPECT_EQ(options.protocol, Protocol::kH1);
  EXPECT_EQ(options.connections, 1U);
  EXPECT_EQ(options.streams, 1U);
  EXPECT_EQ(options.threads, 1U);
  EXPECT_EQ(options.duration, 10s);
  EXPECT_EQ(options.timeout, 10s);
  EXPECT_FALSE(options.rate);
  EXPECT_FALSE(options.requests);
  EXPECT_TRUE(options.insecure);  // on loopback
  EXPECT_EQ(options.request.head.method, "GET");
  EXPECT_EQ(options.request.head.authority, "127.0.0.1:8080");
}

TEST(Options, TakeWhatIsGiven) {
  const Options options = good({"--h2c",
                                "-c",
                                "400",
                                "-m",
                                "32",
                                "-t",
                                "2",
                                "--rate",
                                "4000.5",
                                "-d",
                                "0.5",
                                "--warm-up",
                                "2",
                                "--timeout",
                                "3",
                                "--expect-bytes",
                                "17",
                                "-H",
                                "X-One: 1",
                                "-H",
                                "host: a.example",
                                "--method",
                                "DELETE",
                                "--json",
                                "-",
                                kUrl});
  EXPECT_EQ(options.protocol, Protocol::kH2);
  EXPECT_EQ(options.connections, 400U);
  EXPECT_EQ(options.streams, 32U);
  EXPECT_EQ(options.threads, 2U);
  EXPECT_EQ(options.rate, 4000.5);
  EXPECT_EQ(options.duration, 500ms);
  EXPECT_EQ(options.warm_up, 2s);
  EXPECT_EQ(options.timeout, 3s);
  EXPECT_EQ(options.expect.bytes, 17U);
  EXPECT_EQ(options.request.head.headers.find("x-one"), "1");
  EXPECT_EQ(options.request.head.authority, "a.example");
  EXPECT_EQ(options.request.head.method, "DELETE");
}

TEST(Options, ChooseTheProtocolThatFitsTheUrl) {
  EXPECT_EQ(good({"https://localhost/"}).protocol, Protocol::kH2);
  EXPECT_EQ(good({"--h1", "https://localhost/"}).protocol, Protocol::kH1);
  EXPECT_EQ(good({"--h2", "https://localhost/"}).protocol, Protocol::kH2);
}

TEST(Options, TrustNoStrangerUnlessTold) {
  EXPECT_FALSE(good({"https://example.com/"}).insecure);
  EXPECT_TRUE(good({"--insecure", "https://example.com/"}).insecure);
  EXPECT_FALSE(good({"--ca", "ca.crt", "https://localhost/"}).insecure);
}

TEST(Options, LastAsLongAsTheRequestsDoWithoutADuration) {
  EXPECT_EQ(good({"-n", "5", kUrl}).duration, 0s);
  EXPECT_EQ(good({"-n", "5", "-d", "3", kUrl}).duration, 3s);
}

TEST(Options, FrameAGrpcMessageThatIsNot) {
  const std::string framed =
      "\0\0\0\0\x03"
      "abc"s;
  for (const std::string& text : {"abc"s, framed}) {
    const File file(text);
    const Options options =
        good({"--h2c", "--grpc", "--data-file", file.path(), "http://localhost/a.B/C"});
    EXPECT_EQ(options.request.body, framed);
    EXPECT_EQ(options.request.head.method, "POST");
    EXPECT_EQ(options.request.head.headers.find("content-type"), "application/grpc");
    EXPECT_TRUE(options.expect.grpc);
  }
  EXPECT_EQ(good({"--h2c", "--grpc", "http://localhost/a.B/C"}).request.body, std::string(5, '\0'));
}

TEST(Options, ReadPathsOfAFile) {
  const File file("/one\n\n/two/{random:1-2}\n");
  EXPECT_EQ(good({"--paths", file.path(), kUrl}).paths.size(), 2U);
}

struct Wrong {
  std::vector<std::string> arguments;
  std::vector<std::string> words;  ///< that the sentence holds: flag, value, what is allowed
};

TEST(Options, AreRefusedInASentenceThatNamesFlagValueAndWhatIsAllowed) {
  const std::vector<Wrong> all{
      {{}, {"URL"}},
      {{"ftp://x/"}, {"ftp://x/", "http or https"}},
      {{"--rate", "0", kUrl}, {"--rate", "\"0\"", "4000"}},
      {{"--rate", "many", kUrl}, {"--rate", "many", "4000"}},
      {{"-c", "0", kUrl}, {"--connections", "\"0\"", "from 1"}},
      {{"-c", "1.5", kUrl}, {"--connections", "1.5", "whole number"}},
      {{"-d", "-1", kUrl}, {"--duration", "\"-1\"", "seconds"}},
      {{"-d", "nan", kUrl}, {"--duration", "nan", "seconds"}},
      {{"-t", "2", kUrl}, {"-t 2", "-c is 1"}},
      {{"-m", "2", kUrl}, {"-m 2", "HTTP/1.1", "must be 1"}},
      {{"--h2c", "--close", "-m", "2", kUrl}, {"-m 2", "--close", "must be 1"}},
      {{"--h1", "--h2c", kUrl}, {"--h1, --h2c and --h2"}},
      {{"--h2", kUrl}, {"--h2 ", "https://"}},
      {{"--h2c", "https://localhost/"}, {"--h2c", "http://"}},
      {{"--grpc", kUrl}, {"--grpc", "--h2c"}},
      {{"-H", "nonsense", kUrl}, {"-H 'nonsense'", "name: value"}},
      {{"-H", "a: b\r\nc: d", kUrl}, {"-H", "name: value"}},
      {{"--data-file", "/nowhere", kUrl}, {"--data-file /nowhere", "name a file"}},
      {{"--expect-body", "/nowhere", kUrl}, {"--expect-body /nowhere", "name a file"}},
      {{"--paths", "/dev/null", kUrl}, {"--paths /dev/null", "no path"}},
      {{"--colour", kUrl}, {"--colour"}},
  };
  for (const Wrong& wrong : all) {
    const auto options = read(wrong.arguments);
    ASSERT_FALSE(options) << testing::PrintToString(wrong.arguments);
    for (const std::string& word : wrong.words) {
      EXPECT_THAT(options.error().message, HasSubstr(word));
    }
  }
}

}  // namespace
}  // namespace trunkline::load
