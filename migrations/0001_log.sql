-- The log: who was heard, what was heard, and what could not be understood.
--
-- Facts only. Hours, days and costs are computed from these tables and never stored in them.
-- Every instant is an integer, milliseconds since 1970-01-01T00:00:00Z; columns named *_utc show the same instant as
-- text and take no room. Absent is NULL, never 0.

PRAGMA application_id = 0x414D534C; -- 'AMSL'; user_version is the number of the last migration

-- One row for each physical meter ever heard: a register series of its own.
CREATE TABLE meter (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 0x7FFFF), -- 19 bits, the upper part of k in the other tables
  serial TEXT NOT NULL UNIQUE,   -- the meter's number as sent
  maker TEXT NOT NULL,           -- aidon, kaifa, kamstrup, landisgyr ...
  type TEXT NOT NULL,            -- the type text as sent, empty where no list has one
  list_version TEXT NOT NULL,    -- the list version as sent, empty where no list has one
  input TEXT NOT NULL,           -- the input at which it was last heard
  first_seen INTEGER NOT NULL,   -- ms UTC
  last_seen INTEGER NOT NULL,    -- ms UTC, moved on in steps of an hour to spare the disk
  register_scale INTEGER,        -- learned: Wh = raw × 10^register_scale; NULL until it is learned
  clock_base TEXT,               -- learned: what the meter's clock keeps; NULL until it is learned
  first_seen_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', first_seen / 1000, 'unixepoch')) VIRTUAL,
  last_seen_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', last_seen / 1000, 'unixepoch')) VIRTUAL,
  CHECK (first_seen <= last_seen)
) STRICT;

-- Power, one row for each message that carried it. The key packs meter and arrival into one integer: a row takes some
-- 18 octets where two columns and an index take 40. Filter on k, never on meter or arrival, which have no index.
CREATE TABLE power_sample (
  k INTEGER PRIMARY KEY,         -- meter << 44 | arrival
  active_power_import_w INTEGER,
  active_power_export_w INTEGER,
  reactive_power_import_var INTEGER,
  reactive_power_export_var INTEGER,
  meter INTEGER AS (k >> 44) VIRTUAL,
  arrival INTEGER AS (k & 0xFFFFFFFFFFF) VIRTUAL,
  arrival_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', arrival / 1000, 'unixepoch') || printf('.%03dZ', arrival % 1000)) VIRTUAL,
  CHECK (k >= 1 << 44),
  CHECK (coalesce(active_power_import_w, active_power_export_w, reactive_power_import_var,
    reactive_power_export_var) IS NOT NULL)
) STRICT;

-- Values by phase, one row for each message that carried any; the same k as the message's power_sample.
CREATE TABLE phase_sample (
  k INTEGER PRIMARY KEY,         -- meter << 44 | arrival
  current_l1_ma INTEGER,
  current_l2_ma INTEGER,
  current_l3_ma INTEGER,
  voltage_l1_mv INTEGER,
  voltage_l2_mv INTEGER,
  voltage_l3_mv INTEGER,
  active_power_import_l1_w INTEGER,
  active_power_import_l2_w INTEGER,
  active_power_import_l3_w INTEGER,
  active_power_export_l1_w INTEGER,
  active_power_export_l2_w INTEGER,
  active_power_export_l3_w INTEGER,
  reactive_power_import_l1_var INTEGER,
  reactive_power_import_l2_var INTEGER,
  reactive_power_import_l3_var INTEGER,
  reactive_power_export_l1_var INTEGER,
  reactive_power_export_l2_var INTEGER,
  reactive_power_export_l3_var INTEGER,
  meter INTEGER AS (k >> 44) VIRTUAL,
  arrival INTEGER AS (k & 0xFFFFFFFFFFF) VIRTUAL,
  arrival_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', arrival / 1000, 'unixepoch') || printf('.%03dZ', arrival % 1000)) VIRTUAL,
  CHECK (k >= 1 << 44)
) STRICT;

-- The accumulating registers, as sent. All energy is computed from these rows.
CREATE TABLE register_snapshot (
  k INTEGER PRIMARY KEY,         -- meter << 44 | arrival
  boundary INTEGER,              -- ms UTC: the instant whose reading this is; NULL when it is of no boundary
  clock_wall TEXT,               -- what the meter's clock showed, 2026-01-15T14:00:00; NULL when the list has no clock
  clock_deviation INTEGER,       -- minutes as sent; NULL when unspecified
  clock_status INTEGER CHECK (clock_status BETWEEN 0 AND 255), -- octet as sent; NULL when unspecified
  active_energy_import_raw INTEGER,
  active_energy_export_raw INTEGER,
  reactive_energy_import_raw INTEGER,
  reactive_energy_export_raw INTEGER,
  scale INTEGER,                 -- Wh (varh) = raw × 10^scale; NULL where the frame does not settle it
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'repeat', 'suspect', 'off_boundary')),
  meter INTEGER AS (k >> 44) VIRTUAL,
  arrival INTEGER AS (k & 0xFFFFFFFFFFF) VIRTUAL,
  arrival_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', arrival / 1000, 'unixepoch') || printf('.%03dZ', arrival % 1000)) VIRTUAL,
  boundary_utc TEXT AS (strftime('%Y-%m-%dT%H:%M:%SZ', boundary / 1000, 'unixepoch')) VIRTUAL,
  CHECK (k >= 1 << 44),
  CHECK (boundary IS NOT NULL OR verdict <> 'accepted'),
  CHECK (clock_wall IS NOT NULL OR (clock_deviation IS NULL AND clock_status IS NULL))
) STRICT;

CREATE INDEX register_snapshot_by_boundary ON register_snapshot (meter, boundary) WHERE boundary IS NOT NULL;

-- Octets that did not become a reading; the newest 10,000. One row for each place in the stream: a replay adds none.
CREATE TABLE reject (
  id INTEGER PRIMARY KEY,
  arrival INTEGER NOT NULL,      -- ms UTC
  input TEXT NOT NULL,
  stream_offset INTEGER NOT NULL, -- octets since the input was opened
  stage TEXT NOT NULL CHECK (stage IN ('framing', 'segmentation', 'link', 'apdu', 'axdr', 'list')),
  reason TEXT NOT NULL,
  octets BLOB NOT NULL,
  arrival_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', arrival / 1000, 'unixepoch') || printf('.%03dZ', arrival % 1000)) VIRTUAL,
  UNIQUE (arrival, input, stream_offset, stage)
) STRICT;

-- What happened to the logger. Kinds are added by later releases, so they are not checked here.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,         -- ms UTC
  kind TEXT NOT NULL,            -- started, stopped, link_up, link_lost, meter_seen, clock_step, register_suspect ...
  text TEXT NOT NULL,
  time_utc TEXT AS (
    strftime('%Y-%m-%dT%H:%M:%S', time / 1000, 'unixepoch') || printf('.%03dZ', time % 1000)) VIRTUAL,
  UNIQUE (time, kind, text)
) STRICT;

-- The hours that need no estimate, for people with only the sqlite3 shell. Hours of a gap are not in it; ams-report has
-- all hours, and says of each how it knows. A register that is not a whole number of Wh, or absurd, gives NULL.
CREATE VIEW hours_measured AS
WITH
  -- The first accepted reading of each full hour, its scale as a factor: one of the two is 1.
  reading AS (
    SELECT meter, boundary, min(k), active_energy_import_raw AS import_raw, active_energy_export_raw AS export_raw,
      CAST(substr('1000', 1, 1 + max(scale, 0)) AS INTEGER) AS multiplier,
      CAST(substr('1000', 1, 1 + max(-scale, 0)) AS INTEGER) AS divisor
    FROM register_snapshot
    WHERE verdict = 'accepted' AND boundary % 3600000 = 0 AND scale BETWEEN -3 AND 3
    GROUP BY meter, boundary
  ),
  register AS (
    SELECT meter, boundary,
      CASE WHEN import_raw BETWEEN 0 AND 999999999999999 AND import_raw % divisor = 0
        THEN import_raw / divisor * multiplier END AS import_wh,
      CASE WHEN export_raw BETWEEN 0 AND 999999999999999 AND export_raw % divisor = 0
        THEN export_raw / divisor * multiplier END AS export_wh
    FROM reading
  ),
  hour AS (
    SELECT meter, boundary AS start, lead(boundary) OVER neighbours AS stop,
      lead(import_wh) OVER neighbours - import_wh AS import_wh,
      lead(export_wh) OVER neighbours - export_wh AS export_wh
    FROM register
    WINDOW neighbours AS (PARTITION BY meter ORDER BY boundary)
  )
SELECT hour.meter, meter.serial,
  strftime('%Y-%m-%dT%H:%M:%SZ', start / 1000, 'unixepoch') AS hour_start_utc,
  strftime('%Y-%m-%dT%H:%M:%SZ', stop / 1000, 'unixepoch') AS hour_end_utc,
  import_wh, export_wh
FROM hour JOIN meter ON meter.id = hour.meter
WHERE stop - start = 3600000;

-- What every table and column means, for whoever opens this file without the program.
CREATE TABLE readme (
  name TEXT PRIMARY KEY,         -- a table, or table.column; empty for the file as a whole
  text TEXT NOT NULL
) STRICT;

INSERT INTO readme (name, text) VALUES
  ('', 'The log of ams-logger: what electricity meters said on their customer (HAN) port, as they said it. '
    || 'Instants are integers, milliseconds since 1970-01-01T00:00:00Z (UTC), leap seconds not counted. '
    || 'All values are whole numbers. NULL means: was not sent. Import is from the grid to the customer, export is to '
    || 'the grid. '
    || 'Energy of an hour: the registers labelled 14:00 close the hour 13-14, so the energy of 13-14 is the register '
    || 'whose boundary is 14:00 minus the register whose boundary is 13:00, of the same meter and both with verdict '
    || '''accepted''; Wh = raw x 10^scale, unknown where scale is NULL. Never subtract the registers of two meters, and never compute energy '
    || 'from power_sample. '
    || 'Key k of the sample and snapshot tables: k = meter << 44 | arrival. All rows of meter 1 from instant a up to, '
    || 'not including, instant b: k >= (1 << 44 | a) AND k < (1 << 44 | b).'),

  ('meter', 'One row for each physical meter ever heard. Each is a register series of its own.'),
  ('meter.id', 'Key of the meter in this file, 1 to 524287.'),
  ('meter.serial', 'The meter''s number as it sends it (GIAI, 16 digits, for the Norwegian makers).'),
  ('meter.maker', 'Who made it, as far as its lists tell: aidon, kaifa, kamstrup, landisgyr, ...'),
  ('meter.type', 'Type text as sent, for example 6534; empty where no list has one.'),
  ('meter.list_version', 'List version as sent, for example AIDON_V0001; empty where no list has one.'),
  ('meter.input', 'Name of the input (serial port, address, file) at which it was last heard.'),
  ('meter.first_seen', 'Arrival of its first message, ms UTC.'),
  ('meter.last_seen', 'Arrival of a recent message, ms UTC. At most an hour behind the newest row of the meter.'),
  ('meter.register_scale', 'Learned scale of its registers, where its lists carry none: Wh = raw x 10^register_scale. '
    || 'NULL: not learned; the scale beside each snapshot holds.'),
  ('meter.clock_base', 'Learned base of its clock: normal time all year, or civil time with summer time. '
    || 'NULL: not learned.'),
  ('meter.first_seen_utc', 'first_seen as text.'),
  ('meter.last_seen_utc', 'last_seen as text.'),

  ('power_sample', 'Power of each message that carried it, every 2 to 10 s. Says how an hour''s energy was spread, '
    || 'never how much it was.'),
  ('power_sample.k', 'meter << 44 | arrival. A message that arrived in a millisecond already taken by another has the '
    || 'next free one.'),
  ('power_sample.active_power_import_w', 'Active power from the grid, W (OBIS 1.7.0).'),
  ('power_sample.active_power_export_w', 'Active power to the grid, W (OBIS 2.7.0).'),
  ('power_sample.reactive_power_import_var', 'Reactive power, quadrants 1 and 2, var (OBIS 3.7.0).'),
  ('power_sample.reactive_power_export_var', 'Reactive power, quadrants 3 and 4, var (OBIS 4.7.0).'),
  ('power_sample.meter', 'meter.id, from k.'),
  ('power_sample.arrival', 'Arrival of the message''s first octet by the host''s clock, ms UTC, from k.'),
  ('power_sample.arrival_utc', 'arrival as text.'),

  ('phase_sample', 'Values by phase of each message that carried any; k is that of its power_sample. On IT grids '
    || '(three wires) the current of L2 is not sent, and voltages are between phases.'),
  ('phase_sample.k', 'meter << 44 | arrival, as in power_sample.'),
  ('phase_sample.current_l1_ma', 'Current of L1, mA (OBIS 31.7.0).'),
  ('phase_sample.current_l2_ma', 'Current of L2, mA (OBIS 51.7.0).'),
  ('phase_sample.current_l3_ma', 'Current of L3, mA (OBIS 71.7.0).'),
  ('phase_sample.voltage_l1_mv', 'Voltage of L1, mV (OBIS 32.7.0).'),
  ('phase_sample.voltage_l2_mv', 'Voltage of L2, mV (OBIS 52.7.0).'),
  ('phase_sample.voltage_l3_mv', 'Voltage of L3, mV (OBIS 72.7.0).'),
  ('phase_sample.active_power_import_l1_w', 'Active power of L1 from the grid, W (OBIS 21.7.0).'),
  ('phase_sample.active_power_import_l2_w', 'Active power of L2 from the grid, W (OBIS 41.7.0).'),
  ('phase_sample.active_power_import_l3_w', 'Active power of L3 from the grid, W (OBIS 61.7.0).'),
  ('phase_sample.active_power_export_l1_w', 'Active power of L1 to the grid, W (OBIS 22.7.0).'),
  ('phase_sample.active_power_export_l2_w', 'Active power of L2 to the grid, W (OBIS 42.7.0).'),
  ('phase_sample.active_power_export_l3_w', 'Active power of L3 to the grid, W (OBIS 62.7.0).'),
  ('phase_sample.reactive_power_import_l1_var', 'Reactive power of L1, quadrants 1 and 2, var (OBIS 23.7.0).'),
  ('phase_sample.reactive_power_import_l2_var', 'Reactive power of L2, quadrants 1 and 2, var (OBIS 43.7.0).'),
  ('phase_sample.reactive_power_import_l3_var', 'Reactive power of L3, quadrants 1 and 2, var (OBIS 63.7.0).'),
  ('phase_sample.reactive_power_export_l1_var', 'Reactive power of L1, quadrants 3 and 4, var (OBIS 24.7.0).'),
  ('phase_sample.reactive_power_export_l2_var', 'Reactive power of L2, quadrants 3 and 4, var (OBIS 44.7.0).'),
  ('phase_sample.reactive_power_export_l3_var', 'Reactive power of L3, quadrants 3 and 4, var (OBIS 64.7.0).'),
  ('phase_sample.meter', 'meter.id, from k.'),
  ('phase_sample.arrival', 'Arrival of the message''s first octet by the host''s clock, ms UTC, from k.'),
  ('phase_sample.arrival_utc', 'arrival as text.'),

  ('register_snapshot', 'One reading of the accumulating registers. All energy is computed from these rows.'),
  ('register_snapshot.k', 'meter << 44 | arrival, as in power_sample.'),
  ('register_snapshot.boundary', 'The instant whose register reading this is, ms UTC: the end of the hour that it '
    || 'closes. NULL when the reading is of no boundary.'),
  ('register_snapshot.clock_wall', 'What the meter''s clock showed, as sent, without a zone: normal time (UTC+1) all '
    || 'year or civil time, by the maker. NULL when the list has no clock.'),
  ('register_snapshot.clock_deviation', 'Deviation of the meter''s clock as sent, minutes, UTC = local + deviation. '
    || 'Often wrong, so nothing is computed from it. NULL when unspecified.'),
  ('register_snapshot.clock_status', 'Clock status octet as sent (COSEM): bit 0 invalid, 1 doubtful, 2 other clock '
    || 'base, 3 invalid status, 7 summer time. NULL when unspecified.'),
  ('register_snapshot.active_energy_import_raw', 'Active energy from the grid as sent (OBIS 1.8.0); '
    || 'Wh = raw x 10^scale.'),
  ('register_snapshot.active_energy_export_raw', 'Active energy to the grid as sent (OBIS 2.8.0); '
    || 'Wh = raw x 10^scale.'),
  ('register_snapshot.reactive_energy_import_raw', 'Reactive energy, quadrants 1 and 2, as sent (OBIS 3.8.0); '
    || 'varh = raw x 10^scale.'),
  ('register_snapshot.reactive_energy_export_raw', 'Reactive energy, quadrants 3 and 4, as sent (OBIS 4.8.0); '
    || 'varh = raw x 10^scale.'),
  ('register_snapshot.scale', 'The power of ten that was held to be the unit when the row was written: 1 for 10 Wh, '
    || '0 for Wh. NULL: neither the frame nor the meter''s type says it, so the energy is not known from this row.'),
  ('register_snapshot.verdict', 'accepted: energy is computed from it. repeat: the clock and registers of the reading '
    || 'before, sent again. suspect: lower than an earlier reading, or with a clock that fits no hour. '
    || 'off_boundary: sound, but too far from a full hour to close one.'),
  ('register_snapshot.meter', 'meter.id, from k.'),
  ('register_snapshot.arrival', 'Arrival of the message''s first octet by the host''s clock, ms UTC, from k.'),
  ('register_snapshot.arrival_utc', 'arrival as text.'),
  ('register_snapshot.boundary_utc', 'boundary as text.'),

  ('reject', 'Octets that did not become a reading, and why. The newest 10,000 are kept.'),
  ('reject.id', 'Key of the row.'),
  ('reject.arrival', 'Arrival of their first octet by the host''s clock, ms UTC.'),
  ('reject.input', 'Name of the input.'),
  ('reject.stream_offset', 'Octets since the input was opened, to the first of these.'),
  ('reject.stage', 'The stage of decoding that refused them: framing, segmentation, link, apdu, axdr or list.'),
  ('reject.reason', 'What was expected and what was found.'),
  ('reject.octets', 'The octets.'),
  ('reject.arrival_utc', 'arrival as text.'),

  ('event', 'What happened to the logger.'),
  ('event.id', 'Key of the row.'),
  ('event.time', 'When, by the host''s clock, ms UTC.'),
  ('event.kind', 'started, stopped, link_up, link_lost, meter_seen, clock_step, register_suspect, ...'),
  ('event.text', 'A sentence.'),
  ('event.time_utc', 'time as text.'),

  ('hours_measured', 'A view: the energy of each hour that has an accepted register reading at both ends. It '
    || 'leaves out the hours of gaps, and corrects nothing.'),
  ('hours_measured.meter', 'meter.id.'),
  ('hours_measured.serial', 'meter.serial.'),
  ('hours_measured.hour_start_utc', 'Begin of the hour; it belongs to the hour.'),
  ('hours_measured.hour_end_utc', 'End of the hour; it does not belong to the hour.'),
  ('hours_measured.import_wh', 'Active energy from the grid in the hour, Wh.'),
  ('hours_measured.export_wh', 'Active energy to the grid in the hour, Wh.'),

  ('readme', 'This table.'),
  ('readme.name', 'A table or view, or table.column; empty for the file as a whole.'),
  ('readme.text', 'What it is.'),

  ('grdb_migrations', 'The steps of the schema that this file has been through, kept by the library that '
    || 'applies them.'),
  ('grdb_migrations.identifier', 'Name of a step, as in the folder migrations/ of the source.');
