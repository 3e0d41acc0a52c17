-- Who wrote to us, and which of them are the same person. Written by core/identity.

-- A person. `merged_into` is the active merge it went by; following it up leads to the customer people see.
CREATE TABLE customer (
  id {id},
  brand_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  merged_into BIGINT
);
CREATE INDEX customer_by_merge ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- An address or handle in a channel. `customer_id` is its own customer, before any merge. `name_key` is the name folded,
-- to find namesakes by.
CREATE TABLE identity (
  id {id},
  brand_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  verified BIGINT NOT NULL,
  role BIGINT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  UNIQUE (brand_id, kind, handle)
);
CREATE INDEX identity_by_customer ON identity (customer_id);
CREATE INDEX identity_by_name ON identity (brand_id, name_key) WHERE name_key <> '';

-- What people joined and parted, each with its undo. `kind`: 0 merge, 1 split.
CREATE TABLE link_event (
  id {id},
  brand_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  into_id BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  identity_id BIGINT,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT
);
CREATE INDEX link_event_by_from ON link_event (from_id, id);
CREATE INDEX link_event_by_into ON link_event (into_id, id);
