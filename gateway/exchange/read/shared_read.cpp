#include "gateway/exchange/read/shared_read.hpp"

#include <algorithm>
#include <utility>

#include <boost/smart_ptr/make_local_shared.hpp>

namespace trunkline::exchange {
namespace {

/// The places of all for whom a call is made, held until it has ended where it is carried out.
struct Aboard : Running {
  std::vector<Permit> permits;
};

}  // namespace

Joiner::~Joiner() {
  leave();
}

void Joiner::leave() {
  if (read_ != nullptr) std::exchange(read_, nullptr)->leave(*this);
}

SharedRead::SharedRead(std::string key, Question question, const Desk& desk)
    : Flight(std::move(key)),
      desk_(desk),
      question_(std::move(question)),
      call_(question_.method, desk.settings.message_bytes, *this) {}

SharedRead::~SharedRead() {
  joiners_.clear_and_dispose([](Joiner* joiner) { joiner->read_ = nullptr; });
}

void SharedRead::join(Joiner& joiner) {
  joiners_.push_back(joiner);
  joiner.read_ = this;
}

void SharedRead::leave(Joiner& joiner) {
  joiners_.erase(joiners_.iterator_to(joiner));
  if (joiners_.empty() && !landed_) desk_.reads.flights.end(*this);
}

void SharedRead::depart() {
  Call call;
  const auto aboard = boost::make_local_shared<Aboard>();
  aboard->permits.reserve(joiners_.size());
  call.deadline = Clock::time_point::min();
  for (Joiner& joiner : joiners_) {
    call.deadline = std::max(call.deadline, joiner.deadline());
    aboard->permits.push_back(joiner.permit());
  }
  // It is one call, of however many of a client's requests.
  std::sort(aboard->permits.begin(), aboard->permits.end());
  aboard->permits.erase(std::unique(aboard->permits.begin(), aboard->permits.end()),
                        aboard->permits.end());
  call.permit = aboard;
  call.metadata = std::move(question_.metadata);
  call.body = http::SharedBody(std::move(question_.message));
  if (const auto begun = call_.begin(std::move(call)); !begun) on_error(begun.error(), {{}, {}});
}

void SharedRead::on_endpoint(std::string_view endpoint) {
  if (!desk_.recorder.logs()) return;
  for (Joiner& joiner : joiners_) joiner.on_endpoint(endpoint);
}

void SharedRead::on_answer(std::string json, const AnswerMetadata&) {
  Representation answer(std::move(json), desk_.reads.compression, desk_.reads.vary);
  land([&](Joiner& joiner) { joiner.on_answer(answer); });
}

void SharedRead::on_error(const grpc::Error& error, const AnswerMetadata&) {
  land([&, error](Joiner& joiner) { joiner.on_error(error, question_.method); });
}

template <class Tell>
void SharedRead::land(Tell tell) {
  landed_ = true;
  // Also when telling somebody throws: nobody could depart any more.
  const Ending ending{*this};
  while (!joiners_.empty()) {
    Joiner& joiner = joiners_.front();
    joiners_.pop_front();
    joiner.read_ = nullptr;
    tell(joiner);
  }
}

}  // namespace trunkline::exchange
