-- Webhooks out: who is told of changes, what was told and how it went. Written by core/webhook.

CREATE TABLE webhook_endpoint (
  id {id},
  brand_id BIGINT NOT NULL,
  url TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  sealed_previous TEXT NOT NULL,
  previous_until BIGINT,
  kinds TEXT NOT NULL,
  include_text BIGINT NOT NULL,
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  position BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  next_try_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL
);
CREATE INDEX webhook_endpoint_by_brand ON webhook_endpoint (brand_id, id);

-- `webhook_id` names one delivery to one endpoint for ever. `change_id` is null for a test.
CREATE TABLE webhook_delivery (
  id {id},
  endpoint_id BIGINT NOT NULL REFERENCES webhook_endpoint(id),
  brand_id BIGINT NOT NULL,
  webhook_id TEXT NOT NULL,
  change_id BIGINT,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  message_id BIGINT,
  state BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  replay BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  delivered_at BIGINT,
  UNIQUE (brand_id, endpoint_id, webhook_id)
);
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_replay ON webhook_delivery (endpoint_id, id) WHERE replay = 1;
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

CREATE TABLE webhook_attempt (
  delivery_id BIGINT NOT NULL REFERENCES webhook_delivery(id),
  number BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  took BIGINT NOT NULL,
  status BIGINT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (delivery_id, number)
) {clustered};
