#include "backends/agents/agent_filter.hpp"

#include <array>
#include <utility>
#include <vector>

#include "backends/query/resource_number.hpp"

namespace trunkline::agents {

namespace {

using Result = boost::system::result<AgentFilter, std::string>;
using States = std::bitset<AgentFilter::kStates>;

constexpr std::size_t kLongest = 1000;
constexpr std::size_t kSaidBack = 64;

constexpr std::array<std::string_view, AgentFilter::kStates> kNames{
    "",        "LOGGED_OUT", "IN_CALL",     "ON_HOLD",  "RINGING",
    "WRAP_UP", "PAUSED",     "UNREACHABLE", "AVAILABLE"};

bool is_of_a_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '/' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// Words, quoted words and the signs ( ) = != by themselves.
std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t end = i + 1;
    if (c == ' ' || c == '\t') {
      i = end;
      continue;
    }
    if (c == '"') {
      end = text.find('"', i + 1);
      if (end == std::string_view::npos) end = text.size() - 1;
      all.emplace_back(text.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    if (c == '!' && end < text.size() && text[end] == '=') ++end;
    if (is_of_a_word(c)) {
      while (end < text.size() && is_of_a_word(text[end])) ++end;
    }
    all.emplace_back(text.substr(i, end - i));
    i = end;
  }
  return all;
}

// Conditions are joined by AND; those of a group in parentheses, all about the state, by OR.
class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokens(text)) {}

  Result parse() {
    do {
      if (!(peek() == "(" ? group() : condition())) return complaint_;
    } while (accept("AND"));
    if (!peek().empty() || at_ < tokens_.size()) {
      expected("AND or the end");
      return complaint_;
    }
    return filter_;
  }

 private:
  std::string_view peek() const {
    return at_ < tokens_.size() ? std::string_view(tokens_[at_]) : std::string_view();
  }
  bool accept(std::string_view token) {
    if (peek() != token) return false;
    ++at_;
    return true;
  }
  bool expected(std::string_view what) {
    const auto found = at_ < tokens_.size() ? "\"" + std::string(peek().substr(0, kSaidBack)) + "\""
                                            : std::string("its end");
    complaint_ = "has " + found + " where " + std::string(what) + " should be";
    return false;
  }

  bool group() {
    ++at_;
    States any;
    do {
      if (!accept("state")) return expected("state");
      States some;
      if (!state(some)) return false;
      any |= some;
    } while (accept("OR"));
    if (!accept(")")) return expected("OR or )");
    filter_.states &= any;
    return true;
  }

  bool condition() {
    if (accept("state")) {
      States some;
      if (!state(some)) return false;
      filter_.states &= some;
      return true;
    }
    if (accept("queue")) return queue();
    return expected("state, queue or (");
  }

  bool state(States& some) {
    const bool is = peek() == "=";
    if (!is && peek() != "!=") return expected("= or !=");
    ++at_;
    for (std::size_t number = 1; number < kNames.size(); ++number) {
      if (!accept(kNames[number])) continue;
      some.set(number);
      if (!is) some = AgentFilter::all_states() & ~some;
      return true;
    }
    return expected(
        "one of LOGGED_OUT, IN_CALL, ON_HOLD, RINGING, WRAP_UP, PAUSED, UNREACHABLE and AVAILABLE");
  }

  bool queue() {
    if (!accept("=")) return expected("=");
    constexpr std::string_view kCollection = "queues/";
    const auto name = peek();
    const auto id = name.starts_with(kCollection)
                        ? query::parse_resource_number(name.substr(kCollection.size()))
                        : std::nullopt;
    if (!id) return expected("queues/{id}");
    ++at_;
    if (filter_.queue && *filter_.queue != *id) {
      complaint_ = "may name one queue only";
      return false;
    }
    filter_.queue = id;
    return true;
  }

  const std::vector<std::string> tokens_;
  std::size_t at_ = 0;
  AgentFilter filter_;
  std::string complaint_;
};

}  // namespace

std::bitset<AgentFilter::kStates> AgentFilter::all_states() {
  return std::bitset<kStates>().set().reset(0);
}

bool AgentFilter::tells_no_more_than_available() const {
  auto others = all_states();
  others.reset(static_cast<std::size_t>(AgentState::kAvailable));
  const auto some = states & others;
  return !queue && (some.none() || some == others);
}

std::string AgentFilter::text() const {
  return states.to_string() + (queue ? " " + std::to_string(*queue) : "");
}

std::string AgentFilter::state_array() const {
  if (states == all_states()) return {};
  std::string array = "{";
  for (std::size_t number = 1; number < kStates; ++number) {
    if (!states.test(number)) continue;
    array.append(array.size() > 1 ? "," : "").append(std::to_string(number));
  }
  return array + "}";
}

boost::system::result<AgentFilter, std::string> parse_agent_filter(std::string_view text) {
  if (text.size() > kLongest) return std::string("must not be longer than 1000 bytes");
  if (text.find_first_not_of(" \t") == std::string_view::npos) return AgentFilter{};
  return Parser(text).parse();
}

}  // namespace trunkline::agents
