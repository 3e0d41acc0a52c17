-- Who is who. Written by core/identity; see identities.h for resolving, links.h for merging and undoing.

-- A person, a set of identities. `merged_into` is set while a merge is in force: whoever it names speaks for this one.
CREATE TABLE customer (
  id {id},
  brand_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  language TEXT,
  created_at BIGINT NOT NULL,
  merged_into BIGINT REFERENCES customer(id),
  merge_event BIGINT
);
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- An address or handle in a channel. `origin_id`: the customer made when it was first seen; `home_id`: the same, or
-- where a split by hand put it; `customer_id`: who speaks for its home now, kept so that reading needs no walk.
-- `nature`, `verified`: see identities.h.
CREATE TABLE identity (
  id {id},
  brand_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  nature BIGINT NOT NULL,
  verified BIGINT NOT NULL,
  origin_id BIGINT NOT NULL REFERENCES customer(id),
  home_id BIGINT NOT NULL REFERENCES customer(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  UNIQUE (brand_id, kind, handle)
);
CREATE INDEX identity_by_customer ON identity (customer_id);
CREATE INDEX identity_by_home ON identity (home_id);

-- Merges and splits, each in force until undone. `kind`: see links.h. Rows are never deleted.
CREATE TABLE link_event (
  id {id},
  brand_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  from_id BIGINT NOT NULL,
  into_id BIGINT NOT NULL,
  identity_id BIGINT,
  undone_at BIGINT,
  undone_by TEXT
);
CREATE INDEX link_event_by_from ON link_event (from_id);
CREATE INDEX link_event_by_into ON link_event (into_id);
CREATE INDEX link_event_by_identity ON link_event (identity_id) WHERE identity_id IS NOT NULL;

-- What an identity can be found by when somebody looks for doubles: a hash of a name, a mailbox, a phone, an order number.
-- `value` is kept for hints that come from messages, to say them as a reason. `kind`: see keys.h.
CREATE TABLE identity_key (
  brand_id BIGINT NOT NULL,
  key BIGINT NOT NULL,
  identity_id BIGINT NOT NULL REFERENCES identity(id),
  kind BIGINT NOT NULL,
  value TEXT,
  PRIMARY KEY (brand_id, key, identity_id)
) {clustered};
CREATE INDEX identity_key_by_identity ON identity_key (identity_id);

-- Two customers that may be one, low_id < high_id. What a person dismissed never comes back. `reasons` is JSON.
CREATE TABLE link_suggestion (
  brand_id BIGINT NOT NULL,
  low_id BIGINT NOT NULL REFERENCES customer(id),
  high_id BIGINT NOT NULL REFERENCES customer(id),
  state BIGINT NOT NULL,
  confidence REAL NOT NULL,
  reasons TEXT NOT NULL,
  at BIGINT NOT NULL,
  decided_by TEXT,
  PRIMARY KEY (brand_id, low_id, high_id)
) {clustered};
CREATE INDEX link_suggestion_by_high ON link_suggestion (high_id);
