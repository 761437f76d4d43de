#include "gateway/settings/keys.hpp"

#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace trunkline::settings {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Mode { kStreams, kTunnel };

struct Upstream {
  std::string address;
  Mode mode = Mode::kStreams;
  std::uint16_t lines = 2;
};

struct Listen {
  std::string http = "0.0.0.0:8080";
  std::string https = "0.0.0.0:8443";
};

struct Config {
  Listen listen;
  std::size_t header_bytes = 16384;
  std::chrono::milliseconds handshake = 10000ms;
  std::chrono::seconds idle = 300s;
  bool collapse = true;
  std::string password = "sesame";
  std::vector<std::string> origins = {"https://a.example"};
  std::vector<Upstream> upstreams = {{"127.0.0.1:50051", Mode::kStreams, 2}};
};

void declare(Keys& keys, Config& config) {
  const Text endpoint{
      "host:port", [](std::string_view text) { return text.find(':') != std::string_view::npos; }};
  keys.string("listen.http", config.listen.http, endpoint, "Where cleartext is served.");
  keys.string("listen.https", config.listen.https, endpoint, "Where TLS is served.");
  keys.integer("limits.header_bytes", config.header_bytes, {1024, 1048576}, "Largest head.");
  keys.milliseconds("timeouts.handshake_ms", config.handshake, {1, 60000}, "TLS handshake.");
  keys.seconds("timeouts.idle_s", config.idle, {1}, "Silence before a stream ends.");
  keys.boolean("collapse", config.collapse, "Whether identical reads share | a call.");
  keys.string("password", config.password, "For the database.").secret();
  keys.strings("origins", config.origins, "Who may ask from a browser.");
  keys.objects("upstreams", config.upstreams, "Who answers.", [](Keys& each, Upstream& up) {
    each.string("address", up.address, "host:port").required();
    each.choice("mode", up.mode, {{"streams", Mode::kStreams}, {"tunnel", Mode::kTunnel}},
                "How requests share lines.");
    each.integer("lines.count", up.lines, {1, 64}, "Connections per worker.");
  });
}

class SettingsKeys : public testing::Test {
 protected:
  SettingsKeys() { declare(keys_, config_); }

  std::vector<std::string> read(std::string_view json) { return keys_.read(json).sentences; }

  Config config_;
  Keys keys_;
};

TEST_F(SettingsKeys, LeavesTheDefaultsWhenTheFileSaysNothing) {
  EXPECT_THAT(read("{}"), IsEmpty());
  EXPECT_EQ(config_.header_bytes, 16384u);
  EXPECT_EQ(config_.upstreams.size(), 1u);
}

TEST_F(SettingsKeys, ReadsEveryTypeAndSkipsComments) {
  EXPECT_THAT(read(R"({
    // cleartext
    "listen": {"http": "[::1]:80"},
    "limits": {"header_bytes": 1024},
    "timeouts": {"handshake_ms": 5, "idle_s": 7}, /* short */
    "collapse": false,
    "origins": ["https://b.example", "https://c.example"],
    "upstreams": [{"address": "a:1", "mode": "tunnel", "lines": {"count": 64}}, {"address": "b:2"}]
  })"),
              IsEmpty());
  EXPECT_EQ(config_.listen.http, "[::1]:80");
  EXPECT_EQ(config_.listen.https, "0.0.0.0:8443");
  EXPECT_EQ(config_.header_bytes, 1024u);
  EXPECT_EQ(config_.handshake, 5ms);
  EXPECT_EQ(config_.idle, 7s);
  EXPECT_FALSE(config_.collapse);
  EXPECT_THAT(config_.origins, ElementsAre("https://b.example", "https://c.example"));
  ASSERT_EQ(config_.upstreams.size(), 2u);
  EXPECT_EQ(config_.upstreams[0].address, "a:1");
  EXPECT_EQ(config_.upstreams[0].mode, Mode::kTunnel);
  EXPECT_EQ(config_.upstreams[0].lines, 64);
  EXPECT_EQ(config_.upstreams[1].mode, Mode::kStreams);
  EXPECT_EQ(config_.upstreams[1].lines, 2);
}

TEST_F(SettingsKeys, RefusesAValueWithItsPathItselfAndWhatIsAllowed) {
  EXPECT_THAT(read(R"({"limits": {"header_bytes": 12}})"),
              ElementsAre("limits.header_bytes: 12 is not allowed: "
                          "an integer from 1024 to 1048576"));
  EXPECT_THAT(read(R"({"listen": {"http": "8080"}})"),
              ElementsAre("listen.http: \"8080\" is not allowed: host:port"));
  EXPECT_THAT(read(R"({"collapse": 1})"), ElementsAre("collapse: 1 is not allowed: true or false"));
  EXPECT_THAT(read(R"({"origins": ["a", 2]})"),
              ElementsAre("origins: [\"a\",2] is not allowed: a list, each a string"));
  EXPECT_THAT(read(R"({"upstreams": [{"address": "a:1"}, {"address": "b:2", "mode": "one"}]})"),
              ElementsAre("upstreams[1].mode: \"one\" is not allowed: \"streams\" or \"tunnel\""));
}

TEST_F(SettingsKeys, RefusesNumbersThatAreNotIntegersInRange) {
  for (const char* number : {"-1", "1023", "1048577", "2048.0", "2e3", "18446744073709551615",
                             "99999999999999999999", "\"2048\"", "null", "true", "[]", "{}"}) {
    EXPECT_THAT(read(std::string(R"({"limits": {"header_bytes": )") + number + "}}"),
                ElementsAre(HasSubstr("limits.header_bytes: ")))
        << number;
  }
  EXPECT_THAT(read(R"({"timeouts": {"idle_s": 18446744073709551615}})"),
              ElementsAre(HasSubstr("seconds, an integer from 1")));
}

TEST_F(SettingsKeys, NamesTheKeyThatWasMeant) {
  EXPECT_THAT(read(R"({"listen": {"htpp": "a:1"}})"),
              ElementsAre("listen.htpp: no such key; did you mean listen.http? "
                          "allowed here: http, https"));
  EXPECT_THAT(read(R"({"header_bytes": 2048})"),
              ElementsAre("header_bytes: no such key; did you mean limits.header_bytes? allowed "
                          "here: listen, limits, timeouts, collapse, password, origins, "
                          "upstreams"));
  EXPECT_THAT(read(R"({"upstreams": [{"adress": "a:1"}]})"),
              ElementsAre("upstreams[0].adress: no such key; did you mean upstreams[0].address? "
                          "allowed here: address, mode, lines",
                          "upstreams[0].address: missing; give a string"));
  EXPECT_THAT(read(R"({"zzz": 1})"), ElementsAre(HasSubstr("zzz: no such key; allowed here: ")));
}

TEST_F(SettingsKeys, TakesNoDottedNamesInTheFile) {
  EXPECT_THAT(read(R"({"listen.http": "a:1"})"),
              ElementsAre(HasSubstr("listen.http: no such key")));
}

TEST_F(SettingsKeys, ReportsEveryProblemOfAFile) {
  EXPECT_THAT(read(R"({"listen": 5, "colapse": true, "upstreams": [7, {}], "collapse": "yes",
                       "limits": {"header_bytes": 2048, "header_bytes": 4096}})"),
              ElementsAre("limits.header_bytes: given twice", "listen: 5 is not allowed: an object",
                          HasSubstr("colapse: no such key; did you mean collapse?"),
                          "upstreams[0]: 7 is not allowed: an object",
                          "upstreams[1].address: missing; give a string",
                          "collapse: \"yes\" is not allowed: true or false"));
}

TEST_F(SettingsKeys, NamesAKeyThatIsGivenTwiceInAListEntry) {
  EXPECT_THAT(read(R"({"origins": ["a"], "upstreams": [{"address": "a:1", "lines": {"count": 1}},
                       {"address": "b:2", "address": "c:3"}]})"),
              ElementsAre("upstreams[1].address: given twice"));
}

TEST_F(SettingsKeys, PointsAtSyntaxErrorsByLineAndColumn) {
  const auto problems = read("{\n  \"collapse\": true,\n  collapse: 1\n}");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0], testing::StartsWith("line 3, column 3: syntax error"));
  EXPECT_THAT(read(""), ElementsAre(HasSubstr("line 1, column 1")));
  EXPECT_THAT(read("[]"), ElementsAre("the file must hold one JSON object"));
  EXPECT_THAT(read("{} x"), ElementsAre(HasSubstr("line 1, column 4")));
  EXPECT_THAT(read(R"({"idle": 1e999})"), ElementsAre(HasSubstr("number overflow")));
  EXPECT_THAT(read("{\"\xff\": 1}"), ElementsAre(HasSubstr("line 1, column 3")));
}

TEST_F(SettingsKeys, RefusesBottomlessNesting) {
  std::string deep = R"({"origins": )" + std::string(200000, '[') + std::string(200000, ']') + "}";
  EXPECT_THAT(read(deep), ElementsAre("more than 32 levels of nesting"));
}

TEST_F(SettingsKeys, ShortensLongValues) {
  const auto problems = read(R"({"collapse": ")" + std::string(5000, 'x') + "\"}");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_LT(problems[0].size(), 150u);
}

TEST_F(SettingsKeys, NeverShowsASecret) {
  EXPECT_THAT(read(R"({"password": 12345})"),
              ElementsAre("password: *** is not allowed: a string"));
  EXPECT_THAT(keys_.effective(), Not(HasSubstr("sesame")));
  EXPECT_THAT(keys_.reference(), Not(HasSubstr("sesame")));
}

TEST_F(SettingsKeys, WritesTheReferenceFromTheDeclarationAndTheDefaults) {
  ASSERT_THAT(read(R"({"limits": {"header_bytes": 2048}})"), IsEmpty());
  EXPECT_EQ(
      keys_.reference(),
      "| key | allowed | default | meaning |\n|---|---|---|---|\n"
      "| `listen.http` | host:port | `\"0.0.0.0:8080\"` | Where cleartext is served. |\n"
      "| `listen.https` | host:port | `\"0.0.0.0:8443\"` | Where TLS is served. |\n"
      "| `limits.header_bytes` | an integer from 1024 to 1048576 | `16384` | Largest head. |\n"
      "| `timeouts.handshake_ms` | milliseconds, an integer from 1 to 60000 | `10000` | TLS "
      "handshake. |\n"
      "| `timeouts.idle_s` | seconds, an integer from 1 | `300` | Silence before a stream "
      "ends. |\n"
      "| `collapse` | true or false | `true` | Whether identical reads share \\| a call. |\n"
      "| `password` | a string | *** | For the database. |\n"
      "| `origins` | a list, each a string | `[\"https://a.example\"]` | Who may ask from a "
      "browser. |\n"
      "| `upstreams` | a list of objects | "
      "`[{\"address\":\"127.0.0.1:50051\",\"mode\":\"streams\",\"lines\":{\"count\":2}}]` | Who "
      "answers. |\n"
      "| `upstreams[].address` | a string | required | host:port |\n"
      "| `upstreams[].mode` | \"streams\" or \"tunnel\" | `\"streams\"` | How requests share "
      "lines. |\n"
      "| `upstreams[].lines.count` | an integer from 1 to 64 | `2` | Connections per worker. "
      "|\n");
}

TEST_F(SettingsKeys, DumpsWhatIsInEffectSoThatItCanBeReadAgain) {
  ASSERT_THAT(read(R"({"upstreams": [{"address": "a:1", "mode": "tunnel"}], "collapse": false})"),
              IsEmpty());
  const std::string dump = keys_.effective();
  const auto values = nlohmann::json::parse(dump);
  EXPECT_EQ(
      values["upstreams"],
      nlohmann::json::parse(R"([{"address": "a:1", "mode": "tunnel", "lines": {"count": 2}}])"));
  EXPECT_EQ(values["listen"]["http"], "0.0.0.0:8080");
  Config again;
  Keys keys;
  declare(keys, again);
  EXPECT_TRUE(keys.read(dump).empty());
  EXPECT_EQ(keys.effective(), dump);
}

TEST_F(SettingsKeys, SaysWhyAFileCannotBeRead) {
  const std::string path = testing::TempDir() + "trunkline_settings_test.json";
  std::remove(path.c_str());
  EXPECT_THAT(keys_.read_file(path).sentences,
              ElementsAre(path + ": cannot be read: No such file or directory"));
  EXPECT_THAT(keys_.read_file(testing::TempDir()).sentences,
              ElementsAre(HasSubstr("cannot be read: Is a directory")));
  std::ofstream(path) << R"({"collapse": false})";
  EXPECT_TRUE(keys_.read_file(path).empty());
  EXPECT_FALSE(config_.collapse);
  std::ofstream(path) << std::string((1 << 20) + 1, ' ');
  EXPECT_THAT(keys_.read_file(path).sentences, ElementsAre(HasSubstr("over 1 MiB")));
  std::remove(path.c_str());
}

struct Room {
  std::string name = "main";
  std::size_t seats = 4;
};

/// Objects by name, and the short form for one.
class SettingsNames : public testing::Test {
 protected:
  SettingsNames() {
    const Text name{"letters", [](std::string_view text) { return text.find(' ') == text.npos; }};
    keys_.named("rooms", rooms_, name, "Where.", [](Keys& each, Room& room) {
      each.integer("seats", room.seats, {1, 100}, "How many.").required();
    });
    keys_.only("room", rooms_, "rooms", "Short.", [](Keys& each, Room& room) {
      each.integer("seats", room.seats, {1, 100}, "How many.");
    });
  }

  std::vector<std::string> read(std::string_view json) { return keys_.read(json).sentences; }

  std::vector<Room> rooms_ = {{}};
  Keys keys_;
};

TEST_F(SettingsNames, ComeInTheFilesOrderAndReplaceTheDefaultOnes) {
  EXPECT_THAT(read(R"({"rooms": {"red": {"seats": 7}, "blue": {"seats": 9}}})"), IsEmpty());
  ASSERT_EQ(rooms_.size(), 2u);
  EXPECT_EQ(rooms_[0].name, "red");
  EXPECT_EQ(rooms_[0].seats, 7u);
  EXPECT_EQ(rooms_[1].name, "blue");
  EXPECT_EQ(rooms_[1].seats, 9u);
}

TEST_F(SettingsNames, MayBeNone) {
  EXPECT_THAT(read(R"({"rooms": {}})"), IsEmpty());
  EXPECT_TRUE(rooms_.empty());
}

TEST_F(SettingsNames, StandInTheSentencesAboutTheirKeys) {
  EXPECT_THAT(
      read(R"({"rooms": {"red": {"seats": 0}, "blue": {"seets": 1}, "big one": 5, "x": {}}})"),
      ElementsAre("rooms.red.seats: 0 is not allowed: an integer from 1 to 100",
                  "rooms.blue.seets: no such key; did you mean rooms.blue.seats? allowed here: "
                  "seats",
                  "rooms.blue.seats: missing; give an integer from 1 to 100",
                  "rooms: \"big one\" is not allowed as a name: letters",
                  "rooms.big one: 5 is not allowed: an object",
                  "rooms.x.seats: missing; give an integer from 1 to 100"));
  EXPECT_THAT(read(R"({"rooms": []})"),
              ElementsAre("rooms: [] is not allowed: an object of objects, each by its name: "
                          "letters"));
  EXPECT_THAT(read(R"({"rooms": {"a": {"seats": 1}, "a": {"seats": 2}}})"),
              ElementsAre("rooms.a: given twice"));
}

TEST_F(SettingsNames, AreNotNeededForOne) {
  EXPECT_THAT(read(R"({"room": {"seats": 5}})"), IsEmpty());
  ASSERT_EQ(rooms_.size(), 1u);
  EXPECT_EQ(rooms_[0].name, "main");
  EXPECT_EQ(rooms_[0].seats, 5u);
  EXPECT_THAT(read(R"({"room": {}})"), IsEmpty());
  EXPECT_EQ(rooms_[0].seats, 4u);
  EXPECT_THAT(read(R"({"room": {"seats": 0}})"),
              ElementsAre("room.seats: 0 is not allowed: an integer from 1 to 100"));
}

TEST_F(SettingsNames, DoNotStandBesideTheShortForm) {
  EXPECT_THAT(read(R"({"rooms": {}, "room": {}})"), ElementsAre("room: not allowed beside rooms"));
}

TEST_F(SettingsNames, AreWrittenDownInBothForms) {
  EXPECT_EQ(keys_.reference(),
            "| key | allowed | default | meaning |\n|---|---|---|---|\n"
            "| `rooms` | an object of objects, each by its name: letters | "
            "`{\"main\":{\"seats\":4}}` | Where. |\n"
            "| `rooms.NAME.seats` | an integer from 1 to 100 | required | How many. |\n"
            "| `room` | an object |  | Short. |\n");
}

TEST_F(SettingsNames, AreShownInTheLongFormWhichCanBeReadAgain) {
  ASSERT_THAT(read(R"({"room": {"seats": 5}})"), IsEmpty());
  const std::string dump = keys_.effective();
  EXPECT_EQ(nlohmann::json::parse(dump),
            nlohmann::json::parse(R"({"rooms":{"main":{"seats":5}}})"));
  EXPECT_THAT(read(dump), IsEmpty());
  EXPECT_EQ(keys_.effective(), dump);
}

}  // namespace
}  // namespace trunkline::settings
