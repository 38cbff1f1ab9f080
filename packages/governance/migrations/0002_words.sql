-- Up Migration

-- What people wrote, beside the record that holds a salted digest of each text. Deleting a row erases a text; nothing that is signed or chained changes.
CREATE TABLE words (
  tenant text NOT NULL,
  exception_id text NOT NULL COLLATE "C",
  slot text NOT NULL,
  salt text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (tenant, exception_id, slot),
  FOREIGN KEY (tenant, exception_id) REFERENCES exceptions (tenant, id) ON DELETE CASCADE
);

-- Down Migration

DROP TABLE words;
