internal import Crypto
import Foundation
internal import GRDB
internal import Metering

/// Rows of `digest`: what the rows of a table were when a day was sealed.
///
///     sealed ──(the logger changes a row: open)──► open ──(seal)──► sealed
///
/// Whoever changes a row of a sealed table opens its digest in the same transaction, so that a digest never tells of a change
/// that the logger made itself: a late sample, a verdict revised, an hour made anew, samples that have gone.
struct DigestTable {
  /// Tables whose key is meter << 44 | time: sealed by meter and UTC day.
  enum Daily: String, CaseIterable {
    case power = "power_sample", phase = "phase_sample", registers = "register_snapshot", rollups = "rollup", ledger
    case days = "measured_day"
  }

  /// Small tables of facts: sealed as a whole, under the key 0.
  enum Whole: String, CaseIterable { case meter, stay, fact, correction }

  static let day = TimeSpan.hours(24)

  let db: Database

  // MARK: Opening

  /// Opens the digests of some tables of a meter for the days that share time with a span.
  static func open(_ parts: [Daily], of meter: Int64, in span: Range<UTCTime>, _ db: Database) throws {
    guard let keys = RowKey.range(of: meter, in: span.lowerBound.floor(to: day)..<span.upperBound) else { return }
    for part in parts {
      try db.cachedStatement(
        sql: """
          UPDATE digest SET row_count = NULL, sha256 = NULL WHERE k BETWEEN ? AND ? AND part = ? AND sha256 IS NOT NULL
          """
      ).execute(arguments: [keys.lowerBound, keys.upperBound, part.rawValue])
    }
  }

  /// The same for the day of a key.
  static func open(_ parts: [Daily], at key: Int64, _ db: Database) throws {
    let time = RowKey.arrival(of: key)
    try open(parts, of: RowKey.meter(of: key), in: time..<time + TimeSpan(milliseconds: 1), db)
  }

  static func open(_ part: Whole, _ db: Database) throws {
    try db.cachedStatement(
      sql: "UPDATE digest SET row_count = NULL, sha256 = NULL WHERE k = 0 AND part = ? AND sha256 IS NOT NULL"
    ).execute(arguments: [part.rawValue])
  }

  // MARK: Sealing

  /// The first key with an open digest, and the tables that are open there.
  private func firstOpen() throws -> (key: Int64, parts: [String])? {
    let key = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT k FROM digest WHERE sha256 IS NULL ORDER BY k LIMIT 1"))
    return try key.map { key in
      (
        key,
        try String.fetchAll(
          db.cachedStatement(sql: "SELECT part FROM digest WHERE k = ? AND sha256 IS NULL"), arguments: [key])
      )
    }
  }

  /// Seals what is open at one key; false when nothing is.
  func sealOpen() throws -> Bool {
    guard let (key, parts) = try firstOpen() else { return false }
    for part in parts { try seal(key, part) }
    return true
  }

  /// Seals the first day of a meter from `start` on that ended before `limit` and is not sealed.
  ///
  /// - Returns: where to go on, and whether a day was sealed; nil for the place when no such day is left.
  func sealNext(_ meter: Int64, from start: UTCTime, before limit: UTCTime) throws -> (next: UTCTime?, isSealed: Bool) {
    var place = start
    for _ in 0..<200 {
      guard let day = try nextDay(of: meter, from: place), day + DigestTable.day <= limit else { return (nil, false) }
      let key = try RowKey.pack(meter: meter, arrival: day)
      place = day + DigestTable.day
      let present = try String.fetchSet(
        db.cachedStatement(sql: "SELECT part FROM digest WHERE k = ?"), arguments: [key])
      let missing = Daily.allCases.filter { !present.contains($0.rawValue) }
      guard !missing.isEmpty else { continue }
      for part in missing { try seal(key, part.rawValue) }
      return (place, true)
    }
    return (place, false)
  }

  /// The first day from `start` on of which a meter has any row.
  private func nextDay(of meter: Int64, from start: UTCTime) throws -> UTCTime? {
    guard let keys = RowKey.range(of: meter, in: start..<UTCTime(milliseconds: .max)) else { return nil }
    let first = try Daily.allCases.compactMap { part in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT min(k) FROM \(part.rawValue) WHERE k BETWEEN ? AND ?"),
        arguments: [keys.lowerBound, keys.upperBound])
    }.min()
    return first.map { RowKey.arrival(of: $0).floor(to: DigestTable.day) }
  }

  private func seal(_ key: Int64, _ part: String) throws {
    guard let now = try digest(key, part) else { return try drop(key, part) }
    try db.cachedStatement(sql: "REPLACE INTO digest (k, part, row_count, sha256) VALUES (?, ?, ?, ?)")
      .execute(arguments: [key, part, now.rows, now.sha256])
  }

  /// For a digest of nothing that there is: it could never be sealed, nor be right.
  private func drop(_ key: Int64, _ part: String) throws {
    try db.cachedStatement(sql: "DELETE FROM digest WHERE k = ? AND part = ?").execute(arguments: [key, part])
  }

  /// Takes the rows as they are: the digest is opened, and sealed anew by whoever keeps house.
  func accept(_ key: Int64, _ part: String) throws {
    guard try digest(key, part) != nil else { return try drop(key, part) }
    try db.cachedStatement(sql: "UPDATE digest SET row_count = NULL, sha256 = NULL WHERE k = ? AND part = ?")
      .execute(arguments: [key, part])
  }

  // MARK: Checking

  /// A sealed key that is other than it was.
  struct Fault {
    let key: Int64
    let part: String
    let rowsThen: Int
    let rowsNow: Int
    /// What the rows are now; nil where nobody seals such.
    let now: Data?
    /// The rows can be made anew from what the meters said.
    let isDerived: Bool
  }

  /// The first key from `key` on that has a digest.
  func next(from key: Int64) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT k FROM digest WHERE k >= ? ORDER BY k LIMIT 1"), arguments: [key])
  }

  /// Compares what is sealed at a key with the rows as they are.
  func check(_ key: Int64) throws -> (sealed: Int, faults: [Fault]) {
    let parts = try String.fetchAll(
      db.cachedStatement(sql: "SELECT part FROM digest WHERE k = ? AND sha256 IS NOT NULL"), arguments: [key])
    return (parts.count, try parts.compactMap { part in try fault(key, part) })
  }

  /// The same for one table; nil also where it is not sealed.
  func fault(_ key: Int64, _ part: String) throws -> Fault? {
    let sealed = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT row_count, sha256 FROM digest WHERE k = ? AND part = ? AND sha256 IS NOT NULL"),
      arguments: [key, part])
    guard let sealed else { return nil }
    let count: Int = try sealed.decode(forColumn: "row_count")
    let then: Data = try sealed.decode(forColumn: "sha256")
    let now = try digest(key, part)
    if let now, now.rows == count, now.sha256 == then { return nil }
    return Fault(
      key: key, part: part, rowsThen: count, rowsNow: now?.rows ?? 0, now: now?.sha256,
      isDerived: try now != nil && isDerived(key, part))
  }

  /// Whether rows can be made anew. Not rollups of a time whose samples have been deleted: they are facts by then. Whether a
  /// rollup itself says so is not asked, since it may be that which has changed.
  private func isDerived(_ key: Int64, _ part: String) throws -> Bool {
    switch Daily(rawValue: part) {
    case .ledger, .days: return true
    case .rollups:
      let day = RowKey.arrival(of: key)
      let gone = try RollupTable.goneSpan(of: RowKey.meter(of: key), db)
      return gone.map { !$0.overlaps(day..<day + DigestTable.day) } ?? true
    case .power, .phase, .registers, nil: return false
    }
  }

  // MARK: The digest itself

  /// Nil for a table that nobody seals, or a key that no table has: a damaged row of `digest`.
  private func digest(_ key: Int64, _ part: String) throws -> (rows: Int, sha256: Data)? {
    var keys: ClosedRange<Int64>?
    if Daily(rawValue: part) != nil {
      let day = RowKey.arrival(of: key)
      guard key > 0, let range = RowKey.range(of: RowKey.meter(of: key), in: day..<day + DigestTable.day) else {
        return nil
      }
      keys = range
    } else if key != 0 || Whole(rawValue: part) == nil {
      return nil
    }
    let columns = try columns(of: part).joined(separator: ", ")
    let statement = try RawStatement(db, sql: selection(columns, part, isWhole: keys == nil))
    defer { statement.reset() }
    if let keys {
      try statement.bind(keys.lowerBound, at: 1)
      try statement.bind(keys.upperBound, at: 2)
    }
    var hash = SHA256()
    var buffer = Array(columns.utf8)
    buffer.reserveCapacity(70_000)
    var rows = 0
    while try statement.step() {
      rows += 1
      statement.appendRow(to: &buffer)
      if buffer.count > 65_536 {
        hash.update(data: buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    hash.update(data: buffer)
    return (rows, Data(hash.finalize().prefix(16)))
  }

  /// All columns but the generated ones.
  private func columns(of part: String) throws -> [String] {
    try String.fetchAll(
      db.cachedStatement(sql: "SELECT name FROM pragma_table_info(?) ORDER BY cid"), arguments: [part])
  }

  /// In order of the key.
  private func selection(_ columns: String, _ part: String, isWhole: Bool) throws -> String {
    let order = try String.fetchAll(
      db.cachedStatement(sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"), arguments: [part])
    return "SELECT \(columns) FROM \(part) \(isWhole ? "" : "WHERE k BETWEEN ?1 AND ?2") "
      + "ORDER BY \(order.joined(separator: ", "))"
  }
}
