-- What a site gave us to act for an account, sealed (core/crypto/seal.h). Written by core/ingest (connections.h).
-- `expires_at`: of the access token, where the site says it; `renewable`: it is renewed without a person.

CREATE TABLE account_token (
  account_id BIGINT PRIMARY KEY REFERENCES account(id),
  brand_id BIGINT NOT NULL,
  sealed_tokens TEXT NOT NULL,
  expires_at BIGINT,
  renewable BIGINT NOT NULL,
  connected_at BIGINT NOT NULL,
  renewed_at BIGINT NOT NULL
);
