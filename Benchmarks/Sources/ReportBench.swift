import Energy
import GRDBSQLite
import Glibc
import Metering
import Simulator
import Store

/// Ten years of one meter: `ams-report daily`, and beside it a plain SQL query for the register differences of all hours.
struct ReportBench {
  /// The folder of the programs as they are installed.
  var programs = ".build/release"

  private static let hours = 87_672
  private static let start = UTCTime(seconds: 1_420_066_800)

  func run() throws {
    // A line as most are, and a bad one.
    for lost in [1, 10] as [Int64] { try run(lost: lost) }
  }

  /// - Parameter lost: hourly lists in a thousand.
  private func run(lost: Int64) throws {
    let path = "/tmp/bench-report-\(getpid()).sqlite"
    defer { for ending in ["", "-wal", "-shm", "-lock"] { unlink(path + ending) } }
    let meter = try Self.fill(path, lost: lost)
    let program = "\(programs)/ams-report"
    var sides: [(name: String, body: () throws -> Double?)] = [
      ("SQL over the registers", { try Self.query(path, meter) }),
      ("the days, with power and quality", { try Self.days(path, meter) }),
    ]
    if access(program, X_OK) == 0 {
      sides.append(
        (
          "ams-report daily, from start to exit",
          {
            let status = system("exec \(program) daily --database \(path) > /dev/null 2>&1")
            // 1: some hours are estimates, as they should be.
            guard status == 1 << 8 else { throw BenchFailure(text: "ams-report ended with \(status)") }
            return nil
          }
        ))
    }
    var rounds = Rounds(11)
    try rounds.run(sides)
    rounds.reportTimes("report: ten years of one meter, \(Self.hours) hours, \(lost) lists of a thousand lost")
  }

  /// The log of ten years: registers, and rollups in the place of 14 GB of samples.
  private static func fill(_ path: String, lost: Int64) throws -> Int64 {
    let identity = MeterIdentity(id: "7359992000000033", maker: .aidon)
    var writer = try LogWriter(path: path, zone: oslo())
    let meter = try writer.meterKey(for: identity, input: "main", seen: start)
    try writer.close()
    var random = SplitMix64(seed: 10)
    let powers = (0...hours).map { _ in random.next(in: 100...6000) }
    try fillRollups(path, meter, powers)
    writer = try LogWriter(path: path, zone: oslo())
    var batch = LogWriter.Batch()
    var register: Int64 = 5_000_000
    for (hour, power) in powers.enumerated() {
      let boundary = start + .hours(Int64(hour))
      if hour == 0 || hour == hours || !random.chance(perMille: lost) {
        let clock = MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600))
        batch.registers.append(
          (
            meter,
            RegisterSnapshot(
              arrival: boundary + .seconds(11), boundary: boundary, clock: clock,
              registers: Registers(activeImport: register / 10, activeExport: 0, scale: 1))
          ))
      }
      register += power
    }
    _ = try writer.append(batch)
    try writer.close()
    return meter
  }

  private static func fillRollups(_ path: String, _ meter: Int64, _ powers: [Int64]) throws {
    var database: OpaquePointer?
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
      throw BenchFailure(text: "cannot open \(path)")
    }
    defer { sqlite3_close(database) }
    var statement: OpaquePointer?
    let sql = """
      INSERT INTO rollup (k, import_wms, import_covered_ms, export_wms, export_covered_ms, samples, import_min_w,
        import_mean_w, import_max_w, import_max_time) VALUES (?, ?, 900000, 0, 900000, 360, ?, ?, ?, ?)
      """
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw BenchFailure(text: sql) }
    defer { sqlite3_finalize(statement) }
    sqlite3_exec(database, "BEGIN", nil, nil, nil)
    for quarter in 0..<hours * 4 {
      let begin = start + .quarter * Int64(quarter)
      let power = powers[quarter / 4]
      let values = [
        meter << 44 | begin.milliseconds, power * 900_000, power / 2, power, power * 2, begin.milliseconds + 77_000,
      ]
      for (index, value) in values.enumerated() { sqlite3_bind_int64(statement, Int32(index + 1), value) }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw BenchFailure(text: "no rollup \(quarter)") }
      sqlite3_reset(statement)
    }
    sqlite3_exec(database, "COMMIT", nil, nil, nil)
  }

  private static func days(_ path: String, _ meter: Int64) throws -> Double {
    let begin = now()
    let span = start..<start + .hours(Int64(hours))
    let book = LedgerBook(
      try LogReader(path: path).ledgerByDays(of: meter, in: span, zone: try oslo(), corrected: []))
    let days = try book.days(in: span, zone: oslo())
    let seconds = now() - begin
    guard days.count == hours / 24, book.conservation(in: span).holds else {
      throw BenchFailure(text: "\(days.count) days")
    }
    return seconds
  }

  private static func query(_ path: String, _ meter: Int64) throws -> Double {
    let begin = now()
    var database: OpaquePointer?
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
      throw BenchFailure(text: "cannot open \(path)")
    }
    defer { sqlite3_close(database) }
    let sql = """
      SELECT boundary, (lead(active_energy_import_raw) OVER w - active_energy_import_raw) * 10 FROM register_snapshot
      WHERE meter = \(meter) AND verdict = 'accepted' WINDOW w AS (ORDER BY boundary)
      """
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw BenchFailure(text: sql) }
    defer { sqlite3_finalize(statement) }
    var rows = 0
    while sqlite3_step(statement) == SQLITE_ROW { rows += 1 }
    let seconds = now() - begin
    guard rows > hours * 98 / 100 else { throw BenchFailure(text: "\(rows) rows") }
    return seconds
  }
}

/// The zone of every meter here.
func oslo() throws -> Zone {
  guard let zone = Zone(named: "Europe/Oslo") else { throw BenchFailure(text: "no rules of Europe/Oslo") }
  return zone
}
