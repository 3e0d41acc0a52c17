-- Brands, connected accounts and what they delivered. Written by core/ingest.

CREATE TABLE brand (
  id {id},
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT 'en',
  created_at BIGINT NOT NULL
);

CREATE TABLE account (
  id {id},
  brand_id BIGINT NOT NULL REFERENCES brand(id),
  channel TEXT NOT NULL,
  name TEXT NOT NULL,
  own_handles TEXT NOT NULL DEFAULT '',
  cursor TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'active',
  last_success_at BIGINT,
  last_error_at BIGINT,
  last_error TEXT,
  failures BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE (brand_id, channel, name)
);

-- The row lists read; the bytes lie in raw_body. `external_id` names one delivery in the account for ever, so what comes
-- twice is stored once. `state`: see core/ingest/ingest.h.
CREATE TABLE raw_item (
  id {id},
  brand_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account(id),
  external_id TEXT NOT NULL,
  digest {blob} NOT NULL,
  place TEXT NOT NULL,
  own BIGINT NOT NULL DEFAULT 0,
  size BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  state BIGINT NOT NULL,
  reason TEXT,
  UNIQUE (account_id, external_id)
);
-- Only what still needs somebody: waiting items and the quarantine.
CREATE INDEX raw_item_open ON raw_item (state, id) WHERE state IN (0, 2);
