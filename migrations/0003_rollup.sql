-- What the samples say of each quarter hour, so that a report reads 4 rows an hour and not 1440, and so that samples can go
-- one day and what they said stays. Made by the logger in the same transaction as the samples; all of it can be made anew
-- from them (`ams-logger check --rebuild`).

CREATE TABLE rollup (
  k INTEGER PRIMARY KEY,         -- meter << 44 | start of the quarter hour, ms UTC
  import_wms INTEGER NOT NULL,   -- integral of active power import, W·ms; 3 600 000 of them are a Wh
  import_covered_ms INTEGER NOT NULL,
  export_wms INTEGER NOT NULL,
  export_covered_ms INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  import_min_w INTEGER,
  import_mean_w INTEGER,
  import_max_w INTEGER,
  import_max_time INTEGER,       -- ms UTC
  export_max_w INTEGER,
  voltage_l1_min_mv INTEGER,
  voltage_l1_mean_mv INTEGER,
  voltage_l1_max_mv INTEGER,
  voltage_l2_min_mv INTEGER,
  voltage_l2_mean_mv INTEGER,
  voltage_l2_max_mv INTEGER,
  voltage_l3_min_mv INTEGER,
  voltage_l3_mean_mv INTEGER,
  voltage_l3_max_mv INTEGER,
  current_l1_max_ma INTEGER,
  current_l2_max_ma INTEGER,
  current_l3_max_ma INTEGER,
  meter INTEGER AS (k >> 44) VIRTUAL,
  start INTEGER AS (k & 0xFFFFFFFFFFF) VIRTUAL,
  start_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', start / 1000, 'unixepoch')) VIRTUAL,
  CHECK (k >= 1 << 44),
  CHECK (start % 900000 = 0)
) STRICT;

-- Work that a migration leaves to the program, because SQL cannot do it; a row goes when it is done.
CREATE TABLE task (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

INSERT INTO task (name, text)
SELECT 'rollups', 'Make the rollups of the samples that were logged before there were any.'
WHERE EXISTS (SELECT 1 FROM power_sample) OR EXISTS (SELECT 1 FROM phase_sample);

INSERT INTO readme (name, text) VALUES
  ('rollup', 'What the samples of one meter say of each quarter hour. Derived: it can be made anew from the samples.'),
  ('rollup.k', 'meter << 44 | start of the quarter hour in ms UTC.'),
  ('rollup.import_wms', 'Active power from the grid integrated over the quarter, W·ms: divided by 3600000 it is Wh. Each '
    || 'sample speaks for the time since the one before it, if that is at most 30 s. It divides a register difference '
    || 'and never makes one.'),
  ('rollup.import_covered_ms', 'How much of the quarter the samples speak for, ms of 900000.'),
  ('rollup.export_wms', 'The same to the grid.'),
  ('rollup.export_covered_ms', 'The same to the grid.'),
  ('rollup.samples', 'Samples in the quarter that carry active power import.'),
  ('rollup.import_min_w', 'The lowest active power import, W.'),
  ('rollup.import_mean_w', 'The mean of the samples, W.'),
  ('rollup.import_max_w', 'The highest active power import, W.'),
  ('rollup.import_max_time', 'When that was, the first time, ms UTC.'),
  ('rollup.export_max_w', 'The highest active power export, W.'),
  ('rollup.voltage_l1_min_mv', 'The lowest voltage of L1 (between phases on IT grids), mV; mean and max likewise, and L2, L3.'),
  ('rollup.voltage_l1_mean_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l1_max_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l2_min_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l2_mean_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l2_max_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l3_min_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l3_mean_mv', 'See voltage_l1_min_mv.'),
  ('rollup.voltage_l3_max_mv', 'See voltage_l1_min_mv.'),
  ('rollup.current_l1_max_ma', 'The highest current of L1, whichever way it flows, mA; L2 and L3 likewise.'),
  ('rollup.current_l2_max_ma', 'See current_l1_max_ma.'),
  ('rollup.current_l3_max_ma', 'See current_l1_max_ma.'),
  ('rollup.meter', 'meter.id, from k.'),
  ('rollup.start', 'Start of the quarter hour, ms UTC, from k.'),
  ('rollup.start_utc', 'start as text.'),
  ('task', 'Work that a change of the schema left to the program; empty when all is done.'),
  ('task.name', 'What it is.'),
  ('task.text', 'A sentence.');
