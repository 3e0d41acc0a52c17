#include "core/people/principal.h"

#include <algorithm>

namespace amends::people {
namespace {

// What the token leaves of it; everything without a token.
bool in_scope(const Principal& principal, BrandId brand, Permission permission) {
  if (principal.entry != Entry::token) return true;
  const Scope& scope = principal.scope;
  if (!scope.grants.has(permission)) return false;
  if (permission == Permission::self || scope.brands.empty()) return true;
  return std::find(scope.brands.begin(), scope.brands.end(), brand) != scope.brands.end();
}

}  // namespace

Principal console(std::string as) {
  Principal out;
  out.login = std::move(as);
  out.admin = true;
  out.entry = Entry::console;
  return out;
}

bool may(const Principal& principal, BrandId brand, Permission permission) {
  if (permission == Permission::nobody_needed) return true;
  if (principal.entry == Entry::none || !in_scope(principal, brand, permission)) return false;
  if (permission == Permission::self) return static_cast<bool>(principal.user);
  if (principal.must_set_up_totp) return false;
  if (principal.admin) return true;
  if (!brand) return false;
  return std::any_of(principal.memberships.begin(), principal.memberships.end(),
                     [&](const Membership& m) { return m.brand == brand && grants_of(m.role).has(permission); });
}

std::vector<BrandId> brands_where(const Principal& principal, const std::vector<BrandId>& all, Permission permission) {
  std::vector<BrandId> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](BrandId brand) { return brand && may(principal, brand, permission); });
  return out;
}

bool may_grant(const Principal& principal, BrandId brand, Role role) {
  if (!brand || !may(principal, brand, Permission::people)) return false;
  for (const auto& word : kPermissions) {
    if (grants_of(role).has(word.value) && !may(principal, brand, word.value)) return false;
  }
  return true;
}

}  // namespace amends::people
