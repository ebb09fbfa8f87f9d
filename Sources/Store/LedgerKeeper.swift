internal import Energy
internal import GRDB
internal import Metering

/// Keeps verdicts, facts and ledger true to the readings and rollups of a meter, within the transaction that brings new ones.
///
///     new readings ──► verdicts ──► what is learned ──► entries of the ledger
///     new samples  ──► rollups  ───────────────────────┘
///
/// All three follow from the rows of the log alone, so neither the order in which these came nor a restart changes them.
struct LedgerKeeper {
  private let maker: LedgerMaker
  private let table: LedgerTable
  private let days: MeasuredDayTable
  private let verdicts: VerdictKeeper
  private let learner: FactLearner
  private var db: Database { maker.db }

  init(_ db: Database, path: String, zone: Zone) {
    maker = LedgerMaker(db: db, path: path)
    table = LedgerTable(db, path: path)
    days = MeasuredDayTable(db, path: path)
    verdicts = VerdictKeeper(db: db, path: path, zone: zone)
    learner = FactLearner(db: db, path: path, zone: zone)
  }

  /// What a transaction has brought of one meter.
  struct News {
    /// The keys of readings that are new.
    var readings: Set<Int64> = []
    /// The quarter hours whose rollups have changed.
    var quarters: Set<UTCTime> = []
    /// Something about its stays has changed from here on.
    var moved: UTCTime?
  }

  /// Takes in what is new of a meter, and returns what there is to tell.
  ///
  /// - Parameter kept: up to where the ledger has been made, if the caller knows; it is moved on.
  func update(_ meter: Int64, _ news: News, kept: inout UTCTime?) throws -> [LogEvent] {
    var events: [LogEvent] = []
    // Samples have a part in their own hour, and those soon after a full hour, where registers are read late, in the one before.
    var spans = news.quarters.map { quarter in
      let hour = quarter.floor(to: .hour)
      return (quarter == hour ? hour - .hour : hour)..<hour + .hour
    }
    if news.moved != nil { kept = nil }
    if let moved = news.moved { spans.append((moved - .hour).floor(to: .hour)..<moved.ceiling(to: .hour)) }
    if let first = try firstToLearn(from: meter, news) {
      var knowledge = try FactTable.knowledge(of: meter, db, path: maker.path)
      let before = knowledge
      try learner.learnClock(of: meter, &knowledge, from: first)
      // What is learned of the clock holds for what came before, too: an hour may have been taken for its neighbour.
      let start = knowledge == before ? first : RowKey.lowest(of: meter)
      let judged = try verdicts.judge(
        meter, from: start, rules: knowledge.rules(zone: verdicts.zone), new: news.readings)
      events += judged.events
      spans += judged.spans
      try learner.learnRegisters(of: meter, &knowledge, from: first)
      if knowledge != before {
        try FactTable.replaceLearned(knowledge, of: meter, db)
        events += learner.news(knowledge, since: before)
        // Every hour may be another now.
        if let heard = try maker.heard(meter) { spans = [heard.first.floor(to: .hour)..<heard.last.ceiling(to: .hour)] }
      }
    }
    try make(meter, spans, kept: &kept)
    return events
  }

  /// The key from which on something may be learned: that of the first new reading, or of samples that came later than
  /// readings that follow them.
  private func firstToLearn(from meter: Int64, _ news: News) throws -> Int64? {
    guard let quarter = news.quarters.min() else { return news.readings.min() }
    let key = try RowKey.pack(meter: meter, arrival: quarter)
    let isLate = try RegisterTable.soundKeys(of: meter, from: key + TimeSpan.quarter.milliseconds, limit: 1, db).first
    return isLate == nil ? news.readings.min() : min(news.readings.min() ?? key, key)
  }

  /// Makes the entries of these spans, and those of hours that have been finished since `kept`.
  private func make(_ meter: Int64, _ spans: [Range<UTCTime>], kept: inout UTCTime?) throws {
    guard let heard = try maker.heard(meter) else { return }
    let isPresent = try StayTable.presence(of: meter, lastHeard: heard.last, db).isPresent
    let finished = maker.finished(heard.last, isPresent: isPresent)
    let start = try kept ?? table.end(of: meter) ?? heard.first.floor(to: .hour)
    var spans = spans
    if start < finished { spans.append(start..<finished) }
    for span in LedgerKeeper.joined(spans) {
      let (whole, entries) = try maker.entries(of: meter, in: span)
      if try table.replace(entries, of: meter, in: whole) {
        try days.remake(of: meter, touching: whole, zone: verdicts.zone)
      }
    }
    kept = max(start, finished)
  }

  /// The spans in order, those joined that lie within a day of each other.
  private static func joined(_ spans: [Range<UTCTime>]) -> [Range<UTCTime>] {
    var joined: [Range<UTCTime>] = []
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
      if let last = joined.last, span.lowerBound - last.upperBound <= .hours(24) {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        joined.append(span)
      }
    }
    return joined
  }

  // MARK: All of it

  /// What making everything anew came to.
  struct Rebuilt {
    var entries = 0
    var changed = 0
  }

  /// Judges all readings of a meter anew, and learns again from all of them.
  func rejudge(_ meter: Int64) throws -> (readings: Int, changed: Int) {
    let stored = try FactTable.knowledge(of: meter, db, path: maker.path)
    var knowledge = try learner.lasting(stored, of: meter)
    try learner.learnClock(of: meter, &knowledge, from: RowKey.lowest(of: meter))
    let judged = try verdicts.judge(
      meter, from: RowKey.lowest(of: meter), rules: knowledge.rules(zone: verdicts.zone), new: [])
    try learner.learnRegisters(of: meter, &knowledge, from: RowKey.lowest(of: meter))
    if knowledge != stored { try FactTable.replaceLearned(knowledge, of: meter, db) }
    return (judged.count, judged.changed + (knowledge == stored ? 0 : 1))
  }

  /// Makes the entries of `dayCount` days from `start` on anew, and says where to go on; nil at the end.
  func remake(_ meter: Int64, from start: UTCTime, dayCount: Int64) throws -> (rebuilt: Rebuilt, next: UTCTime?) {
    guard let heard = try maker.heard(meter), start < heard.last else { return (Rebuilt(), nil) }
    let first = max(start, heard.first.floor(to: .hour))
    let (whole, entries) = try maker.entries(of: meter, in: first..<first + .hours(24 * dayCount))
    let around = whole.lowerBound - .hours(25)..<whole.upperBound + .hours(25)
    let before = try table.rows(of: meter, in: whole).union(days.rows(of: meter, in: around))
    _ = try table.replace(entries, of: meter, in: whole)
    try days.remake(of: meter, touching: whole, zone: verdicts.zone)
    let after = try table.rows(of: meter, in: whole).union(days.rows(of: meter, in: around))
    let next = whole.upperBound < heard.last ? whole.upperBound : nil
    return (Rebuilt(entries: entries.count, changed: before.symmetricDifference(after).count), next)
  }

  /// Drops entries outside the time in which the meter was heard.
  func dropStrangers(_ meter: Int64) throws -> Int {
    guard let all = RowKey.all(of: meter) else { return 0 }
    let heard = try maker.heard(meter)
    let first = try heard.map { try RowKey.pack(meter: meter, arrival: $0.first.floor(to: .hour)) } ?? all.upperBound
    let last = try heard.map { try RowKey.pack(meter: meter, arrival: $0.last) } ?? all.lowerBound
    var dropped = 0
    for table in [DigestTable.Daily.ledger, .days] {
      try db.execute(
        sql: "DELETE FROM \(table.rawValue) WHERE k BETWEEN ? AND ? AND (k < ? OR k > ?)",
        arguments: [all.lowerBound, all.upperBound, first, last])
      guard db.changesCount > 0 else { continue }
      dropped += db.changesCount
      try DigestTable.open([table], of: meter, in: UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max), db)
    }
    return dropped
  }
}
