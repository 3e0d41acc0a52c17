-- Accounts that were connected over the API or the command line, and how connected accounts are. Written by core/ingest
-- (connections.h); what is sealed by core/app. An account of the configuration file has no row in account_settings.
-- `poll_seconds` 0: as its channel says. `start_over`: the next pull begins from the beginning.

CREATE TABLE account_settings (
  account_id BIGINT PRIMARY KEY REFERENCES account(id),
  brand_id BIGINT NOT NULL,
  sealed_settings TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  poll_seconds BIGINT NOT NULL,
  start_over BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- A person's way to the site and back, while it lasts. `state_hash`: SHA-256 of the word the site gives back.
CREATE TABLE account_walk (
  account_id BIGINT PRIMARY KEY REFERENCES account(id),
  brand_id BIGINT NOT NULL,
  state_hash {blob} NOT NULL UNIQUE,
  sealed_pending TEXT NOT NULL,
  started_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- What the last look at an account found. Lists are lines.
CREATE TABLE account_probe (
  account_id BIGINT PRIMARY KEY REFERENCES account(id),
  brand_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  error TEXT NOT NULL,
  facts TEXT NOT NULL,
  warnings TEXT NOT NULL,
  remote_count BIGINT,
  held_count BIGINT NOT NULL
);

-- How often the address that a site calls was made anew.
CREATE TABLE account_hook (
  account_id BIGINT PRIMARY KEY REFERENCES account(id),
  brand_id BIGINT NOT NULL,
  generation BIGINT NOT NULL
);
