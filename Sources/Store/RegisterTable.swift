internal import Energy
internal import GRDB
internal import Metering

/// Rows of `register_snapshot`, to and from the value.
enum RegisterTable {
  static let columns = """
    k, boundary, clock_wall, clock_deviation, clock_status, active_energy_import_raw, active_energy_export_raw, \
    reactive_energy_import_raw, reactive_energy_export_raw, scale, verdict
    """

  /// Appends what a meter said where `RowKey.place` puts it, and returns its key; nil when it is there already.
  ///
  /// Its boundary and its verdict are not taken over: `VerdictKeeper` finds them. Until then nothing is thought of it.
  static func append(_ snapshot: RegisterSnapshot, meter: Int64, _ db: Database, path: String) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM register_snapshot WHERE k = ?")
    let key = try RowKey.pack(meter: meter, arrival: snapshot.arrival)
    let place = try RowKey.place(key) { candidate in
      guard let row = try Row.fetchOne(statement, arguments: [candidate]) else { return .free }
      let present = try self.snapshot(row, path: path)
      return present.clock == snapshot.clock && present.registers.isSameRaw(as: snapshot.registers) ? .same : .other
    }
    guard let place else { return nil }
    let registers = snapshot.registers
    try db.cachedStatement(
      sql: "INSERT INTO register_snapshot (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      place, nil, snapshot.clock?.wall.iso8601, snapshot.clock?.deviation,
      snapshot.clock?.status, registers.activeImport, registers.activeExport, registers.reactiveImport,
      registers.reactiveExport, registers.scale, Verdict.suspect.rawValue,
    ])
    try DigestTable.open([.registers], at: place, db)
    return place
  }

  /// A row with what is thought of it.
  struct Judged {
    let key: Int64
    var snapshot: RegisterSnapshot
    /// `RegisterJudge.Reason.name`
    var reason: String?
  }

  /// The rows of a range of keys, in order of arrival.
  static func rows(_ keys: ClosedRange<Int64>, _ db: Database, path: String) throws -> [Judged] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT \(columns), reason FROM register_snapshot WHERE k BETWEEN ? AND ? ORDER BY k"),
      arguments: [keys.lowerBound, keys.upperBound]
    ).map { row in
      try Judged(
        key: row.decode(forColumn: "k"), snapshot: snapshot(row, path: path), reason: row.decode(forColumn: "reason"))
    }
  }

  /// The first rows of a meter.
  static func first(of meter: Int64, limit: Int, _ db: Database, path: String) throws -> [Judged] {
    let ends: StatementArguments = [RowKey.lowest(of: meter), RowKey.highest(of: meter), limit - 1]
    let last = try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT k FROM register_snapshot WHERE k BETWEEN ? AND ? ORDER BY k LIMIT 1 OFFSET ?"), arguments: ends)
    return try rows(RowKey.lowest(of: meter)...(last ?? RowKey.highest(of: meter)), db, path: path)
  }

  /// Writes what is thought of a row now. What the meter said stays.
  static func update(_ row: Judged, _ db: Database) throws {
    try db.cachedStatement(
      sql: "UPDATE register_snapshot SET boundary = ?, scale = ?, verdict = ?, reason = ? WHERE k = ?"
    ).execute(arguments: [
      row.snapshot.boundary?.milliseconds, row.snapshot.registers.scale, row.snapshot.verdict.rawValue, row.reason,
      row.key,
    ])
    try DigestTable.open([.registers], at: row.key, db)
  }

  /// The last key before a key; nil where there is none.
  static func lastKey(of meter: Int64, before key: Int64, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT max(k) FROM register_snapshot WHERE k >= ? AND k < ?"),
      arguments: [RowKey.lowest(of: meter), key])
  }

  /// The keys of sound rows before a key, the last first.
  static func soundKeys(of meter: Int64, before key: Int64, limit: Int, _ db: Database) throws -> [Int64] {
    try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT k FROM register_snapshot WHERE k >= ? AND k < ? AND verdict IN ('accepted', 'off_boundary')
          ORDER BY k DESC LIMIT ?
          """), arguments: [RowKey.lowest(of: meter), key, limit])
  }

  /// The keys of sound rows from a key on, the first first.
  static func soundKeys(of meter: Int64, from key: Int64, limit: Int, _ db: Database) throws -> [Int64] {
    try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT k FROM register_snapshot WHERE k >= ? AND k <= ? AND verdict IN ('accepted', 'off_boundary')
          ORDER BY k LIMIT ?
          """), arguments: [key, RowKey.highest(of: meter), limit])
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
    return try RegisterSnapshot(
      arrival: RowKey.arrival(of: key), boundary: RowKey.time(row.decode(forColumn: "boundary")), clock: clock,
      registers: Registers(
        activeImport: row.decode(forColumn: "active_energy_import_raw"),
        activeExport: row.decode(forColumn: "active_energy_export_raw"),
        reactiveImport: row.decode(forColumn: "reactive_energy_import_raw"),
        reactiveExport: row.decode(forColumn: "reactive_energy_export_raw"),
        scale: row.decode(forColumn: "scale")),
      verdict: verdict)
  }
}
