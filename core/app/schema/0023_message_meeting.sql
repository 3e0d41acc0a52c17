-- By what two accounts of one review meet, the mail in which its site tells of it and the site's own: keyed hashes of its
-- link, and of who gave how many stars. Written by core/timeline.
CREATE TABLE message_meeting (
  brand_id BIGINT NOT NULL,
  key BIGINT NOT NULL,
  message_id BIGINT NOT NULL REFERENCES message(id),
  PRIMARY KEY (brand_id, key, message_id)
) {clustered};
CREATE INDEX message_meeting_by_message ON message_meeting (message_id);
