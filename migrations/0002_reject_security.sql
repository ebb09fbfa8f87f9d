-- A stage more: security, for ciphered messages that could not be decrypted.
--
-- SQLite cannot change a CHECK, so the table is built anew (https://sqlite.org/lang_altertable.html, 7). Nothing else in
-- the schema refers to it.

CREATE TABLE reject_new (
  id INTEGER PRIMARY KEY,
  arrival INTEGER NOT NULL,      -- ms UTC
  input TEXT NOT NULL,
  stream_offset INTEGER NOT NULL, -- octets since the input was opened
  stage TEXT NOT NULL CHECK (stage IN ('framing', 'segmentation', 'link', 'security', 'apdu', 'axdr', 'list')),
  reason TEXT NOT NULL,
  octets BLOB NOT NULL,
  arrival_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', arrival / 1000, 'unixepoch') || printf('.%03dZ', arrival % 1000)) VIRTUAL,
  UNIQUE (arrival, input, stream_offset, stage)
) STRICT;

INSERT INTO reject_new (id, arrival, input, stream_offset, stage, reason, octets)
SELECT id, arrival, input, stream_offset, stage, reason, octets FROM reject ORDER BY id;

DROP TABLE reject;
ALTER TABLE reject_new RENAME TO reject;

UPDATE readme
SET text = 'The stage of decoding that refused them: framing, segmentation, link, security, apdu, axdr or list.'
WHERE name = 'reject.stage';
UPDATE readme
SET text = 'started, stopped, link_up, link_lost, meter_seen, clock_step, register_suspect, encrypted, ...'
WHERE name = 'event.kind';
