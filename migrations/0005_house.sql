-- The logger keeps house: samples go after some years, and days that are done with are sealed.

-- Samples go once their quarter hour has been rolled up and is old enough. Such a rollup cannot be made anew: it is a fact.
ALTER TABLE rollup ADD COLUMN samples_gone INTEGER NOT NULL DEFAULT 0 CHECK (samples_gone IN (0, 1));

CREATE INDEX rollup_samples_gone ON rollup (k) WHERE samples_gone = 1;

-- SQLite has no checksums of its own. Each row is the digest of the rows that one table has of one meter on one day, or of
-- all rows of a small table: what changes without the logger is found by `ams-logger check`. When the logger changes such a
-- row itself it opens the digest, and makes it anew later. A migration that adds columns to these tables has to open all.
CREATE TABLE digest (
  k INTEGER NOT NULL,            -- meter << 44 | start of the UTC day, ms; 0 for a table without days
  part TEXT NOT NULL,            -- the table
  row_count INTEGER,
  sha256 BLOB CHECK (length(sha256) = 16), -- the first half; NULL: open
  PRIMARY KEY (k, part),
  CHECK ((row_count IS NULL) = (sha256 IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_open ON digest (k, part) WHERE sha256 IS NULL;

INSERT INTO digest (k, part) VALUES (0, 'meter'), (0, 'stay'), (0, 'fact'), (0, 'correction');

INSERT INTO readme (name, text) VALUES
  ('rollup.samples_gone', '1: its samples have been deleted, but for those close to the full hour; it cannot be made anew.'),
  ('digest', 'What the rows of each finished day were when it was sealed, so that `ams-logger check` finds what a disk has '
    || 'changed. Of recent days there is none.'),
  ('digest.k', 'meter << 44 | start of the UTC day in ms, of k in the table; 0: all rows of a table that has no days.'),
  ('digest.part', 'Name of the table.'),
  ('digest.row_count', 'Rows that it has of that meter and day.'),
  ('digest.sha256', 'NULL: open, to be made. First 16 octets of the SHA-256 of the names of the columns but the generated ones, '
    || 'joined by comma and space, and of these rows in order of their key: each of these columns as a type octet (0 NULL, 1 integer, 2 real, 3 text, 4 blob), a value or length of 8 octets (little-endian), and text.');
