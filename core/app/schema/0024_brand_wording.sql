-- A brand's own wording, which wins over the program's of the same name. Written by core/compose (own_templates.h).
-- `name`: "apology/any.en". `fields`: JSON, a list of {name, kind, about, fallback}.

CREATE TABLE brand_template (
  id {id},
  brand_id BIGINT NOT NULL REFERENCES brand(id),
  name TEXT NOT NULL,
  fields TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  UNIQUE (brand_id, name)
);

-- What was set of a brand over the API. Written by core/ingest (brands.h). NULL: as the configuration file says, or
-- as it is without one. `domains` is lines.
CREATE TABLE brand_settings (
  brand_id BIGINT PRIMARY KEY REFERENCES brand(id),
  name TEXT,
  language TEXT,
  strictness BIGINT,
  signature TEXT,
  domains TEXT,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);
