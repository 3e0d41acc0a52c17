-- Which messages answer each other. Written by core/thread; see core/thread/threads.h. Message-IDs, addresses and subjects
-- stand here only as keyed hashes of 64 bits.

-- A thread and what lists say of it. A thread that went into another keeps its row, so that its number still leads
-- somewhere. `settled`: a person arranged it, so it is not merged by itself any more.
CREATE TABLE thread (
  id {id},
  brand_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  last_direction BIGINT NOT NULL,
  last_in_at BIGINT,
  last_out_at BIGINT,
  last_ask_at BIGINT,
  messages BIGINT NOT NULL,
  version BIGINT NOT NULL,
  settled BIGINT NOT NULL DEFAULT 0,
  merged_into BIGINT
);

-- What threading knows of a message. `links` holds hashes: see core/thread/node.h.
CREATE TABLE thread_node (
  message_id BIGINT PRIMARY KEY,
  brand_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  sender BIGINT NOT NULL,
  links {blob} NOT NULL
) {clustered};
CREATE INDEX thread_node_by_thread ON thread_node (thread_id);

-- Where messages meet: under a Message-ID those that bear it and those that name it without having found it in their own
-- thread, under a subject and a person those between that person and us. `role`: see core/thread/node.h.
CREATE TABLE thread_key (
  brand_id BIGINT NOT NULL,
  key BIGINT NOT NULL,
  role BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (brand_id, key, role, message_id)
) {clustered};

-- Who takes part in a thread (message_id 0), and which messages wait for that person to take part in it.
CREATE TABLE thread_person (
  brand_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  person BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (brand_id, thread_id, person, message_id)
) {clustered};

-- Threads that may belong together, for a person to decide.
CREATE TABLE thread_link (
  brand_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  PRIMARY KEY (brand_id, thread_id, other_id)
) {clustered};
CREATE INDEX thread_link_back ON thread_link (brand_id, other_id);

-- What people re-threaded by hand, and all it takes to undo it.
CREATE TABLE thread_op (
  id {id},
  brand_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  last_message_id BIGINT NOT NULL,
  undone BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE thread_op_thread (
  op_id BIGINT NOT NULL REFERENCES thread_op(id),
  brand_id BIGINT NOT NULL,
  thread_id BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  merged_into BIGINT,
  made BIGINT NOT NULL,
  PRIMARY KEY (op_id, thread_id)
) {clustered};
CREATE INDEX thread_op_by_thread ON thread_op_thread (thread_id, op_id);
CREATE TABLE thread_op_move (
  op_id BIGINT NOT NULL REFERENCES thread_op(id),
  brand_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  from_thread BIGINT NOT NULL,
  to_thread BIGINT NOT NULL,
  PRIMARY KEY (op_id, message_id)
) {clustered};
