#pragma once

// Private to exchange: answers whether a request would be served now, whichever upstream it is for:
// every one that is required has told its descriptors, and a backend of it says that it serves
// (grpc.health.v1.Health/Check). A backend without that service is ready if it answers at all.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/exchange/exchange.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

class Readiness final : public Exchange {
 public:
  Readiness(const Desk& desk, Answerer& answerer, http::StreamId stream);

  /// False if it was answered at once.
  bool begin();

  void on_body(std::string_view bytes, bool end) override;

 private:
  /// One upstream is asked.
  class Probe final : private CallObserver {
   public:
    Probe(Readiness& asker, const NamedUpstream& upstream);
    ~Probe();

    /// False if it could not be asked; why, the asker knows then.
    bool begin(Clock::time_point deadline);

   private:
    void on_head(http::ResponseHead&& head) override;
    void on_data(std::string_view bytes) override;
    void on_done(const http::Headers& trailers) override;
    void on_failed(const grpc::Error& error) override;

    Readiness& asker_;
    const NamedUpstream& upstream_;
    grpc::Deframer deframer_;
    bool serving_ = false;
    std::optional<CallId> call_;
  };

  /// Why the upstream is not ready, or nothing if it is.
  void note(const NamedUpstream& upstream, std::string_view problem);
  void probe_ended();
  void answer();

  const Desk& desk_;
  Answerer& answerer_;
  const http::StreamId stream_;
  const CatalogPtr catalog_;  // the one that it began with
  std::vector<std::unique_ptr<Probe>> probes_;
  std::size_t awaited_ = 0;
  std::string problems_;
};

}  // namespace trunkline::exchange
