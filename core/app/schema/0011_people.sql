-- Users, roles, teams, and the ways in: sessions, API tokens, one-time links, second factors. Written by core/people.
-- What opens a door is stored as its SHA-256 alone (`secret_hash`), or sealed (`sealed_…`, core/crypto/seal.h).

CREATE TABLE app_user (
  id {id},
  login TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT UNIQUE,
  language TEXT NOT NULL,
  admin BIGINT NOT NULL,
  disabled BIGINT NOT NULL DEFAULT 0,
  password TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT
);

CREATE TABLE membership (
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  brand_id BIGINT NOT NULL REFERENCES brand(id),
  role BIGINT NOT NULL,
  PRIMARY KEY (user_id, brand_id)
) {clustered};
CREATE INDEX membership_by_brand ON membership (brand_id, user_id);

CREATE TABLE team (
  id {id},
  brand_id BIGINT NOT NULL REFERENCES brand(id),
  name TEXT NOT NULL,
  UNIQUE (brand_id, name)
);
CREATE TABLE team_member (
  brand_id BIGINT NOT NULL,
  team_id BIGINT NOT NULL REFERENCES team(id),
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  PRIMARY KEY (brand_id, team_id, user_id)
) {clustered};
CREATE INDEX team_member_by_user ON team_member (user_id, brand_id);
CREATE INDEX team_member_by_team ON team_member (team_id);

CREATE TABLE session (
  id {id},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  secret_hash {blob} NOT NULL UNIQUE,
  peer TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_seen ON session (seen_at);

-- `grants` and `brands` are lists of words and numbers, divided by commas; no brands: all of the user's.
CREATE TABLE api_token (
  id {id},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  secret_hash {blob} NOT NULL UNIQUE,
  start TEXT NOT NULL,
  name TEXT NOT NULL,
  grants TEXT NOT NULL,
  brands TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  used_at BIGINT
);
CREATE INDEX api_token_by_user ON api_token (user_id);
CREATE INDEX api_token_by_end ON api_token (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE link (
  id {id},
  kind BIGINT NOT NULL,
  secret_hash {blob} NOT NULL UNIQUE,
  user_id BIGINT REFERENCES app_user(id),
  made_by BIGINT REFERENCES app_user(id),
  email TEXT NOT NULL,
  brand_id BIGINT REFERENCES brand(id),
  role BIGINT NOT NULL,
  admin BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX link_by_end ON link (expires_at);
CREATE INDEX link_by_user ON link (user_id) WHERE user_id IS NOT NULL;

-- `confirmed_at` NULL: begun, and of no effect yet.
CREATE TABLE second_factor (
  user_id BIGINT PRIMARY KEY REFERENCES app_user(id),
  sealed_totp TEXT NOT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  begun_at BIGINT NOT NULL,
  confirmed_at BIGINT
);
CREATE TABLE recovery_code (
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  code_hash {blob} NOT NULL,
  PRIMARY KEY (user_id, code_hash)
) {clustered};

-- Networks a user signed in from: guesses from elsewhere don't make them wait there.
CREATE TABLE known_network (
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  network TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (user_id, network)
) {clustered};
