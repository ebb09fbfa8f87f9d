internal import Energy
internal import GRDB
internal import Metering

/// Judges the readings of a meter from some point on, and writes the verdicts that are other than before.
struct VerdictKeeper {
  let db: Database
  let path: String
  let zone: Zone

  /// What judging changed.
  struct Result {
    /// Readings judged.
    var count = 0
    /// Readings that were there before and are thought of otherwise now.
    var changed = 0
    /// The hours that may be other now.
    var spans: [Range<UTCTime>] = []
    var events: [LogEvent] = []
  }

  /// Judges all readings of a meter from the key `first` on, with those before it that have a say.
  ///
  /// - Parameter new: the keys of readings that nobody has judged yet: of these there is something to tell.
  func judge(_ meter: Int64, from first: Int64, rules: RegisterJudge.Rules, new: Set<Int64>) throws -> Result {
    guard let keys = RowKey.all(of: meter) else { return Result() }
    let sound = try RegisterTable.soundKeys(of: meter, before: first, limit: RegisterJudge.lookBack, db)
    let base = sound.count == RegisterJudge.lookBack ? sound.last : nil
    // As long as none is sound, nothing is compared with what came before, but for a list that is sent again: of years of
    // readings without one only the last has a say.
    let last = sound.isEmpty ? try RegisterTable.lastKey(of: meter, before: first, db) : nil
    var rows = try RegisterTable.rows((base ?? last ?? keys.lowerBound)...keys.upperBound, db, path: path)
    let previous = last == nil ? nil : rows.removeFirst()
    let after = base == nil ? nil : rows.removeFirst()
    let judgements = RegisterJudge.judgements(
      of: rows.map(\.snapshot), after: after?.snapshot, previous: previous?.snapshot, rules)
    var result = Result(count: rows.count)
    let serial = try String.fetchOne(db, sql: "SELECT serial FROM meter WHERE id = ?", arguments: [meter]) ?? ""
    var lastReason = after?.reason
    for (row, judgement) in zip(rows, judgements) {
      var now = row
      // What stood before is there to judge by; only its verdict can be revised.
      if row.key >= first || judgement.reading.verdict != row.snapshot.verdict {
        now.snapshot = judgement.reading
        now.reason = judgement.reason?.name
      }
      let isSound = judgement.reading.verdict == .accepted || judgement.reading.verdict == .offBoundary
      // The scale was mended when it was first judged, and nothing is odd about it any more.
      if now.reason == nil, isSound, row.reason == scaleChange { now.reason = scaleChange }
      let isNew = new.contains(row.key)
      let isChanged = now.snapshot != row.snapshot || now.reason != row.reason
      if isChanged { try RegisterTable.update(now, db) }
      if isChanged, !isNew { result.changed += 1 }
      if isChanged || isNew { result.spans.append(VerdictKeeper.span(of: now.snapshot, row.snapshot)) }
      if isNew, let reason = judgement.reason, reason.name != scaleChange || lastReason != scaleChange {
        result.events.append(event(judgement.reading, reason, serial))
      }
      if isSound { lastReason = now.reason }
    }
    return result
  }

  private let scaleChange = RegisterJudge.Reason.scaleChange(0).name

  init(db: Database, path: String, zone: Zone) {
    self.db = db
    self.path = path
    self.zone = zone
  }

  /// The hours before and after a reading, wherever it was thought to belong.
  private static func span(of readings: RegisterSnapshot...) -> Range<UTCTime> {
    let times = readings.flatMap { [$0.arrival, $0.boundary ?? $0.arrival] }
    let (first, last) = (times.min() ?? UTCTime(milliseconds: 0), times.max() ?? UTCTime(milliseconds: 0))
    return (first - .hour).floor(to: .hour)..<(last + .hour).ceiling(to: .hour)
  }

  private func event(_ reading: RegisterSnapshot, _ reason: RegisterJudge.Reason, _ serial: String) -> LogEvent {
    let kind: LogEvent.Kind =
      switch reason {
      case .sentAgain: .registerRepeat
      case .clock, .lower, .tooMuch: .registerSuspect
      case .newSeries, .outlier, .scaleChange: .registerSeries
      }
    let clock = reading.clock.map { ", clock \($0.wall.iso8601)" } ?? ""
    return LogEvent(time: reading.arrival, kind: kind, text: "meter \(serial)\(clock): \(reason.text)")
  }
}
