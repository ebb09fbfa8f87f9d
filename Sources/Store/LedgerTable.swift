internal import Energy
internal import GRDB
internal import Metering

/// Rows of `ledger`, to and from `LedgerEntry`. What an ordinary hour does not need is NULL, and takes no room and no time.
struct LedgerTable {
  private let path: String
  private let db: Database

  private static let columns = [
    "k", "quality", "import_wh", "export_wh", "covered_ms", "max_w", "max_time", "import_start_wh", "export_start_wh",
    "import_end_wh", "export_end_wh", "reactive_import_varh", "reactive_export_varh", "reach_start", "reach_end",
    "ratio",
    "broken",
  ]

  private let qualities: [Quality] = Quality.allCases.sorted { $0.doubt < $1.doubt }

  init(_ db: Database, path: String) {
    self.db = db
    self.path = path
  }

  /// Puts these entries in the place of all that begin in `span`; false, and nothing is written, when they are there already.
  ///
  /// Most commits of samples change no finished hour, and a page that is written for nothing wears out an SD card.
  func replace(_ entries: [LedgerEntry], of meter: Int64, in span: Range<UTCTime>) throws -> Bool {
    guard let keys = RowKey.range(of: meter, in: span) else { return false }
    let rows = try entries.map { try values($0, meter) }
    guard try rows != stored(keys) else { return false }
    try DigestTable.open([.ledger], of: meter, in: span, db)
    try db.cachedStatement(sql: "DELETE FROM ledger WHERE k BETWEEN ? AND ?")
      .execute(arguments: [keys.lowerBound, keys.upperBound])
    let places = Array(repeating: "?", count: LedgerTable.columns.count).joined(separator: ", ")
    let insertion = try RawStatement(
      db, sql: "INSERT INTO ledger (\(LedgerTable.columns.joined(separator: ", "))) VALUES (\(places))")
    for row in rows {
      defer { insertion.reset() }
      for (place, value) in row.enumerated() { try insertion.bind(value, at: place + 1) }
      _ = try insertion.step()
    }
    return true
  }

  /// The rows as they are, column by column.
  private func stored(_ keys: ClosedRange<Int64>) throws -> [[Int64?]] {
    var rows: [[Int64?]] = []
    try forEachRow(keys) { row in rows.append(LedgerTable.columns.indices.map(row.column)) }
    return rows
  }

  /// Calls `body` with each row of these keys, in order.
  private func forEachRow(_ keys: ClosedRange<Int64>, _ body: (RawStatement) throws -> Void) throws {
    let statement = try RawStatement(
      db,
      sql: "SELECT \(LedgerTable.columns.joined(separator: ", ")) FROM ledger WHERE k BETWEEN ? AND ? ORDER BY k")
    defer { statement.reset() }
    try statement.bind(keys.lowerBound, at: 1)
    try statement.bind(keys.upperBound, at: 2)
    while try statement.step() { try body(statement) }
  }

  private func values(_ entry: LedgerEntry, _ meter: Int64) throws -> [Int64?] {
    let isOwn = entry.reach == entry.span
    return [
      try RowKey.pack(meter: meter, arrival: entry.hour), Int64(entry.quality.doubt), entry.energy.activeImport,
      entry.energy.activeExport, entry.importCovered.milliseconds, entry.peak?.power, entry.peak?.time.milliseconds,
      entry.start.activeImport, entry.start.activeExport, entry.end.activeImport, entry.end.activeExport,
      entry.energy.reactiveImport, entry.energy.reactiveExport,
      isOwn ? nil : entry.reach.lowerBound.milliseconds, isOwn ? nil : entry.reach.upperBound.milliseconds,
      entry.ratio == 1 ? nil : entry.ratio, entry.isBroken ? 1 : nil,
    ]
  }

  /// The entries of the hours that begin in `span`, in order.
  func entries(of meter: Int64, in span: Range<UTCTime>) throws -> [LedgerEntry] {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    var entries: [LedgerEntry] = []
    // Keys of hours are an hour apart; nobody asks for more than some years.
    entries.reserveCapacity(min(Int((keys.upperBound - keys.lowerBound) / TimeSpan.hour.milliseconds) + 1, 100_000))
    try forEachRow(keys) { row in entries.append(try entry(row)) }
    return entries
  }

  /// The entries of the hours that begin in `span`, and of the gaps that reach over its ends, in order.
  func wholeEntries(of meter: Int64, in span: Range<UTCTime>) throws -> [LedgerEntry] {
    let entries = try entries(of: meter, in: span)
    let whole = entries.outline(of: span)
    return whole == span ? entries : try self.entries(of: meter, in: whole)
  }

  private func entry(_ row: RawStatement) throws -> LedgerEntry {
    let hour = RowKey.arrival(of: row.column(0) ?? 0)
    let doubt = row.column(1) ?? -1
    guard qualities.indices.contains(Int(clamping: doubt)) else {
      throw StoreError("\(path): ledger has an hour of quality \(doubt). Upgrade this program.")
    }
    let ratio = row.column(15).map { min(max($0, 1), 10_000) } ?? 1
    var entry = LedgerEntry(
      hour: hour,
      energy: Energies(
        activeImport: LedgerTable.energy(row.column(2)), activeExport: LedgerTable.energy(row.column(3)),
        reactiveImport: LedgerTable.energy(row.column(11)), reactiveExport: LedgerTable.energy(row.column(12))),
      quality: qualities[Int(doubt)], reach: hour..<hour + .hour,
      start: Energies(activeImport: LedgerTable.energy(row.column(7)), activeExport: LedgerTable.energy(row.column(8))),
      ratio: ratio,
      importCovered: TimeSpan(milliseconds: min(max(row.column(4) ?? 0, 0), TimeSpan.hour.milliseconds)))
    entry.end = Energies(
      activeImport: LedgerTable.energy(row.column(9)), activeExport: LedgerTable.energy(row.column(10)))
    if let power = row.column(5), let time = RowKey.time(row.column(6)) {
      entry.peak = PowerPeak(power: power, time: time)
    }
    // A measured hour comes from its own two registers.
    if doubt > 0, let start = RowKey.time(row.column(13)), let end = RowKey.time(row.column(14)) {
      entry.reach = start..<max(start, end)
    }
    if doubt > 0 { entry.isBroken = row.column(16) != nil }
    return entry
  }

  /// A figure that no meter can show is of a damaged row: unknown.
  static func energy(_ value: Int64?) -> Int64? { value.flatMap { (0..<Energies.limit).contains($0) ? $0 : nil } }

  /// The rows of a meter in `span` as they are, for a comparison.
  func rows(of meter: Int64, in span: Range<UTCTime>) throws -> Set<Row> {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    return try Set(
      Row.fetchAll(
        db, sql: "SELECT * FROM ledger WHERE k BETWEEN ? AND ?", arguments: [keys.lowerBound, keys.upperBound]))
  }

  /// The end of the last entry of a meter; nil without any.
  func end(of meter: Int64) throws -> UTCTime? {
    guard let keys = RowKey.all(of: meter) else { return nil }
    let last = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT max(k) FROM ledger WHERE k BETWEEN ? AND ?"),
      arguments: [keys.lowerBound, keys.upperBound])
    return last.map { RowKey.arrival(of: $0) + .hour }
  }
}

extension [LedgerEntry] {
  /// The span with the gaps that reach over its ends, in full hours.
  fileprivate func outline(of span: Range<UTCTime>) -> Range<UTCTime> {
    let start = first.map { $0.reach.isEmpty ? $0.hour : $0.reach.lowerBound.floor(to: .hour) }
    let end = last.map { $0.reach.isEmpty ? $0.hour : $0.reach.upperBound.ceiling(to: .hour) }
    return Swift.min(span.lowerBound, start ?? span.lowerBound)..<Swift.max(span.upperBound, end ?? span.upperBound)
  }
}
