-- Whose bytes a dictionary was trained on, because a dictionary holds pieces of them: when one of them is erased, the
-- dictionary goes too. Written by core/store/raw_codec.h.

CREATE TABLE raw_sample (
  raw_id BIGINT NOT NULL,
  dictionary_id BIGINT NOT NULL,
  PRIMARY KEY (raw_id, dictionary_id)
) {clustered};

-- Dictionaries that go as soon as nothing is packed with them any more.
CREATE TABLE raw_retired (
  dictionary_id {id}
);

-- Until now a dictionary was trained on the 256 items before the first that was packed with it.
INSERT INTO raw_sample (raw_id, dictionary_id)
SELECT b.raw_id, d.id FROM raw_dictionary d JOIN raw_body b ON b.raw_id IN (
  SELECT s.raw_id FROM raw_body s
  WHERE s.raw_id < (SELECT MIN(u.raw_id) FROM raw_body u WHERE u.dictionary_id = d.id)
  ORDER BY s.raw_id DESC LIMIT 256);
