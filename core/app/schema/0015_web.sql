-- What was answered to requests that bore an idempotency key, so that a repeat gets the same answer and does nothing.
-- Written by core/web. `brand_id` is 0 where the route is the installation's. state: 0 under way (in the program's
-- start `epoch`), 1 its change is committed, 2 answered.

CREATE TABLE request_key (
  user_id BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  route TEXT NOT NULL,
  request_key TEXT NOT NULL,
  body_digest {blob} NOT NULL,
  state BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  status BIGINT NOT NULL,
  answer TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, brand_id, route, request_key)
) {clustered};
CREATE INDEX request_key_by_age ON request_key (created_at);

-- Lists of customers, newest first.
CREATE INDEX customer_by_brand ON customer (brand_id, id);
-- Lists of updates, newest first.
CREATE INDEX outbox_by_brand ON outbox_update (brand_id, id);
