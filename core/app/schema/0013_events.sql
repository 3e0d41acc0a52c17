-- The change log, in the order of commits. Written by core/events. `brand_id` is null for what concerns the whole
-- installation.

CREATE TABLE change (
  id {id},
  brand_id BIGINT,
  at BIGINT NOT NULL,
  what BIGINT NOT NULL,
  thread_id BIGINT,
  customer_id BIGINT,
  subject_id BIGINT,
  actor TEXT NOT NULL,
  detail TEXT NOT NULL
);
-- The log is never empty, so that every stream of it has a position.
INSERT INTO change (id, at, what, actor, detail) VALUES (1, 0, 0, 'amends', '');
