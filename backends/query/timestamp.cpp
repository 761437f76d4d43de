#include "backends/query/timestamp.hpp"

namespace trunkline::query {

namespace {

constexpr std::int64_t kSecond = 1'000'000;

}  // namespace

google::protobuf::Timestamp timestamp(std::int64_t microseconds) {
  std::int64_t seconds = microseconds / kSecond;
  std::int64_t rest = microseconds % kSecond;
  if (rest < 0) {  // nanos count forward, also before 1970
    rest += kSecond;
    --seconds;
  }
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(static_cast<int>(rest * 1000));
  return time;
}

std::int64_t microseconds(const google::protobuf::Timestamp& time) {
  return time.seconds() * kSecond + time.nanos() / 1000;
}

}  // namespace trunkline::query
