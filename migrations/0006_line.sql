-- The serial line on which the messages of an input were found, where the settings leave port, speed or parity to be found out:
-- tried first at the next start.
CREATE TABLE line (
  input TEXT PRIMARY KEY,
  port TEXT NOT NULL,
  baudrate INTEGER NOT NULL CHECK (baudrate > 0),
  parity TEXT NOT NULL CHECK (parity IN ('N', 'E', 'O')),
  found INTEGER NOT NULL,        -- ms UTC
  found_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', found / 1000, 'unixepoch')) VIRTUAL
) STRICT, WITHOUT ROWID;

INSERT INTO readme (name, text) VALUES
  ('line', 'The serial line on which the messages of an input were found, where that was looked for.'),
  ('line.input', 'The name of the input.'),
  ('line.port', 'The port, as the system names it.'),
  ('line.baudrate', 'Bits a second.'),
  ('line.parity', 'N: none, E: even, O: odd.'),
  ('line.found', 'When it was found, ms since 1970 UTC.'),
  ('line.found_utc', 'The same for people.');
