// Who may do what: a role's row says which permissions it grants in a brand, and what no row grants is denied. Every
// route of the API and every use case names one permission.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/model/words.h"

namespace amends::people {

// Stored in tokens' scopes: never renumber.
enum class Permission : std::uint8_t {
  read = 0,            // inbox, customers, timelines, search, outbox
  act = 1,             // assign, tag, note, snooze, read state, drafts, presence
  answer = 2,          // write to customers
  settle = 3,          // updates that are uncertain, failed or held
  relate = 4,          // merge, split, re-thread, undo
  bulk = 5,            // one act on many threads
  templates = 6,       // write them
  import_ = 7,         // archives; `import` is a word of C++20
  export_person = 8,   // all there is of one customer
  erase_person = 9,    // and forget it
  quarantine = 10,     // what was not understood
  accounts = 11,       // connect, test, pause
  webhooks = 12,       // where events are sent
  people = 13,         // users, teams and invitations of a brand
  settings = 14,       // of a brand
  audit = 15,          // read it
  installation = 16,   // brands, all users, backups, keys
  self = 17,           // one's own session and tokens: everybody who is signed in
  nobody_needed = 18,  // public routes: signing in, health
};
inline constexpr model::Word<Permission> kPermissions[] = {
    {Permission::read, "read"},
    {Permission::act, "act"},
    {Permission::answer, "answer"},
    {Permission::settle, "settle"},
    {Permission::relate, "relate"},
    {Permission::bulk, "bulk"},
    {Permission::templates, "templates"},
    {Permission::import_, "import"},
    {Permission::export_person, "export_person"},
    {Permission::erase_person, "erase_person"},
    {Permission::quarantine, "quarantine"},
    {Permission::accounts, "accounts"},
    {Permission::webhooks, "webhooks"},
    {Permission::people, "people"},
    {Permission::settings, "settings"},
    {Permission::audit, "audit"},
    {Permission::installation, "installation"},
    {Permission::self, "self"},
    {Permission::nobody_needed, "nobody_needed"},
};
constexpr std::string_view name_of(Permission v) { return model::name_in(kPermissions, v); }

// A set of permissions.
class Grants {
 public:
  constexpr Grants() = default;
  constexpr Grants(std::initializer_list<Permission> list) {
    for (const Permission p : list) bits_ |= bit(p);
  }
  constexpr bool has(Permission p) const { return (bits_ & bit(p)) != 0; }
  constexpr bool covers(Grants other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(Permission p) { bits_ |= bit(p); }
  friend constexpr bool operator==(Grants, Grants) = default;

 private:
  static constexpr std::uint32_t bit(Permission p) { return std::uint32_t{1} << static_cast<unsigned>(p); }
  std::uint32_t bits_ = 0;
};

// What a user is in one brand. Stored: never renumber. `admin` is no role but a mark of the user: everything
// everywhere.
enum class Role : std::uint8_t {
  agent = 0,
  senior_agent = 1,
  support_lead = 2,
  marketing = 3,
  curator = 4,
  manager = 5,
  director = 6
};
inline constexpr model::Word<Role> kRoles[] = {
    {Role::agent, "agent"},         {Role::senior_agent, "senior_agent"},
    {Role::marketing, "marketing"}, {Role::support_lead, "support_lead"},
    {Role::curator, "curator"},     {Role::manager, "manager"},
    {Role::director, "director"},
};
constexpr std::string_view name_of(Role v) { return model::name_in(kRoles, v); }

struct RoleRow {
  Role role;
  Grants grants;
};
namespace table {
using enum Permission;
// The whole of who may do what in a brand. `installation` is granted by no role, `self` and `nobody_needed` need none.
inline constexpr RoleRow kRows[] = {
    {Role::agent, {read, act, answer, relate}},
    {Role::senior_agent, {read, act, answer, relate, settle, quarantine, bulk}},
    {Role::support_lead, {read, act, answer, relate, settle, quarantine, bulk, templates, import_, export_person}},
    {Role::marketing, {read, act, answer, bulk, templates}},
    {Role::curator, {read, act}},
    {Role::manager,
     {read, act, answer, settle, relate, bulk, templates, import_, export_person, erase_person, quarantine, accounts,
      webhooks, people, settings, audit}},
    {Role::director,
     {read, act, answer, settle, relate, bulk, templates, import_, export_person, erase_person, quarantine, accounts,
      webhooks, people, settings, audit}},
};
}  // namespace table
inline constexpr const auto& kRoleTable = table::kRows;

// Nothing for a number that is no role.
constexpr Grants grants_of(Role role) {
  for (const RoleRow& row : kRoleTable) {
    if (row.role == role) return row.grants;
  }
  return {};
}

}  // namespace amends::people
