-- The ledger: what is known of each hour, and how. Made by the logger from registers, samples and what is known of the meter,
-- in the same transaction as these, so that the programs and a sqlite3 shell show the same hours.
--
-- Only derived rows, and what people have said: what meters said stays in the tables of before. All of `ledger` can be made
-- anew (`ams-logger check --rebuild`).

-- Why a reading got its verdict, where that is not plain: sent_again, clock, lower, too_much, new_series, outlier,
-- scale_change.
ALTER TABLE register_snapshot ADD COLUMN reason TEXT;

-- Learned values have a table of their own, below.
ALTER TABLE meter DROP COLUMN register_scale;
ALTER TABLE meter DROP COLUMN clock_base;

-- For the few meters whose frames do not say the unit.
CREATE INDEX register_snapshot_silent ON register_snapshot (k) WHERE scale IS NULL;

-- From when on which meter has been at which input. It ends when another comes.
CREATE TABLE stay (
  input TEXT NOT NULL,
  start INTEGER NOT NULL,        -- ms UTC, the arrival of its first message
  meter INTEGER NOT NULL REFERENCES meter (id),
  start_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', start / 1000, 'unixepoch')) VIRTUAL,
  PRIMARY KEY (input, start)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO stay (input, start, meter) SELECT input, first_seen, id FROM meter ORDER BY first_seen, id;

-- What has been learned about a meter, or set by somebody, which then counts alone.
CREATE TABLE fact (
  meter INTEGER NOT NULL REFERENCES meter (id),
  name TEXT NOT NULL CHECK (name IN (
    'clock_base', 'register_latch', 'register_lists', 'register_scale', 'transformer_ratio', 'maximum_power')),
  source TEXT NOT NULL CHECK (source IN ('learned', 'set')),
  start INTEGER NOT NULL,        -- ms UTC: it holds for readings from here on
  value TEXT NOT NULL,
  evidence TEXT NOT NULL,
  settled INTEGER NOT NULL,      -- ms UTC
  start_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', start / 1000, 'unixepoch')) VIRTUAL,
  settled_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', settled / 1000, 'unixepoch')) VIRTUAL,
  PRIMARY KEY (meter, name, source, start)
) STRICT, WITHOUT ROWID;

-- Figures that somebody has put in the place of an hour's. Rows are only added: the last one for an hour counts, and one
-- without a figure takes the earlier ones back.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  meter INTEGER NOT NULL REFERENCES meter (id),
  hour INTEGER NOT NULL CHECK (hour % 3600000 = 0), -- ms UTC
  direction TEXT NOT NULL CHECK (direction IN ('import', 'export')),
  energy_wh INTEGER CHECK (energy_wh >= 0),
  reason TEXT NOT NULL,
  made INTEGER NOT NULL,         -- ms UTC
  hour_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', hour / 1000, 'unixepoch')) VIRTUAL,
  made_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', made / 1000, 'unixepoch')) VIRTUAL
) STRICT;

CREATE INDEX correction_by_hour ON correction (meter, hour, direction);

-- How a figure is known, in order of doubt: of a sum, the last counts.
CREATE TABLE quality (
  doubt INTEGER PRIMARY KEY,
  word TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

INSERT INTO quality (doubt, word, text) VALUES
  (0, 'measured', 'The difference of two registers of the meter.'),
  (1, 'elhub', 'From the settlement data of the grid.'),
  (2, 'manual', 'Corrected by somebody, with a reason.'),
  (3, 'clock', 'A register difference, placed by arrival because the clock of the meter could not be used.'),
  (4, 'split', 'A register difference over several hours, divided by power samples.'),
  (5, 'even', 'A register difference over several hours, divided evenly.'),
  (6, 'power', 'The integral of power samples alone; no register yet.'),
  (7, 'partial', 'A change of meter, or of its registers, or the start of logging lies inside.'),
  (8, 'missing', 'Nothing is known.');

-- The finished hours of each meter, without corrections. An hour of which nothing is known has no row.
CREATE TABLE ledger (
  k INTEGER PRIMARY KEY,         -- meter << 44 | start of the hour, ms UTC
  quality INTEGER NOT NULL REFERENCES quality (doubt),
  import_wh INTEGER,
  export_wh INTEGER,
  covered_ms INTEGER NOT NULL,   -- for so much of the hour samples say the import
  max_w INTEGER,
  max_time INTEGER,              -- ms UTC
  import_start_wh INTEGER,       -- the registers at the start of the hour, as the meter counts
  export_start_wh INTEGER,
  import_end_wh INTEGER,
  export_end_wh INTEGER,
  reactive_import_varh INTEGER,
  reactive_export_varh INTEGER,
  reach_start INTEGER,           -- ms UTC: from the first to the last register that the figure comes from;
  reach_end INTEGER,             -- NULL when that is the hour itself, or when no register has a part in it (start = end)
  ratio INTEGER,                 -- of transformers; NULL is 1
  broken INTEGER,                -- 1: a part lies between two registers that are not of one series; else NULL
  CHECK (k >= 1 << 44),
  CHECK ((k & 0xFFFFFFFFFFF) % 3600000 = 0)
) STRICT;

-- Local days whose hours are all measured, so that ten years of days are read in a moment; what differs is read by the hour.
CREATE TABLE measured_day (
  k INTEGER PRIMARY KEY,         -- meter << 44 | local midnight, ms UTC
  hours INTEGER NOT NULL,        -- 23, 24 or 25
  import_wh INTEGER,
  export_wh INTEGER,
  covered_ms INTEGER NOT NULL,
  max_w INTEGER,
  max_time INTEGER,              -- ms UTC
  import_start_wh INTEGER,
  export_start_wh INTEGER,
  import_end_wh INTEGER,
  export_end_wh INTEGER,
  reactive_import_varh INTEGER,
  reactive_export_varh INTEGER,
  ratio INTEGER,
  CHECK (k >= 1 << 44)
) STRICT;

-- The zone of the logger, for the view days: local time is UTC plus offset_s from start on.
CREATE TABLE zone (
  start INTEGER PRIMARY KEY,     -- ms UTC
  offset_s INTEGER NOT NULL,
  name TEXT NOT NULL
) STRICT;

-- What was a view of register differences is one of the ledger now: it knows transformers, late registers and series that
-- begin anew. It leaves out all estimates, and corrects nothing.
DROP VIEW hours_measured;
CREATE VIEW hours_measured AS
SELECT k >> 44 AS meter, meter.serial,
  strftime('%Y-%m-%dT%H:%M:%SZ', (k & 0xFFFFFFFFFFF) / 1000, 'unixepoch') AS hour_start_utc,
  strftime('%Y-%m-%dT%H:%M:%SZ', (k & 0xFFFFFFFFFFF) / 1000 + 3600, 'unixepoch') AS hour_end_utc,
  import_wh, export_wh
FROM ledger JOIN meter ON meter.id = k >> 44 WHERE quality = 0;

-- The hours as ams-report has them: the ledger, and corrections over it.
CREATE VIEW hours AS
WITH
  holding AS (
    SELECT meter, hour, direction, energy_wh FROM (
      SELECT meter, hour, direction, energy_wh,
        row_number() OVER (PARTITION BY meter, hour, direction ORDER BY id DESC) AS place
      FROM correction)
    WHERE place = 1 AND energy_wh IS NOT NULL
  ),
  corrected AS (
    SELECT meter << 44 | hour AS k,
      max(CASE direction WHEN 'import' THEN energy_wh END) AS import_wh,
      max(CASE direction WHEN 'export' THEN energy_wh END) AS export_wh
    FROM holding GROUP BY meter, hour
  ),
  entry AS (
    SELECT l.k, coalesce(c.import_wh, l.import_wh) AS import_wh, coalesce(c.export_wh, l.export_wh) AS export_wh,
      CASE WHEN c.k IS NULL THEN l.quality ELSE 2 END AS quality, l.covered_ms, l.max_w, l.max_time,
      l.import_start_wh, l.export_start_wh, l.import_end_wh, l.export_end_wh, l.reactive_import_varh,
      l.reactive_export_varh, l.reach_start, l.reach_end
    FROM ledger AS l LEFT JOIN corrected AS c ON c.k = l.k
    UNION ALL
    SELECT k, import_wh, export_wh, 2, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, k & 0xFFFFFFFFFFF, k & 0xFFFFFFFFFFF
    FROM corrected WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.k = corrected.k)
  )
SELECT entry.k >> 44 AS meter, meter.serial,
  strftime('%Y-%m-%dT%H:%M:%SZ', (entry.k & 0xFFFFFFFFFFF) / 1000, 'unixepoch') AS hour_start_utc,
  strftime('%Y-%m-%dT%H:%M:%SZ', (entry.k & 0xFFFFFFFFFFF) / 1000 + 3600, 'unixepoch') AS hour_end_utc,
  entry.import_wh, entry.export_wh, entry.reactive_import_varh, entry.reactive_export_varh,
  quality.word AS quality,
  entry.covered_ms / 3600 AS coverage_permille,
  entry.max_w,
  strftime('%Y-%m-%dT%H:%M:%S', entry.max_time / 1000, 'unixepoch') || printf('.%03dZ', entry.max_time % 1000) AS max_utc,
  entry.import_start_wh, entry.import_end_wh, entry.export_start_wh, entry.export_end_wh,
  coalesce(entry.reach_start, entry.k & 0xFFFFFFFFFFF) AS reach_start,
  coalesce(entry.reach_end, (entry.k & 0xFFFFFFFFFFF) + 3600000) AS reach_end,
  entry.k
FROM entry JOIN meter ON meter.id = entry.k >> 44 JOIN quality ON quality.doubt = entry.quality;

-- The local days as ams-report has them. A day has its total when all of its hours are known.
CREATE VIEW days AS
WITH
  dated AS (
    SELECT *, date((k & 0xFFFFFFFFFFF) / 1000 +
      (SELECT offset_s FROM zone WHERE start <= hours.k & 0xFFFFFFFFFFF ORDER BY start DESC LIMIT 1), 'unixepoch') AS day
    FROM hours
  ),
  midnight AS (
    SELECT day, 1000 * CAST(strftime('%s', day) AS INTEGER) AS utc,
      1000 * CAST(strftime('%s', day, '+1 day') AS INTEGER) AS next_utc
    FROM (SELECT DISTINCT day FROM dated)
  ),
  -- Local midnights. Clocks change later than the first minute of a day by UTC.
  bound AS (
    SELECT day,
      utc - 1000 * (SELECT offset_s FROM zone WHERE start <= utc ORDER BY start DESC LIMIT 1) AS day_start,
      next_utc - 1000 * (SELECT offset_s FROM zone WHERE start <= next_utc ORDER BY start DESC LIMIT 1) AS day_end
    FROM midnight
  ),
  summed AS (
    SELECT meter, serial, day, day_start, day_end, (day_end - day_start) / 3600000 AS hours_expected,
      count(*) AS hours_found, count(import_wh) AS imports, count(export_wh) AS exports,
      sum(import_wh) AS import_wh, sum(export_wh) AS export_wh, sum(dated.quality = 'measured') AS hours_measured,
      -- Between two registers of the same day only the spread is an estimate, not the sum.
      max(CASE
        WHEN dated.quality IN ('split', 'even') AND reach_start >= day_start AND reach_end <= day_end THEN 0
        ELSE quality.doubt END) AS doubt,
      max(max_w) AS max_w
    FROM dated JOIN bound USING (day) JOIN quality ON quality.word = dated.quality
    GROUP BY meter, serial, day, day_start, day_end
  )
SELECT meter, serial, day,
  strftime('%Y-%m-%dT%H:%M:%SZ', day_start / 1000, 'unixepoch') AS day_start_utc,
  strftime('%Y-%m-%dT%H:%M:%SZ', day_end / 1000, 'unixepoch') AS day_end_utc,
  CASE WHEN imports = hours_expected THEN import_wh END AS import_wh,
  CASE WHEN exports = hours_expected THEN export_wh END AS export_wh,
  quality.word AS quality,
  hours_expected, hours_measured, import_wh AS known_import_wh, export_wh AS known_export_wh, max_w
FROM summed JOIN quality ON quality.doubt = CASE WHEN hours_found < hours_expected THEN 8 ELSE summed.doubt END;

CREATE INDEX stay_by_meter ON stay (meter, start);

INSERT INTO task (name, text)
SELECT 'ledger', 'Judge the readings that were logged before there was a ledger, and make its entries.'
WHERE EXISTS (SELECT 1 FROM meter);

DELETE FROM readme WHERE name IN ('meter.register_scale', 'meter.clock_base');
UPDATE readme SET text = 'A view: the hours of the ledger that are measured. It leaves out all others, and corrects nothing.'
WHERE name = 'hours_measured';
INSERT INTO readme (name, text) VALUES
  ('register_snapshot.reason', 'Why the verdict is what it is: sent_again, clock, lower, too_much, new_series (registers '
    || 'begin anew), outlier (later readings agree without it), scale_change; NULL when it is plain.'),
  ('stay', 'From when on which meter has been at which input. It ends when another comes.'),
  ('stay.input', 'Name of the input.'),
  ('stay.start', 'Arrival of the first message, ms UTC.'),
  ('stay.meter', 'meter.id.'),
  ('stay.start_utc', 'start as text.'),
  ('fact', 'What has been learned about a meter, with the evidence, or set by somebody; what is set counts alone.'),
  ('fact.meter', 'meter.id.'),
  ('fact.name', 'clock_base: normal (time) or civil. register_latch: full_hour or sending, when the registers of an hourly '
    || 'list were read. register_lists: hourly or every_list. register_scale: Wh = raw × 10^value where the frame '
    || 'does not say. transformer_ratio. maximum_power: W, what no hour can exceed.'),
  ('fact.source', 'learned or set.'),
  ('fact.start', 'It holds from here on, ms UTC.'),
  ('fact.value', 'See name.'),
  ('fact.evidence', 'A sentence with the numbers that decided, or who set it.'),
  ('fact.settled', 'Arrival of the reading that settled it, or when it was set, ms UTC.'),
  ('fact.start_utc', 'start as text.'),
  ('fact.settled_utc', 'settled as text.'),
  ('correction', 'Figures that somebody has put in the place of an hour''s. The last one for an hour and direction counts; '
    || 'one without a figure takes the earlier ones back.'),
  ('correction.id', 'Key of the row.'),
  ('correction.meter', 'meter.id.'),
  ('correction.hour', 'The hour that begins here, ms UTC.'),
  ('correction.direction', 'import or export.'),
  ('correction.energy_wh', 'Wh; NULL takes earlier ones back.'),
  ('correction.reason', 'Why, in the words of whoever made it.'),
  ('correction.made', 'When, ms UTC.'),
  ('correction.hour_utc', 'hour as text.'),
  ('correction.made_utc', 'made as text.'),
  ('quality', 'How a figure is known. Of a sum, the last in this order counts.'),
  ('quality.doubt', 'The order.'),
  ('quality.word', 'The word that every report and file uses.'),
  ('quality.text', 'What it means.'),
  ('ledger', 'The finished hours of each meter, without corrections; the view hours shows them with words. Derived: made by '
    || 'the logger, and can be made anew. An hour of which nothing is known has no row.'),
  ('ledger.k', 'meter << 44 | start of the hour in ms UTC.'),
  ('ledger.quality', 'How the figure is known: quality.doubt.'),
  ('ledger.import_wh', 'Active energy from the grid in the hour, Wh, after transformers.'),
  ('ledger.export_wh', 'Active energy to the grid, Wh.'),
  ('ledger.covered_ms', 'For so much of the hour samples say the import, ms.'),
  ('ledger.max_w', 'The highest active power import, W, after transformers.'),
  ('ledger.max_time', 'When that was, ms UTC.'),
  ('ledger.import_start_wh', 'The register at the start of the hour, as the meter counts; NULL where it is not known.'),
  ('ledger.export_start_wh', 'See import_start_wh.'),
  ('ledger.import_end_wh', 'The register at the end of the hour.'),
  ('ledger.export_end_wh', 'See import_end_wh.'),
  ('ledger.reactive_import_varh', 'Reactive energy (3.8.0) in the hour, varh; not known in gaps.'),
  ('ledger.reactive_export_varh', 'The same for 4.8.0.'),
  ('ledger.reach_start', 'The time of the first register that the figure comes from, ms UTC; NULL: the start of the hour.'),
  ('ledger.reach_end', 'The time of the last; NULL: the end of the hour. Equal to reach_start: no register has a part.'),
  ('ledger.ratio', 'Of current transformers, multiplied into the energies; NULL is 1.'),
  ('ledger.broken', '1: a part of the hour lies between two registers that are not of one series.'),
  ('measured_day', 'Local days whose hours are all measured: their sum, for quick reports. Derived from the table ledger.'),
  ('measured_day.k', 'meter << 44 | local midnight in ms UTC.'),
  ('measured_day.hours', 'Hours of the day: 23, 24 or 25.'),
  ('measured_day.import_wh', 'As ledger.import_wh, for the day.'),
  ('measured_day.export_wh', 'As ledger.export_wh, for the day.'),
  ('measured_day.covered_ms', 'As ledger.covered_ms, for the day.'),
  ('measured_day.max_w', 'As ledger.max_w, for the day.'),
  ('measured_day.max_time', 'As ledger.max_time, for the day.'),
  ('measured_day.import_start_wh', 'As ledger.import_start_wh, for the day.'),
  ('measured_day.export_start_wh', 'As ledger.export_start_wh, for the day.'),
  ('measured_day.import_end_wh', 'As ledger.import_end_wh, for the day.'),
  ('measured_day.export_end_wh', 'As ledger.export_end_wh, for the day.'),
  ('measured_day.reactive_import_varh', 'As ledger.reactive_import_varh, for the day.'),
  ('measured_day.reactive_export_varh', 'As ledger.reactive_export_varh, for the day.'),
  ('measured_day.ratio', 'As ledger.ratio, for the day.'),
  ('zone', 'The time zone of the logger, for the view days.'),
  ('zone.start', 'From this instant, ms UTC ...'),
  ('zone.offset_s', '... local time is UTC plus this, s.'),
  ('zone.name', 'Its name, as of --timezone.'),
  ('hours', 'A view: every finished hour of which something is known, with corrections, as ams-report has it.'),
  ('hours.meter', 'meter.id.'),
  ('hours.serial', 'meter.serial.'),
  ('hours.hour_start_utc', 'Begin of the hour; it belongs to the hour.'),
  ('hours.hour_end_utc', 'End of the hour; it does not belong to the hour.'),
  ('hours.import_wh', 'Active energy from the grid, Wh.'),
  ('hours.export_wh', 'Active energy to the grid, Wh.'),
  ('hours.reactive_import_varh', 'Reactive energy (3.8.0), varh.'),
  ('hours.reactive_export_varh', 'Reactive energy (4.8.0), varh.'),
  ('hours.quality', 'How the figure is known: quality.word.'),
  ('hours.coverage_permille', 'For how much of the hour samples say the import, thousandths.'),
  ('hours.max_w', 'The highest active power import, W.'),
  ('hours.max_utc', 'When that was.'),
  ('hours.import_start_wh', 'The register at the start of the hour, as the meter counts.'),
  ('hours.import_end_wh', 'The register at the end.'),
  ('hours.export_start_wh', 'The register at the start.'),
  ('hours.export_end_wh', 'The register at the end.'),
  ('hours.reach_start', 'The time of the first register that the figure comes from, ms UTC.'),
  ('hours.reach_end', 'The time of the last.'),
  ('hours.k', 'meter << 44 | start of the hour in ms UTC.'),
  ('days', 'A view: every local day of which some hour is known, with corrections, as ams-report has it.'),
  ('days.meter', 'meter.id.'),
  ('days.serial', 'meter.serial.'),
  ('days.day', 'The date in the zone of the table zone.'),
  ('days.day_start_utc', 'Begin of the day.'),
  ('days.day_end_utc', 'End of the day.'),
  ('days.import_wh', 'Active energy from the grid, Wh; NULL unless every hour is known.'),
  ('days.export_wh', 'Active energy to the grid, Wh; likewise.'),
  ('days.quality', 'The worst of its hours; a gap inside the day does not count, because its sum is measured.'),
  ('days.hours_expected', '23, 24 or 25.'),
  ('days.hours_measured', 'Hours that are measured.'),
  ('days.known_import_wh', 'The sum of the hours that are known, Wh.'),
  ('days.known_export_wh', 'The same to the grid, Wh.'),
  ('days.max_w', 'The highest active power import, W.');
