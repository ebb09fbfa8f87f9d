internal import Energy
internal import GRDB
internal import Metering

/// Deletes the oldest samples of a meter, hour by hour, when what they say is in the rollups of its quarters.
///
///     hour     |keep-|............ deleted ............|-keep|
///              late lists, 30 s                           30 s
///
/// What the ledger may still ask for is kept: the samples around the lists of registers, by which a meter is corrected that
/// reads them late; those within 30 s of each full hour, because they have a part in the quarter beyond it; and all of the
/// hours in which a meter came or was heard last. So no hour of the ledger is another afterwards.
struct SampleRetention {
  let db: Database
  let path: String

  /// Rows that one transaction deletes, about: it takes some milliseconds.
  static let rowsAtOnce = 4000
  /// Hours that one transaction looks at.
  private static let hoursAtOnce = 200

  /// What one step did.
  struct Step {
    var samples = 0
    var quarters = 0
    /// Days whose rollups were other than when they were sealed, and were made anew while that could be done.
    var mended: [UTCTime] = []
    /// Where to go on; nil when nothing is left to do.
    var next: UTCTime?

    fileprivate var atTheEnd: Step {
      var step = self
      step.next = nil
      return step
    }
  }

  /// Deletes samples of hours that ended before `limit`, from `start` on.
  func step(_ meter: Int64, from start: UTCTime, before limit: UTCTime) throws -> Step {
    var step = Step(next: start)
    guard let heard = try LedgerMaker(db: db, path: path).heard(meter) else { return Step() }
    for _ in 0..<SampleRetention.hoursAtOnce where step.samples < SampleRetention.rowsAtOnce {
      guard let from = step.next, let keys = RowKey.range(of: meter, in: from..<limit),
        let first = try firstWithSamples(keys)
      else { return step.atTheEnd }
      let hour = RowKey.arrival(of: first).floor(to: .hour)
      guard hour + .hour <= limit else { return step.atTheEnd }
      step.next = hour + .hour
      let span = hour..<hour + .hour
      if span.contains(heard.first) || span.contains(heard.last) { continue }
      if try hasStay(in: span) { continue }
      let day = hour.floor(to: DigestTable.day)
      switch try proof(of: meter, day) {
      case .sound: break
      case .mended: step.mended.append(day)
      case .missing:
        step.next = day + DigestTable.day
        continue
      }
      step.samples += try deleteSamples(of: meter, in: span)
      step.quarters += try mark(meter, span)
    }
    return step
  }

  private enum Proof { case sound, mended, missing }

  /// Whether the rollups of a day are what they were when it was sealed: without samples they are facts, and cannot be made anew.
  ///
  /// Those that are other are made anew from the samples; where that gives what was sealed, all is well again. Where it does not,
  /// the samples stay, so that `check` goes on to name the day.
  private func proof(of meter: Int64, _ day: UTCTime) throws -> Proof {
    let key = try RowKey.pack(meter: meter, arrival: day)
    let digests = DigestTable(db: db)
    guard try digests.fault(key, DigestTable.Daily.rollups.rawValue) != nil else { return .sound }
    var proof = Proof.missing
    try db.inSavepoint {
      let quarters = (0..<96).map { day + TimeSpan(milliseconds: Int64($0) * TimeSpan.quarter.milliseconds) }
      try RollupTable(db).remake(quarters, of: meter)
      if try digests.fault(key, DigestTable.Daily.rollups.rawValue) == nil { proof = .mended }
      return proof == .mended ? .commit : .rollback
    }
    return proof
  }

  /// What is told of a day that was mended.
  func event(_ meter: Int64, _ day: UTCTime, at now: UTCTime) throws -> LogEvent {
    let serial = try String.fetchOne(db, sql: "SELECT serial FROM meter WHERE id = ?", arguments: [meter]) ?? "\(meter)"
    return LogEvent(
      time: now, kind: .settled,
      text: "meter \(serial), \(day.iso8601.prefix(10)) (UTC), table rollup was not as it was when it was sealed: "
        + "made anew from the samples, and it is again")
  }

  /// The first quarter in these keys that has its samples.
  private func firstWithSamples(_ keys: ClosedRange<Int64>) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT k FROM rollup WHERE k BETWEEN ? AND ? AND samples_gone = 0 ORDER BY k LIMIT 1"),
      arguments: [keys.lowerBound, keys.upperBound])
  }

  private func hasStay(in span: Range<UTCTime>) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM stay WHERE start >= ? AND start < ? LIMIT 1"),
      arguments: [span.lowerBound.milliseconds, span.upperBound.milliseconds]) == true
  }

  private func deleteSamples(of meter: Int64, in hour: Range<UTCTime>) throws -> Int {
    var deleted = 0
    for gap in try gaps(between: kept(of: meter, around: hour), in: hour) {
      guard let keys = RowKey.range(of: meter, in: gap) else { continue }
      for table in [SampleTable.power, .phase] {
        try db.cachedStatement(sql: "DELETE FROM \(table.name) WHERE k BETWEEN ? AND ?")
          .execute(arguments: [keys.lowerBound, keys.upperBound])
        deleted += db.changesCount
      }
    }
    try DigestTable.open([.power, .phase, .rollups], of: meter, in: hour, db)
    return deleted
  }

  /// The times whose samples stay, some of them outside the hour, in order of their start.
  private func kept(of meter: Int64, around hour: Range<UTCTime>) throws -> [Range<UTCTime>] {
    let edge = PowerIntegral.longestGap
    var kept = [hour.lowerBound..<hour.lowerBound + edge, hour.upperBound - edge..<hour.upperBound]
    // A list is sent up to an hour after its hour, and the clocks may be minutes apart.
    let reach = hour.lowerBound - .hours(2)..<hour.upperBound + .hours(2)
    if let keys = RowKey.range(of: meter, in: reach) {
      kept += try RegisterTable.rows(keys, db, path: path).compactMap { $0.snapshot.latchWindow }
    }
    return kept.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// What no span of `kept` covers of `hour`.
  private func gaps(between kept: [Range<UTCTime>], in hour: Range<UTCTime>) -> [Range<UTCTime>] {
    var gaps: [Range<UTCTime>] = []
    var place = hour.lowerBound
    for span in kept {
      let start = min(span.lowerBound, hour.upperBound)
      if place < start { gaps.append(place..<start) }
      place = max(place, span.upperBound)
    }
    if place < hour.upperBound { gaps.append(place..<hour.upperBound) }
    return gaps
  }

  private func mark(_ meter: Int64, _ hour: Range<UTCTime>) throws -> Int {
    guard let keys = RowKey.range(of: meter, in: hour) else { return 0 }
    try db.cachedStatement(sql: "UPDATE rollup SET samples_gone = 1 WHERE k BETWEEN ? AND ? AND samples_gone = 0")
      .execute(arguments: [keys.lowerBound, keys.upperBound])
    return db.changesCount
  }
}
