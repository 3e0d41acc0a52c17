-- Messages and what else happened. Written by core/timeline. `identity_id` is the customer's side of a message: who wrote
-- to us, or the first one we wrote to.

CREATE TABLE message (
  id {id},
  brand_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  raw_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  identity_id BIGINT,
  channel TEXT NOT NULL,
  at BIGINT NOT NULL,
  direction BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  origin BIGINT NOT NULL,
  visibility BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  content_key BIGINT NOT NULL,
  digest {blob} NOT NULL,
  message_id TEXT,
  author TEXT NOT NULL,
  subject TEXT NOT NULL,
  preview TEXT NOT NULL,
  rating REAL,
  location TEXT,
  permalink TEXT,
  language TEXT,
  update_id BIGINT
);
CREATE INDEX message_by_thread ON message (thread_id, at);
CREATE INDEX message_by_content ON message (brand_id, content_key);
CREATE INDEX message_by_raw ON message (raw_id);

-- Other deliveries of a message we list already: the same mail in another folder or mailbox, our own mail coming back,
-- an earlier version of an edited review.
CREATE TABLE message_copy (
  raw_id BIGINT PRIMARY KEY,
  message_id BIGINT NOT NULL REFERENCES message(id),
  kind TEXT NOT NULL
);
CREATE INDEX message_copy_by_message ON message_copy (message_id);

CREATE TABLE attachment (
  message_id BIGINT NOT NULL REFERENCES message(id),
  part BIGINT NOT NULL,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 {blob} NOT NULL,
  content_id TEXT,
  is_inline BIGINT NOT NULL,
  PRIMARY KEY (message_id, part)
);

-- Everything that is no message: merges, hand-overs, bounces, edits, deletions.
CREATE TABLE event (
  id {id},
  brand_id BIGINT NOT NULL,
  customer_id BIGINT,
  thread_id BIGINT,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX event_by_thread ON event (thread_id, at);

-- Streams in order: one for each identity (its id) and one for each customer's own events (the id, negated). A customer's
-- timeline is the streams of all their identities read side by side, so a merge or its undo moves no row. `kind`:
-- 0 message, 1 event. A mail to two people stands in both streams.
CREATE TABLE timeline_entry (
  stream BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  ref_id BIGINT NOT NULL,
  PRIMARY KEY (stream, at, kind, ref_id)
) {clustered};
