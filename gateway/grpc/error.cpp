#include "gateway/grpc/error.hpp"

#include <stdexcept>

namespace trunkline::grpc {

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error(std::string(where.function_name()) + ": " + std::string(name(error.code)) +
                         ": " + error.message);
}

}  // namespace trunkline::grpc
