-- What tells of a post of ours before its receipt is stored. Written by core/ingest.
ALTER TABLE raw_item ADD COLUMN waits_for TEXT;
CREATE INDEX raw_item_early ON raw_item (state, id) WHERE state = 4;
