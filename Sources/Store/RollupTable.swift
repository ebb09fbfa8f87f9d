internal import Energy
internal import GRDB
internal import Metering

/// The rollups of quarter hours: derived from the sample tables, and always by the same function, `RollupBuilder`.
///
/// A row is never changed bit by bit: what a new sample touches is made anew from the samples, some 360 to a quarter. So rows
/// that were made as samples came in, in any order, and rows made by a rebuild are the same.
struct RollupTable {
  private let selection: RawStatement
  private let replacement: RawStatement
  private let deletion: RawStatement
  private let goneSelection: RawStatement

  static let columns = [
    "import_wms", "import_covered_ms", "export_wms", "export_covered_ms", "samples", "import_min_w", "import_mean_w",
    "import_max_w", "import_max_time", "export_max_w", "voltage_l1_min_mv", "voltage_l1_mean_mv", "voltage_l1_max_mv",
    "voltage_l2_min_mv", "voltage_l2_mean_mv", "voltage_l2_max_mv", "voltage_l3_min_mv", "voltage_l3_mean_mv",
    "voltage_l3_max_mv", "current_l1_max_ma", "current_l2_max_ma", "current_l3_max_ma",
  ]

  /// Power and phases of each message of a range of keys; a message may have either alone.
  private static let samplesSQL = """
    SELECT k, active_power_import_w, active_power_export_w, voltage_l1_mv, voltage_l2_mv, voltage_l3_mv,
      current_l1_ma, current_l2_ma, current_l3_ma
    FROM power_sample LEFT JOIN phase_sample USING (k) WHERE k BETWEEN ?1 AND ?2
    UNION ALL
    SELECT k, NULL, NULL, voltage_l1_mv, voltage_l2_mv, voltage_l3_mv, current_l1_ma, current_l2_ma, current_l3_ma
    FROM phase_sample WHERE k BETWEEN ?1 AND ?2 AND NOT EXISTS (SELECT 1 FROM power_sample AS p WHERE p.k = phase_sample.k)
    ORDER BY k
    """

  init(_ db: Database) throws {
    selection = try RawStatement(db, sql: RollupTable.samplesSQL)
    let places = Array(repeating: "?", count: RollupTable.columns.count + 1).joined(separator: ", ")
    replacement = try RawStatement(
      db, sql: "REPLACE INTO rollup (k, \(RollupTable.columns.joined(separator: ", "))) VALUES (\(places))")
    deletion = try RawStatement(db, sql: "DELETE FROM rollup WHERE k = ?")
    goneSelection = try RawStatement(db, sql: "SELECT samples_gone FROM rollup WHERE k = ?")
  }

  /// Makes the rollups of these quarters of a meter anew from its samples. One of which no sample says anything has no row;
  /// one whose samples are gone stays as it is.
  func remake(_ quarters: some Sequence<UTCTime>, of meter: Int64) throws {
    for quarter in quarters {
      let key = try RowKey.pack(meter: meter, arrival: quarter)
      if try hasSamplesGone(key) { continue }
      if let rollup = try rollup(of: quarter, meter: meter) {
        try replace(rollup, at: key)
      } else {
        defer { deletion.reset() }
        try deletion.bind(key, at: 1)
        _ = try deletion.step()
      }
    }
  }

  /// Whether the samples of the quarter whose rollup has this key have been deleted.
  func hasSamplesGone(_ key: Int64) throws -> Bool {
    defer { goneSelection.reset() }
    try goneSelection.bind(key, at: 1)
    return try goneSelection.step() && goneSelection.column(0) == 1
  }

  /// From the first to the last quarter whose samples are gone; nil when all that came of a meter is there.
  static func goneSpan(of meter: Int64, _ db: Database) throws -> Range<UTCTime>? {
    guard let keys = RowKey.all(of: meter) else { return nil }
    func end(_ function: String) throws -> Int64? {
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT \(function)(k) FROM rollup WHERE samples_gone = 1 AND k BETWEEN ? AND ?"),
        arguments: [keys.lowerBound, keys.upperBound])
    }
    guard let first = try end("min"), let last = try end("max") else { return nil }
    return RowKey.arrival(of: first)..<RowKey.arrival(of: last) + .quarter
  }

  private func rollup(of quarter: UTCTime, meter: Int64) throws -> Rollup? {
    guard let keys = RowKey.range(of: meter, in: Rollup.window(of: quarter)) else { return nil }
    defer { selection.reset() }
    try selection.bind(keys.lowerBound, at: 1)
    try selection.bind(keys.upperBound, at: 2)
    var builder = RollupBuilder(quarter: quarter)
    while try selection.step() {
      var sample = RollupSample(
        power: PowerSample(
          time: RowKey.arrival(of: selection.column(0) ?? 0), activeImport: selection.column(1),
          activeExport: selection.column(2)))
      sample.voltageL1 = selection.column(3)
      sample.voltageL2 = selection.column(4)
      sample.voltageL3 = selection.column(5)
      sample.currentL1 = selection.column(6)
      sample.currentL2 = selection.column(7)
      sample.currentL3 = selection.column(8)
      builder.add(sample)
    }
    return builder.rollup
  }

  private func replace(_ rollup: Rollup, at key: Int64) throws {
    defer { replacement.reset() }
    let spreads = [rollup.voltageL1, rollup.voltageL2, rollup.voltageL3]
    let values: [Int64?] =
      [
        key, rollup.power.imported, rollup.power.importCovered.milliseconds, rollup.power.exported,
        rollup.power.exportCovered.milliseconds, Int64(rollup.samples), rollup.activeImport?.low,
        rollup.activeImport?.mean, rollup.activeImport?.high, rollup.peakTime?.milliseconds, rollup.maxExport,
      ] + spreads.flatMap { [$0?.low, $0?.mean, $0?.high] }
      + [rollup.maxCurrentL1, rollup.maxCurrentL2, rollup.maxCurrentL3]
    for (place, value) in values.enumerated() { try replacement.bind(value, at: place + 1) }
    _ = try replacement.step()
  }

  /// The rollups of a meter whose quarter begins in the span, in order. Their voltages and currents are left out.
  static func rollups(of meter: Int64, in span: Range<UTCTime>, _ db: Database) throws -> [Rollup] {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    let statement = try RawStatement(
      db,
      sql: """
        SELECT k, import_wms, import_covered_ms, export_wms, export_covered_ms, samples, import_min_w, import_mean_w,
          import_max_w, import_max_time, export_max_w
        FROM rollup WHERE k BETWEEN ? AND ? ORDER BY k
        """)
    defer { statement.reset() }
    try statement.bind(keys.lowerBound, at: 1)
    try statement.bind(keys.upperBound, at: 2)
    var rollups: [Rollup] = []
    while try statement.step() {
      func milliseconds(_ column: Int) -> TimeSpan { TimeSpan(milliseconds: statement.column(column) ?? 0) }
      let power = PowerIntegral(
        imported: statement.column(1) ?? 0, importCovered: milliseconds(2), exported: statement.column(3) ?? 0,
        exportCovered: milliseconds(4))
      var rollup = Rollup(
        quarter: RowKey.arrival(of: statement.column(0) ?? 0), power: power,
        samples: Int(clamping: statement.column(5) ?? 0), maxExport: statement.column(10))
      if let low = statement.column(6), let mean = statement.column(7), let high = statement.column(8) {
        rollup.activeImport = Rollup.Spread(low: low, mean: mean, high: high)
        rollup.peakTime = RowKey.time(statement.column(9))
      }
      rollups.append(rollup)
    }
    return rollups
  }

  // MARK: All of them

  /// Beyond all arrivals that a key can hold.
  private static let end = UTCTime(milliseconds: 1 << 44)

  /// Makes the rollups of a meter anew from the quarter `start` on, at most `limit` of them, and drops those between them
  /// that no sample stands behind. Those whose samples are gone are left alone. `next` is where to go on; nil at the end.
  func remake(
    of meter: Int64, from start: UTCTime, limit: Int, _ db: Database
  ) throws -> (rollups: Int, changed: Int, next: UTCTime?) {
    let quarters = try RollupTable.quarters(of: meter, from: start, limit: limit, db)
    let next = quarters.count == limit ? quarters.last.map { $0 + .quarter } : nil
    guard let keys = RowKey.range(of: meter, in: start..<(next ?? RollupTable.end)) else { return (0, 0, nil) }
    let bounds: StatementArguments = [keys.lowerBound, keys.upperBound]
    let all = """
      SELECT k, \(RollupTable.columns.joined(separator: ", ")) FROM rollup WHERE k BETWEEN ? AND ? AND samples_gone = 0
      """
    let before = try Set(Row.fetchAll(db, sql: all, arguments: bounds))
    try db.execute(sql: "DELETE FROM rollup WHERE k BETWEEN ? AND ? AND samples_gone = 0", arguments: bounds)
    try remake(quarters, of: meter)
    let after = try Set(Row.fetchAll(db, sql: all, arguments: bounds))
    let changed = before.symmetricDifference(after)
    for row in changed { try DigestTable.open([.rollups], at: row.decode(forColumn: "k"), db) }
    return (after.count, changed.count, next)
  }

  /// The quarters of which samples of a meter may say something, in order, from `start` on; at most `limit`.
  private static func quarters(of meter: Int64, from start: UTCTime, limit: Int, _ db: Database) throws -> [UTCTime] {
    var found: [UTCTime] = []
    var place = start
    while found.count < limit {
      guard let keys = RowKey.range(of: meter, in: place - PowerIntegral.longestGap..<end) else { break }
      let next = try ["power_sample", "phase_sample"].compactMap { table in
        try Int64.fetchOne(
          db, sql: "SELECT min(k) FROM \(table) WHERE k BETWEEN ? AND ?", arguments: [keys.lowerBound, keys.upperBound])
      }.min()
      guard let next else { break }
      let time = RowKey.arrival(of: next)
      let quarter = Rollup.quarters(touchedBy: time).first { $0 >= place } ?? place
      found.append(quarter)
      place = quarter + .quarter
    }
    return found
  }
}
