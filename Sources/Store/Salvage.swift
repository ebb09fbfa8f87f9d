import Foundation
internal import GRDB
internal import Metering

/// Brings the rows of a damaged log into a new one, page by page: a page that can be read gives all of its rows, whatever has
/// become of the pages that lead to it.
///
/// Only facts are taken over; what is derived is made anew by the writer of the new log. Keys stay as they were. Samples come last
/// and by themselves: they are nearly all of a log, and it is worth having without them.
struct Salvage {
  /// What came of it.
  struct Result {
    var rows: [SalvagedRow.Table: Int] = [:]
    var pages = 0
    /// Pages that hold no rows though they are in use, and rows that made no sense.
    var lostPages = 0
    var lostRows = 0
    /// Meters of which only rows are left.
    var unnamedMeters = 0
  }

  private let file: PageFile
  private let path: String
  private var result = Result()
  private var meters: [Int64: SalvagedRow] = [:]
  private var serials: [Int64: String] = [:]
  private var mentions: [Int64: (count: Int, first: Int64, last: Int64)] = [:]
  /// The key of the last rollup of each meter.
  private var lastRollups: [Int64: Int64] = [:]
  private var samplePages: [Int] = []
  /// Those with rows of other tables.
  private var otherPages: [Int] = []

  /// - Parameter path: of the damaged log. Nobody writes to it.
  init(of path: String) throws {
    self.path = path
    file = try PageFile(path: path)
  }

  /// What one transaction takes: some 20,000 rows.
  private static let rowsAtOnce = 20_000
  private static let samplePagesAtOnce = 100
  /// A page is looked at in some microseconds, when the disk has it.
  private static let pagesAtOnce = 500

  /// - Parameter withSamples: false leaves them behind. What is known of their quarters is then taken over as it is, like that of
  ///   samples that have been deleted.
  /// - Parameter progress: called every few seconds at least.
  mutating func run(into writer: LogWriter, withSamples: Bool = true, progress: () -> Void = {}) throws -> Result {
    // Who the meters are comes first: the other rows name them.
    try look(progress)
    try insertMeters(writer)
    var waiting: [SalvagedRow] = []
    for number in otherPages {
      for row in try rowPage(number)?.rows ?? [] {
        guard let row = SalvagedRow(row), let taken = taken(row, withSamples: withSamples) else { continue }
        waiting.append(taken)
      }
      guard waiting.count >= Salvage.rowsAtOnce else { continue }
      try insert(&waiting, writer)
      progress()
    }
    try insert(&waiting, writer)
    progress()
    if withSamples { try insertSamples(writer, progress) }
    return result
  }

  private func rowPage(_ number: Int) throws -> RowPage? {
    let file = file
    return try RowPage(
      file.page(number), isFirst: number == 1, pageSize: file.pageSize, read: { try file.page($0) })
  }

  /// Looks at each page: which rows it has, and of which meters.
  private mutating func look(_ progress: () -> Void) throws {
    result.pages = file.pageCount
    let free = try file.freePages()
    var overflow: Set<Int> = []
    var unread: [Int] = []
    for number in stride(from: 1, through: file.pageCount, by: 1) where !free.contains(number) {
      if number.isMultiple(of: Salvage.pagesAtOnce) { progress() }
      guard let page = try rowPage(number) else {
        // An interior page of a tree only leads to others.
        if try file.page(number).first != UInt8(RowPage.Kind.tableInterior.rawValue), number > 1 {
          unread.append(number)
        }
        continue
      }
      overflow.formUnion(page.overflow)
      result.lostRows += page.lost
      for key in page.samples.keys { mention(key) }
      if !page.samples.isEmpty { samplePages.append(number) }
      var hasRows = false
      for row in page.rows where note(row) { hasRows = true }
      if hasRows { otherPages.append(number) }
    }
    result.lostPages = unread.filter { !overflow.contains($0) }.count
  }

  /// - Returns: whether it is to be taken over once the meters are there.
  private mutating func note(_ row: RowPage.Row) -> Bool {
    if let (key, serial) = SalvagedRow.numbered(row) { serials[key] = serial }
    guard let found = SalvagedRow(row) else { return false }
    switch (found.table, found.meter, found.values.first?.integer) {
    case (.meter, let meter?, _):
      meters[meter] = meters[meter] ?? found
      return false
    case (.registers, _, let key?): mention(key)
    case (.rollup, let meter?, let key?): lastRollups[meter] = max(lastRollups[meter] ?? key, key)
    default: break
    }
    return true
  }

  private mutating func mention(_ key: Int64) {
    let (meter, time) = (RowKey.meter(of: key), RowKey.arrival(of: key).milliseconds)
    let known = mentions[meter] ?? (0, time, time)
    mentions[meter] = (known.count + 1, min(known.first, time), max(known.last, time))
  }

  /// The row that goes into the new log; nil when that makes it by itself.
  private func taken(_ row: SalvagedRow, withSamples: Bool) -> SalvagedRow? {
    switch row.table {
    case .meter: return nil
    case .rollup where row.isOfGoneSamples: return row
    case .rollup:
      // The last quarters may still get samples, which one whose samples are gone would refuse.
      guard !withSamples, let meter = row.meter, let key = row.values.first?.integer, let last = lastRollups[meter],
        key < last - TimeSpan.quarter.milliseconds
      else { return nil }
      return row.withSamplesGone
    default: return row
    }
  }

  /// Fewer rows of a meter that nobody names are damage, not a meter.
  private static let leastMentions = 3

  private mutating func insertMeters(_ writer: LogWriter) throws {
    // The index of other tables may look like that of meters.
    let names = try writer.write { db in try String.fetchSet(db, sql: "SELECT name FROM readme") }
    var rows = Array(meters.values)
    for (meter, mention) in mentions where meters[meter] == nil && mention.count >= Salvage.leastMentions {
      guard RowKey.all(of: meter) != nil else { continue }
      var serial = serials[meter].flatMap { names.contains($0) || $0.contains("_") ? nil : $0 }
      if let found = serial, meters.values.contains(where: { $0.values[1] == .text(found) }) { serial = nil }
      if serial == nil { result.unnamedMeters += 1 }
      let values: [RowPage.Value] = [
        .integer(meter), .text(serial ?? "unknown-\(meter)"), .text(Maker.other.rawValue), .text(""), .text(""),
        .text(""), .integer(mention.first), .integer(mention.last),
      ]
      if let row = SalvagedRow(RowPage.Row(rowid: meter, values: values)) { rows.append(row) }
    }
    try insert(&rows, writer)
  }

  private mutating func insert(_ rows: inout [SalvagedRow], _ writer: LogWriter) throws {
    let batch = rows
    rows.removeAll(keepingCapacity: true)
    guard !batch.isEmpty else { return }
    let done = try writer.write { db in try Salvage.insert(batch, db) }
    for (table, count) in done.rows { result.rows[table, default: 0] += count }
    result.lostRows += done.refused
  }

  private mutating func insertSamples(_ writer: LogWriter, _ progress: () -> Void) throws {
    for first in stride(from: 0, to: samplePages.count, by: Salvage.samplePagesAtOnce) {
      let pages = samplePages[first..<min(first + Salvage.samplePagesAtOnce, samplePages.count)]
      let done = try writer.write { db in
        let power = try RawStatement(db, sql: SalvagedRow.insertion(.power).sql)
        let phase = try RawStatement(db, sql: SalvagedRow.insertion(.phase).sql)
        var done = (power: 0, phase: 0)
        for number in pages {
          guard let samples = try rowPage(number)?.samples else { continue }
          done.power += try Salvage.insert(samples.power, width: SampleRows.powerWidth, power, db)
          done.phase += try Salvage.insert(samples.phase, width: SampleRows.phaseWidth, phase, db)
        }
        return done
      }
      result.rows[.power, default: 0] += done.power
      result.rows[.phase, default: 0] += done.phase
      progress()
    }
  }

  /// - Returns: how many rows were new.
  private static func insert(_ rows: [Int64?], width: Int, _ insertion: RawStatement, _ db: Database) throws -> Int {
    let before = db.totalChangesCount
    for row in stride(from: 0, to: rows.count, by: width) {
      defer { insertion.reset() }
      for column in 0..<width { try insertion.bind(rows[row + column], at: column + 1) }
      _ = try insertion.step()
    }
    return db.totalChangesCount - before
  }

  /// Rows that the schema refuses are damaged.
  private static func insert(
    _ rows: [SalvagedRow], _ db: Database
  ) throws -> (rows: [SalvagedRow.Table: Int], refused: Int) {
    var inserted: [SalvagedRow.Table: Int] = [:]
    var refused = 0
    for row in rows {
      let (sql, count) = SalvagedRow.insertion(row.table)
      var values = row.values.prefix(count).map(\.databaseValue)
      while values.count < count { values.append(.null) }
      do {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
        inserted[row.table, default: 0] += db.changesCount
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        refused += 1
      }
    }
    return (inserted, refused)
  }
}

extension RowPage.Value {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let value): value.databaseValue
    case .text(let value): value.databaseValue
    case .blob(let value): Data(value).databaseValue
    }
  }
}
