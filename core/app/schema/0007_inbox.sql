-- What agents do to threads. Written by core/inbox.

CREATE TABLE inbox_thread (
  thread_id BIGINT PRIMARY KEY,
  brand_id BIGINT NOT NULL,
  identity_id BIGINT,
  last_message_id BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  status BIGINT NOT NULL,
  awaiting BIGINT NOT NULL,
  unread BIGINT NOT NULL,
  owner TEXT,
  snooze_until BIGINT
);
CREATE INDEX inbox_by_status ON inbox_thread (brand_id, status, last_at, thread_id);
CREATE INDEX inbox_by_awaiting ON inbox_thread (brand_id, status, awaiting, last_at, thread_id);
CREATE INDEX inbox_by_owner ON inbox_thread (brand_id, owner, status, last_at, thread_id) WHERE owner IS NOT NULL;
CREATE INDEX inbox_snoozed ON inbox_thread (snooze_until) WHERE snooze_until IS NOT NULL;

CREATE TABLE thread_tag (
  brand_id BIGINT NOT NULL,
  tag TEXT NOT NULL,
  thread_id BIGINT NOT NULL,
  PRIMARY KEY (brand_id, tag, thread_id)
) {clustered};
CREATE INDEX thread_tag_by_thread ON thread_tag (thread_id, tag);

CREATE TABLE note (
  id {id},
  brand_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  author TEXT NOT NULL,
  at BIGINT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX note_by_thread ON note (thread_id, at);

CREATE TABLE draft (
  thread_id BIGINT NOT NULL,
  author TEXT NOT NULL,
  brand_id BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  thread_version BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (thread_id, author)
);
