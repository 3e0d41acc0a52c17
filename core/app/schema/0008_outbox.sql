-- Updates on their way out. Written by core/outbox; `state`, `purpose` and a recipient's `state` are the numbers of
-- core/model/update.h. Rows are never deleted: an id is a name that was given out.

-- One start of the program. What an older one held is free.
CREATE TABLE outbox_epoch (
  id {id},
  started_at BIGINT NOT NULL
);

CREATE TABLE outbox_update (
  id {id},
  brand_id BIGINT NOT NULL,
  account_id BIGINT,
  thread_id BIGINT,
  message_id BIGINT,
  author TEXT NOT NULL DEFAULT '',
  purpose BIGINT NOT NULL DEFAULT 0,
  depends_on BIGINT REFERENCES outbox_update(id),
  wants_copy BIGINT NOT NULL DEFAULT 0,
  key TEXT,
  mail_id TEXT,
  sender TEXT NOT NULL DEFAULT '',
  in_reply_to TEXT NOT NULL DEFAULT '',
  external_id TEXT NOT NULL DEFAULT '',
  state BIGINT NOT NULL,
  due BIGINT,
  ready BIGINT,
  first_try BIGINT,
  doubt_since BIGINT,
  sent_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  looks BIGINT NOT NULL DEFAULT 0,
  fence BIGINT NOT NULL DEFAULT 0,
  epoch BIGINT NOT NULL DEFAULT 0,
  lease BIGINT NOT NULL DEFAULT 0,
  past_return BIGINT NOT NULL DEFAULT 0,
  echoed BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  answered_by BIGINT,
  answered_at BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (brand_id, purpose, mail_id),
  UNIQUE (brand_id, account_id, purpose, key)
);
-- What a worker may have to do with, by account: scheduled, queued, sending, retry, uncertain.
CREATE INDEX outbox_due ON outbox_update (account_id, purpose, due, id) WHERE state IN (1, 3, 4, 5, 8);
-- The line of a thread: first in, first out.
CREATE INDEX outbox_line ON outbox_update (account_id, thread_id, ready, id) WHERE state IN (1, 3, 4, 5, 8);
-- How many stand where, and since when.
CREATE INDEX outbox_by_ready ON outbox_update (ready, state) WHERE state IN (1, 3, 4, 5, 8);
CREATE INDEX outbox_by_thread ON outbox_update (thread_id, id);
-- What waits for a person: held, failed, uncertain.
CREATE INDEX outbox_for_people ON outbox_update (brand_id, id) WHERE state IN (2, 7, 8);
CREATE INDEX outbox_unanswered ON outbox_update (brand_id, sent_at, id)
  WHERE state = 6 AND purpose = 0 AND answered_by IS NULL;

-- Apart from the rows that lists read. The same bytes go out on every try; the copy for Sent borrows them.
CREATE TABLE outbox_payload (
  update_id {id},
  brand_id BIGINT NOT NULL,
  bytes {blob} NOT NULL
);

CREATE TABLE outbox_recipient (
  update_id BIGINT NOT NULL REFERENCES outbox_update(id),
  position BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  address TEXT NOT NULL,
  state BIGINT NOT NULL DEFAULT 0,
  code BIGINT NOT NULL DEFAULT 0,
  words TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (update_id, position)
) {clustered};

CREATE TABLE outbox_attempt (
  update_id BIGINT NOT NULL REFERENCES outbox_update(id),
  number BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  past_return_at BIGINT,
  ended_at BIGINT,
  outcome TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (update_id, number)
) {clustered};

-- How fast an account may be used for a purpose; see outbox/retry.h.
CREATE TABLE outbox_gate (
  account_id BIGINT NOT NULL,
  purpose BIGINT NOT NULL,
  brand_id BIGINT NOT NULL,
  failures BIGINT NOT NULL DEFAULT 0,
  at_once BIGINT NOT NULL DEFAULT 1,
  shut_until BIGINT,
  needs_person BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, purpose)
) {clustered};
