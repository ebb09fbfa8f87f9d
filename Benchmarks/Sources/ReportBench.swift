import Energy
import GRDBSQLite
import Glibc
import Metering
import Store

/// A year of hours: our ledger out of the log, and a plain SQL query for the register differences.
struct ReportBench {
  private static let hours = 8760

  func run() throws {
    let path = "/tmp/bench-report-\(getpid()).sqlite"
    defer { for ending in ["", "-wal", "-shm", "-lock"] { unlink(path + ending) } }
    let (meter, span) = try Self.fill(path)
    var rounds = Rounds(7)
    try rounds.run([
      ("SQL over the registers", { () -> Double? in try Self.query(path, meter) }),
      ("ledger of hours", { () -> Double? in try Self.ledger(path, meter, span) }),
    ])
    rounds.report("report: \(Self.hours) hours of one year from registers", units: Double(Self.hours), of: "hours")
  }

  private static func fill(_ path: String) throws -> (Int64, Range<UTCTime>) {
    let writer = try LogWriter(path: path, zone: oslo)
    let start = UTCTime(seconds: 1_767_225_600)
    let meter = try writer.meterKey(
      for: MeterIdentity(id: "7359992000000033", maker: .aidon), input: "main", seen: start)
    var batch = LogWriter.Batch()
    for hour in 0...hours {
      let boundary = start + .hours(Int64(hour))
      batch.registers.append(
        (
          meter,
          RegisterSnapshot(
            arrival: boundary + .seconds(11), boundary: boundary, clock: nil,
            registers: Registers(activeImport: 1_000_000 + Int64(hour) * 187, activeExport: 0, scale: 1))
        ))
    }
    _ = try writer.append(batch)
    try writer.close()
    return (meter, start..<(start + .hours(Int64(hours)) + .seconds(1)))
  }

  private static func ledger(_ path: String, _ meter: Int64, _ span: Range<UTCTime>) throws -> Double {
    let begin = now()
    let reader = try LogReader(path: path)
    let ledger = EnergyLedger(snapshots: try reader.snapshots(of: meter, in: span))
    let rows = ledger.hours(in: span.lowerBound..<(span.lowerBound + .hours(Int64(hours))))
    let seconds = now() - begin
    guard rows.count == hours else { throw BenchFailure(text: "\(rows.count) hours") }
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
    guard rows == hours + 1 else { throw BenchFailure(text: "\(rows) rows") }
    return seconds
  }
}
