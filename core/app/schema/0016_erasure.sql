-- Who was erased, as keyed hashes. Written by core/erasure; see core/erasure/ledger.h. The brand stands here by its key,
-- because a ledger goes from one database into another; `scrubbed`: the traces on the disk are gone.

CREATE TABLE erasure (
  id {id},
  pseudonym TEXT NOT NULL UNIQUE,
  brand_key TEXT NOT NULL,
  at BIGINT NOT NULL,
  scrubbed BIGINT NOT NULL
);

CREATE TABLE erasure_mark (
  kind BIGINT NOT NULL,
  hash {blob} NOT NULL,
  erasure_id BIGINT NOT NULL REFERENCES erasure(id),
  PRIMARY KEY (kind, hash, erasure_id)
) {clustered};
CREATE INDEX erasure_mark_by_erasure ON erasure_mark (erasure_id);
