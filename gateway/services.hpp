#pragma once

// Learns what the backends serve, from files or from what they tell, and makes of it what the
// gateway offers. What can't be used is said in the log and changes nothing: what is offered stays,
// also where descriptors would take away a service that is still there.
//
// On one thread that serves nobody, since compiling descriptors takes milliseconds.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/offer.hpp"
#include "gateway/upstream/descriptor_fetch.hpp"

namespace trunkline {

class Services {
 public:
  using Publish = std::function<void(const std::shared_ptr<const Offer>&)>;

  /// `config` outlives it.
  Services(const config::Config& config, Publish publish);

  /// At the start: our own pages, and what the files say. The error is a sentence: a file that
  /// can't be used, or two of them that are in conflict.
  grpc::Result<void> begin();

  /// Reads the files anew. One that can't be used leaves its upstream as it is.
  void renew();

  /// What the backends of an upstream have told, or why they have not. False: it is of no use, and
  /// they should be asked again later.
  bool take(std::size_t upstream, grpc::Result<upstream::Described> told);

 private:
  struct Known {
    upstream::Described described;
    std::optional<upstream::Described> refused;       // the last that was of no use
    std::shared_ptr<const transcode::Schema> schema;  // null until there was one to use
    std::string last_complaint;
  };

  /// False if it is what was known before, or if it can't be used.
  grpc::Result<bool> learn(std::size_t upstream, upstream::Described described);
  grpc::Result<bool> read_file(std::size_t upstream);
  /// Why `schema` must not take the place of what is known; empty if it may.
  std::string lacking(std::size_t upstream, const upstream::Described& described,
                      const transcode::Schema& schema) const;
  grpc::Result<void> offer();
  void tell_unknown_ways();
  void tell(const Offer& offer) const;
  void complain(std::size_t upstream, const std::string& what);

  const config::Config& config_;
  const Publish publish_;
  std::vector<Known> known_;  // one for each upstream
  std::shared_ptr<const Offer> offer_;
  bool told_unknown_ways_ = false;
};

}  // namespace trunkline
