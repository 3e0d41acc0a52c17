-- The bytes of raw items, compressed, apart from the rows lists read. Written by core/store/raw_codec.h. `dictionary_id`
-- names the dictionary they were compressed with; NULL: none.

CREATE TABLE raw_body (
  raw_id {id},
  dictionary_id BIGINT,
  bytes {blob} NOT NULL
);

-- `id` is taken from the digest of the bytes, so one id never means two dictionaries; the highest `number` is in use.
CREATE TABLE raw_dictionary (
  id {id},
  number BIGINT NOT NULL,
  bytes {blob} NOT NULL
);
