internal import GRDB
internal import Metering

/// Rows of `stay`: which meter has been at which input from when on.
enum StayTable {
  /// Notes that a meter was heard at an input, and returns the meter that it displaced just then, if any.
  ///
  /// A row is made when another meter was there before; one that follows with the same meter begins here instead. Of two
  /// meters on one line each has one row: who was heard within ten minutes has never left.
  static func note(_ meter: Int64, input: String, at time: UTCTime, _ db: Database) throws -> Int64? {
    let before = try Int64.fetchOne(
      db, sql: "SELECT meter FROM stay WHERE input = ? AND start <= ? ORDER BY start DESC LIMIT 1",
      arguments: [input, time.milliseconds])
    guard before != meter else { return nil }
    let hasBeen = try Bool.fetchOne(
      db, sql: "SELECT 1 FROM stay WHERE input = ? AND meter = ? AND start <= ? LIMIT 1",
      arguments: [input, meter, time.milliseconds])
    if hasBeen == true, try isHeard(meter, in: time - .minutes(10)..<time, db) { return nil }
    let next = try Row.fetchOne(
      db, sql: "SELECT start, meter FROM stay WHERE input = ? AND start > ? ORDER BY start LIMIT 1",
      arguments: [input, time.milliseconds])
    if let next, try next.decode(Int64.self, forColumn: "meter") == meter {
      let start: Int64 = try next.decode(forColumn: "start")
      try db.execute(sql: "DELETE FROM stay WHERE input = ? AND start = ?", arguments: [input, start])
    }
    try db.execute(
      sql: "REPLACE INTO stay (input, start, meter) VALUES (?, ?, ?)", arguments: [input, time.milliseconds, meter])
    try DigestTable.open(.stay, db)
    return before
  }

  /// When a meter was at its inputs, in order of time, and whether it still is.
  ///
  /// A stay ends when another meter comes to the input, unless this one is heard there all the same: two meters on one line.
  static func presence(
    of meter: Int64, lastHeard: UTCTime, _ db: Database
  ) throws -> (spans: [Range<UTCTime>], isPresent: Bool) {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT start,
            (SELECT min(start) FROM stay AS other WHERE other.input = stay.input AND other.start > stay.start) AS displaced,
            (SELECT min(start) FROM stay AS own WHERE own.meter = stay.meter AND own.start > stay.start) AS again
          FROM stay WHERE meter = ? ORDER BY start
          """), arguments: [meter])
    var spans: [Range<UTCTime>] = []
    // A meter without a stay is one of which nobody has said where it is.
    var isPresent = rows.isEmpty
    for row in rows {
      guard let start = RowKey.time(try row.decode(forColumn: "start")) else { continue }
      let again: Int64? = try row.decode(forColumn: "again")
      let next = RowKey.time(again)
      var end: UTCTime?
      if let displaced: Int64 = try row.decode(forColumn: "displaced") {
        let time = RowKey.time(displaced) ?? start
        if try !isHeard(meter, in: time..<max(time, next ?? lastHeard + .hour), db) { end = time }
      }
      isPresent = end == nil
      let whole = start..<max(start, end ?? next ?? max(lastHeard, start))
      if let last = spans.last, last.upperBound >= whole.lowerBound {
        spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, whole.upperBound)
      } else {
        spans.append(whole)
      }
    }
    return (spans, isPresent)
  }

  /// Where samples are gone, a quarter that shares time with the span counts: those in which a stay begins are kept whole.
  private static func isHeard(_ meter: Int64, in span: Range<UTCTime>, _ db: Database) throws -> Bool {
    guard let keys = RowKey.range(of: meter, in: span),
      let quarters = RowKey.range(of: meter, in: span.lowerBound.floor(to: .quarter)..<span.upperBound)
    else { return false }
    let isGone = try Bool.fetchOne(
      db, sql: "SELECT 1 FROM rollup WHERE samples_gone = 1 AND k BETWEEN ? AND ? LIMIT 1",
      arguments: [quarters.lowerBound, quarters.upperBound])
    return try isGone == true
      || ["power_sample", "phase_sample", "register_snapshot"].contains { table in
        try Bool.fetchOne(
          db, sql: "SELECT 1 FROM \(table) WHERE k BETWEEN ? AND ? LIMIT 1",
          arguments: [keys.lowerBound, keys.upperBound]) == true
      }
  }
}
