// Ids are types: a CustomerId is not a ThreadId and neither is made from a bare number by accident.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace amends {

// A row's id in the database. 0 means "none yet".
template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr Id() = default;
  constexpr explicit Id(std::int64_t v) : value(v) {}
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using BrandId = Id<struct BrandTag>;
using AccountId = Id<struct AccountTag>;
using RawItemId = Id<struct RawItemTag>;
using MessageId = Id<struct MessageTag>;  // our row; the header field is a std::string called message_id
using ThreadId = Id<struct ThreadTag>;
using IdentityId = Id<struct IdentityTag>;
using CustomerId = Id<struct CustomerTag>;
using UpdateId = Id<struct UpdateTag>;  // a row of the outbox
using UserId = Id<struct UserTag>;

}  // namespace amends

template <class Tag>
struct std::hash<amends::Id<Tag>> {
  std::size_t operator()(amends::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
