internal import Metering

/// The key of a sample or snapshot: meter in the upper 19 bits, arrival in milliseconds UTC in the lower 44.
///
///     0 | m m m m ... 19 bits | a a a a a ... 44 bits
///
/// One integer is the row's place in the table: no index, and a range of time of one meter is a range of keys. 44 bits of
/// milliseconds last until the year 2527.
enum RowKey {
  private static let arrivalBits: Int64 = 44
  private static let lastArrival: Int64 = (1 << arrivalBits) - 1
  private static let meters: ClosedRange<Int64> = 1...0x7FFFF

  /// Errors: a meter or an arrival that does not fit.
  static func pack(meter: Int64, arrival: UTCTime) throws(StoreError) -> Int64 {
    guard meters.contains(meter) else {
      throw StoreError("meter key \(meter) is outside 1...\(meters.upperBound); please report it.")
    }
    try check(arrival)
    return meter << arrivalBits | arrival.milliseconds
  }

  /// Errors: an arrival that does not fit.
  static func check(_ arrival: UTCTime) throws(StoreError) {
    guard (0...lastArrival).contains(arrival.milliseconds) else {
      throw StoreError(
        "arrival \(arrival.milliseconds) ms is not between 1970 and 2527. "
          + "Set the clock of this computer, or correct the arrival times of the capture.")
    }
  }

  /// A time that is stored beside a key; nil for one that no key could have, which is of a damaged row.
  static func time(_ milliseconds: Int64?) -> UTCTime? {
    milliseconds.flatMap { (0...lastArrival).contains($0) ? UTCTime(milliseconds: $0) : nil }
  }

  /// The key of the quarter hour in which a key's arrival lies.
  static func quarter(of key: Int64) -> Int64 { key - (key & lastArrival) % TimeSpan.quarter.milliseconds }

  static func meter(of key: Int64) -> Int64 { key >> arrivalBits }

  static func arrival(of key: Int64) -> UTCTime { UTCTime(milliseconds: key & lastArrival) }

  /// The lowest and the highest key that a meter's rows can have.
  static func lowest(of meter: Int64) -> Int64 { meter << arrivalBits }
  static func highest(of meter: Int64) -> Int64 { meter << arrivalBits | lastArrival }

  /// All keys of a meter; nil for a meter that cannot be.
  static func all(of meter: Int64) -> ClosedRange<Int64>? {
    guard meters.contains(meter) else { return nil }
    return (meter << arrivalBits)...(meter << arrivalBits | lastArrival)
  }

  /// The keys of a meter in a half-open span; nil when there are none.
  static func range(of meter: Int64, in span: Range<UTCTime>) -> ClosedRange<Int64>? {
    guard let all = all(of: meter) else { return nil }
    let lower = max(span.lowerBound.milliseconds, 0)
    let upper = min(span.upperBound.milliseconds, lastArrival + 1)
    return lower < upper ? (all.lowerBound + lower)...(all.lowerBound + (upper - 1)) : nil
  }

  /// What a table holds at a key, against the row that is to go there.
  enum Occupancy { case free, same, other }

  /// How many milliseconds are tried for a row: its own and those after it.
  static let reach: Int64 = 1000

  /// The key at which to insert a row that belongs at `key`; nil when the row is there already.
  ///
  /// Another row with the same key is another message of the same millisecond, or of a second that the host's clock went
  /// through twice: the row goes to the next free millisecond. An equal row met on the way is the row itself, so a
  /// replay finds it wherever it was put. Errors: no free millisecond within a second.
  static func place(_ key: Int64, _ occupancy: (Int64) throws -> Occupancy) throws -> Int64? {
    for candidate in key...(key + min(reach - 1, lastArrival - (key & lastArrival))) {
      switch try occupancy(candidate) {
      case .free: return candidate
      case .same: return nil
      case .other: continue
      }
    }
    throw StoreError(
      "more than \(reach) messages of meter \(key >> arrivalBits) arrived at \(arrival(of: key).iso8601WithMilliseconds). "
        + "Set the clock of this computer, or correct the arrival times of the capture.")
  }
}
