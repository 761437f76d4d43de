// A settings file: refused in sentences, or read into values that, written down, read back as the
// same.

#include <nlohmann/json.hpp>

#include "gateway/settings/keys.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/must.hpp"

namespace trunkline::fuzz {
namespace {

enum class Mode { kStreams, kTunnel };

struct Upstream {
  std::string address;
  Mode mode = Mode::kStreams;
  std::uint16_t lines = 2;
};

struct Room {
  std::string name = "main";
  std::uint16_t seats = 4;
};

struct Config {
  std::string http = "0.0.0.0:8080";
  std::size_t bytes = 16384;
  std::chrono::milliseconds patience{10};
  std::chrono::seconds idle{300};
  bool collapse = true;
  std::vector<std::string> origins;
  std::vector<Upstream> upstreams;
  std::vector<Room> rooms{{}};
};

void declare(settings::Keys& keys, Config& config) {
  keys.string("listen.http", config.http,
              {"host:port", [](std::string_view text) { return text.find(':') != text.npos; }},
              "Where cleartext is served.");
  keys.bytes("limits.bytes", config.bytes, {1, 1 << 20}, "Largest head.");
  keys.milliseconds("limits.patience_ms", config.patience, {1, 60'000}, "How long.");
  keys.seconds("idle_s", config.idle, {0}, "Silence.");
  keys.boolean("collapse", config.collapse, "Whether.");
  keys.strings("origins", config.origins, "Who may ask.");
  keys.objects("upstreams", config.upstreams, "Who answers.",
               [](settings::Keys& each, Upstream& upstream) {
                 each.string("address", upstream.address, "host:port").required();
                 each.choice("mode", upstream.mode,
                             {{"streams", Mode::kStreams}, {"tunnel", Mode::kTunnel}}, "How.");
                 each.integer("lines", upstream.lines, {1, 64}, "Connections.");
               });
  const auto room = [](settings::Keys& each, Room& one) {
    each.integer("seats", one.seats, {1, 64}, "Places.");
  };
  keys.named("rooms", config.rooms,
             {"no dots", [](std::string_view text) { return text.find('.') == text.npos; }},
             "Where.", room);
  keys.only("room", config.rooms, "rooms", "Short for one.", room);
}

struct Settings {
  Settings() { declare(keys, config); }

  Config config;
  settings::Keys keys;
};

}  // namespace
}  // namespace trunkline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trunkline;
  using namespace trunkline::fuzz;
  const Exact copy({reinterpret_cast<const char*>(data), size});
  Settings settings;
  const auto problems = settings.keys.read(copy.view());
  const bool is_json =
      nlohmann::json::accept(copy.view().begin(), copy.view().end(), /*ignore_comments=*/true);
  must(is_json || !problems.empty(), "what is no JSON is refused");
  for (const auto& sentence : problems.sentences) must(!sentence.empty(), "refusals are sentences");
  if (!problems.empty()) return 0;

  must(settings.config.bytes >= 1 && settings.config.bytes <= 1 << 20, "values are in their range");
  for (const auto& upstream : settings.config.upstreams) {
    must(upstream.lines >= 1 && upstream.lines <= 64, "those of lists too");
  }
  for (const auto& room : settings.config.rooms) {
    must(room.seats >= 1 && room.seats <= 64, "and those of objects by name");
  }
  const std::string effective = settings.keys.effective();
  Settings again;
  must(again.keys.read(effective).empty(), "what is in effect can be read");
  must_equal(again.keys.effective(), effective, "as the same");
  return 0;
}
