#pragma once

// Private to exchange: the JSON of one answer in all forms in which clients want it (RFC 9110
// section 3.2). Each form, with its head, is made when it is first asked for, and shared by all who
// get it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/coding/coding.hpp"
#include "gateway/exchange/content/compression.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::exchange {

class Representation {
 public:
  /// An answer with status 200.
  struct Form {
    http::ResponseHead head;
    http::SharedBody body;
  };

  /// `vary` names the fields that a client can ask for another answer with, besides
  /// Accept-Encoding; it and `compression` outlive the representation.
  Representation(std::string json, const Compression& compression, std::string_view vary);

  /// In which coding a client gets it that would rather have `wanted`.
  coding::Coding coding(coding::Coding wanted) const noexcept;

  /// Quoted; of this form and no other (RFC 9110 section 8.8.3).
  std::string etag(coding::Coding coding) const;
  /// To a client that has it already (RFC 9110 section 15.4.5).
  http::ResponseHead not_modified(coding::Coding coding) const;
  /// Good as long as the representation.
  const Form& form(coding::Coding coding);

 private:
  bool worth_coding() const noexcept;
  void add_vary(http::Headers& headers) const;

  const Compression& compression_;
  const std::string_view vary_;
  const http::SharedBody json_;
  const std::string tag_;  // of the JSON
  std::optional<Form> forms_[coding::kCodings.size()];
};

}  // namespace trunkline::exchange
