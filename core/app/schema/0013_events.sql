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
