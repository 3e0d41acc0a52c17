-- What an update that is a post knows beside its state; a mail leaves all of it as it is here. `answers`: the message of
-- ours or theirs that it answers; `words`: a keyed hash of its text, by which our own post is known when nobody heard how the
-- sending went; `by_hand`: a person posts it at `link`; `permalink`: where it stands; `replaces`: the message of ours whose
-- place it takes; `verify_by`: until when a pull should have shown what a person says they posted.
ALTER TABLE outbox_update ADD COLUMN answers BIGINT;
ALTER TABLE outbox_update ADD COLUMN words BIGINT;
ALTER TABLE outbox_update ADD COLUMN visibility BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox_update ADD COLUMN by_hand BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox_update ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_update ADD COLUMN permalink TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_update ADD COLUMN moderation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox_update ADD COLUMN moderation_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_update ADD COLUMN replaces BIGINT;
ALTER TABLE outbox_update ADD COLUMN verify_by BIGINT;
CREATE INDEX outbox_by_external ON outbox_update (account_id, external_id, id) WHERE external_id <> '';
CREATE INDEX outbox_by_answers ON outbox_update (answers, id) WHERE answers IS NOT NULL;
CREATE INDEX outbox_by_words ON outbox_update (brand_id, words, id) WHERE words IS NOT NULL;
CREATE INDEX outbox_to_verify ON outbox_update (verify_by, id) WHERE verify_by IS NOT NULL;
