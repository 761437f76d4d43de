#include "tests/gateway/observe/exposition_reader.hpp"

#include <cmath>
#include <limits>
#include <regex>
#include <sstream>

namespace trunkline::observe {
namespace {

// A label's value: backslash, quote and line feed only escaped.
const std::string kLabel = R"re([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*")re";
const std::regex kSample("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(" + kLabel + "(?:," + kLabel +
                         ")*)\\})? ([^ ]+)$");
const std::regex kComment("^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$");
const std::regex kBound(R"re(^(.*?),?le="([^"]+)"$)re");

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

double number(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  std::size_t used = 0;
  try {
    const double value = std::stod(text, &used);
    if (used == text.size()) return value;
  } catch (const std::exception&) {
  }
  return std::nan("");
}

class Reader {
 public:
  Exposition read(std::string_view text) {
    if (text.empty() || text.back() != '\n') complain("the last line has no end");
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
      std::smatch part;
      if (std::regex_match(line, part, kComment)) {
        comment(part[1], part[2], part[3]);
      } else if (std::regex_match(line, part, kSample)) {
        sample(part[1], part[2], part[3]);
      } else {
        complain("no sample and no comment: " + line);
      }
    }
    end_family();
    return std::move(out_);
  }

 private:
  void complain(const std::string& problem) { out_.problems.push_back(problem); }

  void comment(const std::string& what, const std::string& name, const std::string& rest) {
    if (what == "HELP") {
      end_family();
      family_ = name;
      if (!ends_with(rest, ".")) complain(name + "'s help is no sentence");
      return;
    }
    if (name != family_) complain(name + " has a TYPE without HELP before it");
    if (!out_.types.emplace(name, rest).second) complain(name + " comes twice");
    const bool total = ends_with(name, "_total");
    if ((rest == "counter") != total) complain(name + " is of type " + rest);
    for (const std::string_view reserved : {"_count", "_sum", "_bucket"}) {
      if (ends_with(name, reserved)) complain(name + " ends as a histogram's part");
    }
  }

  void sample(const std::string& name, const std::string& labels, const std::string& text) {
    const double value = number(text);
    if (std::isnan(value) || value < 0) complain(name + " has the value " + text);
    if (!out_.samples.emplace(name + "{" + labels + "}", value).second) {
      complain(name + "{" + labels + "} comes twice");
    }
    const std::string type = out_.types[family_];
    if (type != "histogram") {
      if (name != family_) complain(name + " stands under " + family_);
      ++samples_of_family_;
      return;
    }
    ++samples_of_family_;
    std::smatch part;
    if (name == family_ + "_sum") return;
    if (name == family_ + "_count") {
      counts_[labels] = value;
    } else if (name == family_ + "_bucket" && std::regex_match(labels, part, kBound)) {
      auto& [bound, sum] = highest_.try_emplace(part[1], -1.0, 0.0).first->second;
      if (number(part[2]) <= bound) complain(name + "'s bounds don't rise");
      if (value < sum) complain(name + "'s buckets don't add up");
      bound = number(part[2]);
      sum = value;
    } else {
      complain(name + "{" + labels + "} is no part of " + family_);
    }
  }

  void end_family() {
    if (!family_.empty() && samples_of_family_ == 0) complain(family_ + " has no samples");
    for (const auto& [labels, count] : counts_) {
      const auto found = highest_.find(labels);
      if (found == highest_.end() || !std::isinf(found->second.first) ||
          found->second.second != count) {
        complain(family_ + "{" + labels + "}'s last bucket is not +Inf with all of them");
      }
    }
    if (counts_.size() != highest_.size()) complain(family_ + " has a part without the others");
    family_.clear();
    samples_of_family_ = 0;
    counts_.clear();
    highest_.clear();
  }

  Exposition out_;
  std::string family_;
  std::size_t samples_of_family_ = 0;
  std::map<std::string, double> counts_;                      // of a histogram, by its labels
  std::map<std::string, std::pair<double, double>> highest_;  // its last bound, and what is below
};

}  // namespace

double Exposition::value(const std::string& series) const {
  const auto found = samples.find(series);
  return found == samples.end() ? std::nan("") : found->second;
}

Exposition read_exposition(std::string_view text) {
  return Reader().read(text);
}

}  // namespace trunkline::observe
