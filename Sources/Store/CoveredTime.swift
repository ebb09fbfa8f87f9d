internal import GRDB
internal import Metering

/// How much time samples cover since the newest register reading: by the quarter hours in which there are any, of the meter that
/// has the most. Time has gone by at least for so long, whatever steps a clock has made: a step leaves quarters out.
///
/// Each quarter is looked at once. One that comes late is not counted before the next start, which is on the safe side.
struct CoveredTime {
  private var boundary: UTCTime?
  private var counts: [Int64: Count] = [:]

  private struct Count {
    var quarters: Int64 = 0
    /// The key from which on nothing has been counted.
    var next: Int64
    var isComplete = false
  }

  /// Quarters of a meter that are looked at in one transaction: two months.
  static let quartersAtOnce = 6000

  /// False while there are quarters left to be looked at.
  var isComplete: Bool { counts.values.allSatisfy(\.isComplete) }

  var longest: TimeSpan {
    TimeSpan(milliseconds: (counts.values.map(\.quarters).max() ?? 0) * TimeSpan.quarter.milliseconds)
  }

  /// Takes in what has come since the last time.
  mutating func count(since boundary: UTCTime, _ meters: [Int64], _ db: Database) throws {
    if boundary != self.boundary {
      self.boundary = boundary
      counts = [:]
    }
    for meter in meters {
      guard let keys = RowKey.range(of: meter, in: boundary..<UTCTime(milliseconds: .max)) else { continue }
      var count = counts[meter] ?? Count(next: keys.lowerBound)
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT count(*), max(k) FROM (
              SELECT k FROM rollup WHERE k BETWEEN ? AND ? AND samples > 0 ORDER BY k LIMIT ?)
            """), arguments: [count.next, keys.upperBound, CoveredTime.quartersAtOnce])
      let found: Int64 = try row?.decode(atIndex: 0) ?? 0
      if let last = try row?.decode(Int64?.self, atIndex: 1) { count.next = last + 1 }
      count.quarters += found
      count.isComplete = found < CoveredTime.quartersAtOnce
      counts[meter] = count
    }
  }
}
