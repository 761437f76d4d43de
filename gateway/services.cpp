#include "gateway/services.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/printable.hpp"
#include "gateway/wallboard.hpp"

namespace trunkline {
namespace {

grpc::Error unusable(const config::Upstream& upstream, const std::string& why) {
  return {grpc::Code::kInvalidArgument, "Upstream " + upstream.name + ". The descriptors in " +
                                            upstream.descriptors + " can't be used: " + why};
}

}  // namespace

Services::Services(const config::Config& config, Publish publish)
    : config_(config), publish_(std::move(publish)), known_(config.upstreams.size()) {}

grpc::Result<void> Services::begin() {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (config_.upstreams[i].descriptors.empty()) continue;
    if (auto read = read_file(i); !read) return read.error();
  }
  if (auto offered = offer(); !offered) return offered.error();
  std::string conflicts;
  for (const Offer::Complaint& complaint : offer_->complaints()) {
    if (!complaint.conflict) continue;
    if (!conflicts.empty()) conflicts += "\n";
    conflicts += complaint.text;
  }
  if (conflicts.empty()) return {};
  return grpc::Error{grpc::Code::kInvalidArgument, std::move(conflicts)};
}

void Services::renew() {
  bool news = false;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (config_.upstreams[i].descriptors.empty()) continue;
    const auto read = read_file(i);
    if (!read) spdlog::error("{} What was known of it stays.", read.error().message);
    news = news || (read && *read);
  }
  if (news) (void)offer();
}

bool Services::take(std::size_t upstream, grpc::Result<upstream::Described> told) {
  const bool known = known_[upstream].schema != nullptr;
  if (!told) {
    const std::string state = known ? "could not be asked for again" : "are not known yet";
    complain(upstream, "Its descriptors " + state + ": " + told.error().message);
    return true;  // who has asked goes on
  }
  if (known_[upstream].refused == *told) return false;
  const auto learned = learn(upstream, *told);
  if (!learned) {
    complain(upstream, "Its descriptors can't be used: " + learned.error().message + "." +
                           (known ? " What was known of it stays." : ""));
    known_[upstream].refused = std::move(*told);
    return false;
  }
  known_[upstream].refused.reset();
  known_[upstream].last_complaint.clear();
  if (*learned) (void)offer();
  return true;
}

grpc::Result<bool> Services::read_file(std::size_t upstream) {
  const config::Upstream& settings = config_.upstreams[upstream];
  const std::ifstream file(settings.descriptors, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  const upstream::Described described{std::move(text).str(), {}, {}};
  if (described.set.empty()) {
    return unusable(settings, "it can't be read, or there is nothing in it.");
  }
  auto learned = learn(upstream, described);
  if (!learned) return unusable(settings, learned.error().message + ".");
  return learned;
}

grpc::Result<bool> Services::learn(std::size_t upstream, upstream::Described described) {
  Known& known = known_[upstream];
  if (known.schema && described == known.described) return false;
  auto schema = transcode::Schema::build(
      described.set, {.ignore_unknown = config_.upstreams[upstream].ignore_unknown});
  if (!schema) return schema.error();
  if (std::string why = lacking(upstream, described, *schema); !why.empty())
    return grpc::Error{grpc::Code::kInvalidArgument, std::move(why)};
  known.described = std::move(described);
  known.schema = std::make_shared<const transcode::Schema>(std::move(*schema));
  return true;
}

std::string Services::lacking(std::size_t upstream, const upstream::Described& described,
                              const transcode::Schema& schema) const {
  const Known& known = known_[upstream];
  if (!known.schema) return {};
  const bool file = !config_.upstreams[upstream].descriptors.empty();
  if (!file && described.services.empty() && !known.described.services.empty())
    return "there is no service any more";
  const auto names = [](const transcode::Schema& of) {
    std::set<std::string_view> services;
    for (const transcode::Method& method : of.methods()) services.insert(method.service());
    return services;
  };
  const std::set<std::string_view> now = names(schema);
  for (const std::string_view service : names(*known.schema)) {
    if (now.contains(service)) continue;
    // A file lists nothing: whether the service was taken out or is wrong shows by complaints.
    const auto& listed = described.services;
    const bool there = file ? !schema.complaints().empty()
                            : std::find(listed.begin(), listed.end(), service) != listed.end();
    if (!there) continue;
    const auto& complaints =
        described.complaints.empty() ? schema.complaints() : described.complaints;
    return "its service " + std::string(service) + " is not among them" +
           (complaints.empty() ? "" : " (" + complaints.front() + ")");
  }
  return {};
}

grpc::Result<void> Services::offer() {
  std::vector<Source> sources;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const config::Upstream& settings = config_.upstreams[i];
    const upstream::Described& described = known_[i].described;
    Source source{settings.name, settings.required, known_[i].schema, {}, described.complaints};
    if (settings.descriptors.empty()) source.services = described.services;
    sources.push_back(std::move(source));
  }
  auto made = Offer::make(own_pages(config_), std::move(sources), offer_.get(), config_.docs);
  if (!made) return made.error();
  tell(**made);
  offer_ = std::move(*made);
  tell_unknown_ways();
  publish_(offer_);
  return {};
}

/// What is new in it.
void Services::tell(const Offer& made) const {
  std::set<std::string_view> told;
  if (offer_) {
    for (const Offer::Complaint& complaint : offer_->complaints()) told.insert(complaint.text);
  }
  for (const Offer::Complaint& complaint : made.complaints()) {
    if (!told.contains(complaint.text)) spdlog::warn("{}", complaint.text);
  }
  for (std::size_t i = 0; i < made.sources().size(); ++i) {
    const Source& source = made.sources()[i];
    if (!source.schema || (offer_ && source.schema == offer_->sources()[i].schema)) continue;
    spdlog::info("Upstream {} offers {} methods and {} paths.", source.upstream, made.methods_of(i),
                 made.routes_of(i));
  }
}

/// Once all is known that can be.
void Services::tell_unknown_ways() {
  if (told_unknown_ways_ || !offer_->complete()) return;
  told_unknown_ways_ = true;
  for (const std::string& way : config_.read_apart) {
    if (offer_->knows(way)) continue;
    spdlog::warn("collapse.except has {}, which no upstream offers.", printable(way));
  }
}

void Services::complain(std::size_t upstream, const std::string& what) {
  std::string& last = known_[upstream].last_complaint;
  if (what == last) return;  // it is tried again and again
  last = what;
  spdlog::warn("Upstream {}. {}", config_.upstreams[upstream].name, printable(what));
}

}  // namespace trunkline
