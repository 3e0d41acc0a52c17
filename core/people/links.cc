#include "core/people/links.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"

namespace amends::people {
namespace {

constexpr std::size_t kLinkLength = 52;  // 256 bits as base32

constexpr std::string_view kColumns =
    "SELECT id, kind, user_id, made_by, email, brand_id, role, admin, created_at, expires_at FROM link ";

Link link_of(const store::Row& row) {
  Link out;
  out.id = row.id<LinkId>(0);
  out.kind = row.as<LinkKind>(1);
  out.user = row.id<UserId>(2);
  out.made_by = row.id<UserId>(3);
  out.email = row.string(4);
  out.brand = row.id<BrandId>(5);
  out.role = row.as<Role>(6);
  out.admin = row.boolean(7);
  out.created_at = row.time(8);
  out.expires_at = row.time(9);
  return out;
}

}  // namespace

FreshLink add_link(store::Tx& tx, const NewLink& link, Timestamp now) {
  const auto life = std::clamp<std::chrono::minutes>(link.life, kShortestLink, kLongestLink);
  tx.run("DELETE FROM link WHERE expires_at <= ?", now);
  switch (link.kind) {
    case LinkKind::reset: tx.run("DELETE FROM link WHERE kind = ? AND user_id = ?", link.kind, link.user); break;
    case LinkKind::first_admin: tx.run("DELETE FROM link WHERE kind = ?", link.kind); break;
    case LinkKind::invitation:
      tx.run("DELETE FROM link WHERE kind = ? AND email = ? AND coalesce(brand_id, 0) = ?", link.kind,
             text::fold(text::trim(link.email)), link.brand.value);
      break;
  }
  FreshLink out;
  out.secret = Secret(crypto::random_token());
  out.expires_at = now + life;
  out.id = LinkId{tx.insert(
      "INSERT INTO link (kind, secret_hash, user_id, made_by, email, brand_id, role, admin, created_at, expires_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      link.kind, store::Blob{crypto::bytes_of(crypto::sha256(out.secret.reveal()))}, link.user, link.made_by,
      text::fold(text::trim(link.email)), link.brand, link.role, link.admin, now, out.expires_at)};
  return out;
}

std::optional<Link> find_link(store::Reader& reader, LinkKind kind, std::string_view secret, Timestamp now) {
  if (secret.size() != kLinkLength) return {};
  return reader.first(std::string(kColumns) + "WHERE secret_hash = ? AND kind = ? AND expires_at > ?", link_of,
                      store::Blob{crypto::bytes_of(crypto::sha256(secret))}, kind, now);
}

std::optional<Link> take_link(store::Tx& tx, LinkKind kind, std::string_view secret, Timestamp now) {
  auto link = find_link(tx, kind, secret, now);
  if (link && tx.run("DELETE FROM link WHERE id = ?", link->id) != 1) return {};
  return link;
}

std::vector<Link> open_invitations(store::Reader& reader, BrandId brand, Timestamp now) {
  std::vector<Link> out;
  const std::string sql =
      std::string(kColumns) + "WHERE kind = ? AND expires_at > ? AND (? = 0 OR brand_id = ?) ORDER BY id";
  for (auto q = reader.query(sql, LinkKind::invitation, now, brand.value, brand.value); q.next();) {
    out.push_back(link_of(q.row()));
  }
  return out;
}

Result<Done> revoke_invitation(store::Tx& tx, BrandId brand, LinkId link) {
  if (tx.run("DELETE FROM link WHERE id = ? AND kind = ? AND(? = 0 OR brand_id = ?)", link, LinkKind::invitation,
             brand.value, brand.value) == 0) {
    return fail(Kind::not_found, "there is no such invitation");
  }
  return Done{};
}

void end_links_of(store::Tx& tx, UserId user) { tx.run("DELETE FROM link WHERE user_id = ?", user); }

}  // namespace amends::people
