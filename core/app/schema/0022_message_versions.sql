-- What a post is beside a mail: the site's version of it, the channel's id of what it answers, and what the site thinks of
-- our own.
ALTER TABLE message ADD COLUMN version TEXT;
ALTER TABLE message ADD COLUMN in_reply_to TEXT;
ALTER TABLE message ADD COLUMN moderation BIGINT NOT NULL DEFAULT 0;
