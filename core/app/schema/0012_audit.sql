-- Who did what, only ever added to. Written by core/audit. `number` has no gap; `digest` covers the row and the digest of
-- the row before.

CREATE TABLE audit_entry (
  number BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_id BIGINT,
  action TEXT NOT NULL,
  brand_id BIGINT,
  object TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  detail TEXT NOT NULL,
  peer TEXT NOT NULL,
  digest {blob} NOT NULL
) {clustered};
CREATE INDEX audit_entry_by_brand ON audit_entry (brand_id, number);
{append_only audit_entry}
