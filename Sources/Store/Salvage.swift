import Foundation
internal import GRDB
internal import Metering

/// Brings the rows of a damaged log into a new one, page by page: a page that can be read gives all of its rows, whatever has
/// become of the pages that lead to it.
///
/// Only facts are taken over; what is derived is made anew by the writer of the new log. Keys stay as they were.
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
  private var isFirstPass = true
  private var meters: [Int64: SalvagedRow] = [:]
  private var serials: [Int64: String] = [:]
  private var mentions: [Int64: (count: Int, first: Int64, last: Int64)] = [:]

  /// - Parameter path: of the damaged log. Nobody writes to it.
  init(of path: String) throws {
    self.path = path
    file = try PageFile(path: path)
  }

  /// Rows of one transaction.
  private static let rowsAtOnce = 20_000

  mutating func run(into writer: LogWriter) throws -> Result {
    result.pages = file.pageCount
    // Who the meters are comes first: the other rows name them.
    try forEachRow { salvage, row in salvage.noteMeters(row) }
    try insertMeters(writer)
    isFirstPass = false
    var waiting: [SalvagedRow] = []
    try forEachRow { salvage, row in
      guard let row = SalvagedRow(row), row.table != .meter else { return }
      waiting.append(row)
      if waiting.count >= Salvage.rowsAtOnce { try salvage.insert(&waiting, writer) }
    }
    try insert(&waiting, writer)
    return result
  }

  private mutating func forEachRow(_ body: (inout Salvage, RowPage.Row) throws -> Void) throws {
    let free = try file.freePages()
    var overflow: Set<Int> = []
    var unread: [Int] = []
    for number in stride(from: 1, through: file.pageCount, by: 1) where !free.contains(number) {
      let octets = try file.page(number)
      let file = file
      guard
        let page = try RowPage(octets, isFirst: number == 1, pageSize: file.pageSize, read: { try file.page($0) })
      else {
        // An interior page of a tree only leads to others.
        if octets.first != UInt8(RowPage.Kind.tableInterior.rawValue), number > 1 { unread.append(number) }
        continue
      }
      overflow.formUnion(page.overflow)
      if !isFirstPass { result.lostRows += page.lost }
      for row in page.rows { try body(&self, row) }
    }
    result.lostPages = unread.filter { !overflow.contains($0) }.count
  }

  private mutating func noteMeters(_ row: RowPage.Row) {
    if let (key, serial) = SalvagedRow.numbered(row) { serials[key] = serial }
    guard let found = SalvagedRow(row), let meter = found.meter else { return }
    if found.table == .meter { meters[meter] = meters[meter] ?? found }
    guard [.power, .phase, .registers].contains(found.table), let key = found.values.first?.integer else { return }
    let time = RowKey.arrival(of: key).milliseconds
    let known = mentions[meter] ?? (0, time, time)
    mentions[meter] = (known.count + 1, min(known.first, time), max(known.last, time))
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
    let done = try writer.write { db in try Salvage.insert(batch, db) }
    for (table, count) in done.rows { result.rows[table, default: 0] += count }
    result.lostRows += done.refused
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
