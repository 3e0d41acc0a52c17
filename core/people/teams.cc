#include <algorithm>

#include "core/base/text.h"
#include "core/people/users.h"

namespace amends::people {
namespace {

constexpr std::size_t kLongestTeamName = 60;

Result<Done> check_team(store::Reader& reader, BrandId brand, std::string_view name, TeamId but) {
  const bool line = std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (name.empty() || name.size() > kLongestTeamName || !line || !text::is_utf8(name) ||
      text::trim(name).size() != name.size()) {
    return fail(Kind::invalid, "name: 1 to 60 bytes, on one line, without spaces around it");
  }
  if (reader.count("SELECT count(*) FROM team WHERE brand_id = ? AND name = ? AND id <> ?", brand, name, but.value) >
      0) {
    return fail(Kind::conflict, "name: another team of the brand has it");
  }
  return Done{};
}

Error no_team() { return fail(Kind::not_found, "there is no such team"); }

std::vector<UserId> members_of(store::Reader& reader, BrandId brand, TeamId team) {
  std::vector<UserId> out;
  for (auto q = reader.query("SELECT user_id FROM team_member WHERE brand_id = ? AND team_id = ? ORDER BY user_id",
                             brand, team);
       q.next();) {
    out.push_back(q.row().id<UserId>(0));
  }
  return out;
}

}  // namespace

Result<TeamId> add_team(store::Tx& tx, BrandId brand, std::string_view name) {
  TRY_DO(check_team(tx, brand, name, {}));
  return TeamId{tx.insert("INSERT INTO team (brand_id, name) VALUES (?, ?)", brand, name)};
}

Result<Done> rename_team(store::Tx& tx, BrandId brand, TeamId team, std::string_view name) {
  TRY_DO(check_team(tx, brand, name, team));
  if (tx.run("UPDATE team SET name = ? WHERE brand_id = ? AND id = ?", name, brand, team) == 0) return no_team();
  return Done{};
}

Result<Done> remove_team(store::Tx& tx, BrandId brand, TeamId team) {
  tx.run("DELETE FROM team_member WHERE brand_id = ? AND team_id = ?", brand, team);
  if (tx.run("DELETE FROM team WHERE brand_id = ? AND id = ?", brand, team) == 0) return no_team();
  return Done{};
}

Result<Done> set_members(store::Tx& tx, BrandId brand, TeamId team, const std::vector<UserId>& members) {
  if (tx.count("SELECT count(*) FROM team WHERE brand_id = ? AND id = ?", brand, team) == 0) return no_team();
  tx.run("DELETE FROM team_member WHERE brand_id = ? AND team_id = ?", brand, team);
  for (const UserId user : members) {
    if (!role_of(tx, user, brand)) return fail(Kind::invalid, "members: one of them has no role in this brand");
    tx.run("INSERT INTO team_member (brand_id, team_id, user_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", brand, team,
           user);
  }
  return Done{};
}

std::optional<Team> find_team(store::Reader& reader, BrandId brand, TeamId team) {
  auto out = reader.first(
      "SELECT id, name FROM team WHERE brand_id = ? AND id = ?",
      [&](const store::Row& row) {
        return Team{row.id<TeamId>(0), brand, row.string(1), {}};
      },
      brand, team);
  if (out) out->members = members_of(reader, brand, team);
  return out;
}

std::vector<Team> teams(store::Reader& reader, BrandId brand) {
  std::vector<Team> out;
  for (auto q = reader.query("SELECT id, name FROM team WHERE brand_id = ? ORDER BY name", brand); q.next();) {
    out.push_back({q.row().id<TeamId>(0), brand, q.row().string(1), {}});
  }
  for (Team& team : out) team.members = members_of(reader, brand, team.id);
  return out;
}

}  // namespace amends::people
