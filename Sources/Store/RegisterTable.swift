internal import GRDB
internal import Metering

/// Rows of `register_snapshot`, to and from the value.
enum RegisterTable {
  static let columns = """
    k, boundary, clock_wall, clock_deviation, clock_status, active_energy_import_raw, active_energy_export_raw, \
    reactive_energy_import_raw, reactive_energy_export_raw, scale, verdict
    """

  /// Appends a snapshot where `RowKey.place` puts it; false when it is there already, whatever its verdict was then.
  static func append(_ snapshot: RegisterSnapshot, meter: Int64, _ db: Database, path: String) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM register_snapshot WHERE k = ?")
    let key = try RowKey.pack(meter: meter, arrival: snapshot.arrival)
    let place = try RowKey.place(key) { candidate in
      guard let row = try Row.fetchOne(statement, arguments: [candidate]) else { return .free }
      let present = try self.snapshot(row, path: path)
      return present.clock == snapshot.clock && present.registers == snapshot.registers ? .same : .other
    }
    guard let place else { return false }
    let registers = snapshot.registers
    try db.cachedStatement(
      sql: "INSERT INTO register_snapshot (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      place, snapshot.boundary?.milliseconds, snapshot.clock?.wall.iso8601, snapshot.clock?.deviation,
      snapshot.clock?.status, registers.activeImport, registers.activeExport, registers.reactiveImport,
      registers.reactiveExport, registers.scale, snapshot.verdict.rawValue,
    ])
    return true
  }

  /// The last snapshot of a meter that arrived before `arrival`.
  static func last(
    of meter: Int64, before arrival: UTCTime, acceptedOnly: Bool, _ db: Database, path: String
  ) throws -> RegisterSnapshot? {
    let past = UTCTime(milliseconds: 0)
    guard arrival > past, let keys = RowKey.range(of: meter, in: past..<arrival) else { return nil }
    let condition = acceptedOnly ? "AND verdict = 'accepted'" : ""
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM register_snapshot WHERE k BETWEEN ? AND ? \(condition) ORDER BY k DESC LIMIT 1")
    let row = try Row.fetchOne(statement, arguments: [keys.lowerBound, keys.upperBound])
    return try row.map { try snapshot($0, path: path) }
  }

  /// Errors: a clock or a verdict that this program did not write.
  static func snapshot(_ row: Row, path: String) throws -> RegisterSnapshot {
    let key: Int64 = try row.decode(forColumn: "k")
    let wall: String? = try row.decode(forColumn: "clock_wall")
    let clock = try wall.map { text in
      guard let wall = CivilTime(iso8601: text) else {
        throw StoreError("\(path): register_snapshot \(key) has the clock \"\(text)\", which is no date and time.")
      }
      let status: Int64? = try row.decode(forColumn: "clock_status")
      return try MeterClock(
        wall: wall, deviation: row.decode(forColumn: "clock_deviation"),
        status: status.map(UInt8.init(truncatingIfNeeded:)))
    }
    let name: String = try row.decode(forColumn: "verdict")
    guard let verdict = Verdict(rawValue: name) else {
      throw StoreError(
        "\(path): register_snapshot \(key) has the verdict \"\(name)\", which this program does not know. "
          + "Upgrade this program.")
    }
    let boundary: Int64? = try row.decode(forColumn: "boundary")
    return try RegisterSnapshot(
      arrival: RowKey.arrival(of: key), boundary: boundary.map(UTCTime.init(milliseconds:)), clock: clock,
      registers: Registers(
        activeImport: row.decode(forColumn: "active_energy_import_raw"),
        activeExport: row.decode(forColumn: "active_energy_export_raw"),
        reactiveImport: row.decode(forColumn: "reactive_energy_import_raw"),
        reactiveExport: row.decode(forColumn: "reactive_energy_export_raw"),
        scale: row.decode(forColumn: "scale")),
      verdict: verdict)
  }
}
