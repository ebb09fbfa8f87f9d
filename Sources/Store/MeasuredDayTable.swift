internal import Energy
internal import GRDB
internal import Metering

/// Rows of `measured_day`: local days whose hours are all measured, each a sum of rows of `ledger`.
struct MeasuredDayTable {
  private let db: Database
  private let path: String

  private static let columns = [
    "k", "hours", "import_wh", "export_wh", "covered_ms", "max_w", "max_time", "import_start_wh", "export_start_wh",
    "import_end_wh", "export_end_wh", "reactive_import_varh", "reactive_export_varh", "ratio",
  ]

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  /// Makes the days anew that share an hour with `span`; those that are there already are not written.
  func remake(of meter: Int64, touching span: Range<UTCTime>, zone: Zone) throws {
    let days = zone.days(touching: span)
    guard let first = days.first, let last = days.last,
      let keys = RowKey.range(of: meter, in: first.lowerBound..<last.upperBound)
    else { return }
    var entries = try LedgerTable(db, path: path).entries(of: meter, in: first.lowerBound..<last.upperBound)[...]
    var rows: [[Int64?]] = []
    for day in days {
      let inside = entries.prefix { $0.hour < day.upperBound }
      entries = entries.dropFirst(inside.count)
      if let measured = LedgerEntry(measuredDay: day, inside) { rows.append(try values(measured, meter)) }
    }
    guard try rows != stored(keys) else { return }
    try DigestTable.open([.days], of: meter, in: first.lowerBound..<last.upperBound, db)
    try db.cachedStatement(sql: "DELETE FROM measured_day WHERE k BETWEEN ? AND ?")
      .execute(arguments: [keys.lowerBound, keys.upperBound])
    for row in rows { try insert(row) }
  }

  private func stored(_ keys: ClosedRange<Int64>) throws -> [[Int64?]] {
    let statement = try RawStatement(db, sql: MeasuredDayTable.selection)
    defer { statement.reset() }
    try statement.bind(keys.lowerBound, at: 1)
    try statement.bind(keys.upperBound, at: 2)
    var rows: [[Int64?]] = []
    while try statement.step() { rows.append(MeasuredDayTable.columns.indices.map(statement.column)) }
    return rows
  }

  private static let selection =
    "SELECT \(columns.joined(separator: ", ")) FROM measured_day WHERE k BETWEEN ? AND ? ORDER BY k"

  private func insert(_ row: [Int64?]) throws {
    let places = Array(repeating: "?", count: MeasuredDayTable.columns.count).joined(separator: ", ")
    let insertion = try RawStatement(
      db,
      sql: "INSERT INTO measured_day (\(MeasuredDayTable.columns.joined(separator: ", "))) VALUES (\(places))")
    defer { insertion.reset() }
    for (place, value) in row.enumerated() { try insertion.bind(value, at: place + 1) }
    _ = try insertion.step()
  }

  private func values(_ day: LedgerEntry, _ meter: Int64) throws -> [Int64?] {
    [
      try RowKey.pack(meter: meter, arrival: day.hour), Int64(day.hours), day.energy.activeImport,
      day.energy.activeExport, day.importCovered.milliseconds, day.peak?.power, day.peak?.time.milliseconds,
      day.start.activeImport, day.start.activeExport, day.end.activeImport, day.end.activeExport,
      day.energy.reactiveImport, day.energy.reactiveExport, day.ratio == 1 ? nil : day.ratio,
    ]
  }

  /// The measured days that lie wholly in `span`, in order.
  func days(of meter: Int64, in span: Range<UTCTime>) throws -> [LedgerEntry] {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    let statement = try RawStatement(db, sql: MeasuredDayTable.selection)
    defer { statement.reset() }
    try statement.bind(keys.lowerBound, at: 1)
    try statement.bind(keys.upperBound, at: 2)
    var days: [LedgerEntry] = []
    while try statement.step() {
      let day = day(statement)
      if day.span.upperBound <= span.upperBound { days.append(day) }
    }
    return days
  }

  private func day(_ row: RawStatement) -> LedgerEntry {
    func energy(_ column: Int) -> Int64? { LedgerTable.energy(row.column(column)) }
    let time = RowKey.time(row.column(6))
    return LedgerEntry(
      measured: Int(clamping: row.column(1) ?? 24), from: RowKey.arrival(of: row.column(0) ?? 0),
      energy: Energies(
        activeImport: energy(2), activeExport: energy(3), reactiveImport: energy(11), reactiveExport: energy(12)),
      start: Energies(activeImport: energy(7), activeExport: energy(8)),
      end: Energies(activeImport: energy(9), activeExport: energy(10)),
      ratio: row.column(13).map { min(max($0, 1), 10_000) } ?? 1,
      importCovered: TimeSpan(milliseconds: min(max(row.column(4) ?? 0, 0), TimeSpan.hours(25).milliseconds)),
      peak: row.column(5).flatMap { power in time.map { PowerPeak(power: power, time: $0) } })
  }

  /// All rows of a meter, for a comparison.
  func rows(of meter: Int64, in span: Range<UTCTime>) throws -> Set<Row> {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    return try Set(
      Row.fetchAll(
        db, sql: "SELECT * FROM measured_day WHERE k BETWEEN ? AND ?", arguments: [keys.lowerBound, keys.upperBound]))
  }
}
