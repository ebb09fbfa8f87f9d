internal import Energy
internal import GRDB
internal import Metering

/// Makes the entries of hours from the rows of a meter: readings, rollups, facts and stays. It writes nothing.
struct LedgerMaker {
  let db: Database
  let path: String

  /// Readings on either side of a span that have a say in it: more than a correction for a late list can move.
  private static let neighbours = 8

  /// When a meter was heard, by the rows of its samples and readings; nil when it never was. Of samples that are gone the
  /// quarter says it.
  func heard(_ meter: Int64) throws -> (first: UTCTime, last: UTCTime)? {
    guard let keys = RowKey.all(of: meter) else { return nil }
    func end(_ function: String) throws -> [Int64] {
      try ["power_sample", "phase_sample", "register_snapshot"].compactMap { table in
        try Int64.fetchOne(
          db.cachedStatement(sql: "SELECT \(function)(k) FROM \(table) WHERE k BETWEEN ? AND ?"),
          arguments: [keys.lowerBound, keys.upperBound])
      }
    }
    let gone = try RollupTable.goneSpan(of: meter, db)
    let first = try (end("min").map(RowKey.arrival) + [gone?.lowerBound].compactMap(\.self)).min()
    let last = try (end("max").map(RowKey.arrival) + [gone?.upperBound].compactMap(\.self)).max()
    guard let first, let last else { return nil }
    return (first, last)
  }

  /// All that turns the readings of a meter into energy.
  func facts(of meter: Int64, lastHeard: UTCTime) throws -> MeterFacts {
    let maker = try String.fetchOne(
      db.cachedStatement(sql: "SELECT maker FROM meter WHERE id = ?"), arguments: [meter])
    let (presence, isPresent) = try StayTable.presence(of: meter, lastHeard: lastHeard, db)
    return try FactTable.knowledge(of: meter, db, path: path).meterFacts(
      maker: maker.flatMap(Maker.init(rawValue:)) ?? .other, presence: presence, isPresent: isPresent)
  }

  /// The hour up to which the log has finished: until its list is due, an hour runs. A meter that is gone has finished.
  func finished(_ lastHeard: UTCTime, isPresent: Bool) -> UTCTime {
    isPresent ? (lastHeard - hourlyListTolerance).floor(to: .hour) : lastHeard.ceiling(to: .hour)
  }

  /// The entries of `span`, and of the gaps that reach over its ends, whole: all of their hours are to be replaced.
  ///
  /// - Parameter running: also the hours that are not finished.
  func entries(
    of meter: Int64, in span: Range<UTCTime>, running: Bool = false
  ) throws -> (span: Range<UTCTime>, entries: [LedgerEntry]) {
    guard let heard = try heard(meter) else { return (span, []) }
    let facts = try facts(of: meter, lastHeard: heard.last)
    var ledger: EnergyLedger
    var whole: Range<UTCTime>
    var reach = span
    repeat {
      let readings = try readings(of: meter, around: reach)
      ledger = try self.ledger(of: meter, readings.snapshots, facts)
      whole = ledger.wholeBlocks(touching: ledger.withNeighbours(span))
      let around = ledger.registersAround(whole)
      // The first registers of those that were read may look other than they do among all of them.
      let isEnough = (readings.isFirst || around.before >= 3) && (readings.isLast || around.after >= 1)
      if isEnough { break }
      reach = reach.lowerBound - (reach.length + .hours(24))..<reach.upperBound + (reach.length + .hours(24))
    } while true
    let known = max(
      finished(heard.last, isPresent: facts.isPresent), ledger.span?.upperBound.floor(to: .hour) ?? span.lowerBound)
    let end = running ? heard.last.ceiling(to: .hour) : known
    let (first, last) = (max(whole.lowerBound, heard.first.floor(to: .hour)), min(whole.upperBound, end))
    guard first < last else { return (whole, []) }
    let made = first..<last
    // A block that ends inside one of these hours may begin long before it.
    ledger.profile = PowerProfile(try RollupTable.rollups(of: meter, in: ledger.wholeBlocks(touching: made), db))
    return (whole, ledger.entries(in: made))
  }

  private func ledger(
    of meter: Int64, _ snapshots: [RegisterSnapshot], _ facts: MeterFacts
  ) throws -> EnergyLedger {
    var failure: (any Error)?
    func asked(_ body: () throws -> PowerIntegral) -> PowerIntegral {
      do {
        return try body()
      } catch {
        failure = error
        return .nothing
      }
    }
    let ledger = EnergyLedger(
      snapshots: snapshots, facts: facts, late: { span in asked { try integral(of: meter, over: span) } },
      power: { span in asked { try quarters(of: meter, span).power(in: span) } })
    if let failure { throw failure }
    return ledger
  }

  private func quarters(of meter: Int64, _ span: Range<UTCTime>) throws -> PowerProfile {
    let whole = span.lowerBound.floor(to: .quarter)..<span.upperBound.ceiling(to: .quarter)
    return PowerProfile(try RollupTable.rollups(of: meter, in: whole, db))
  }

  /// The readings that have a say in a span, and whether there are none before or after them.
  private func readings(
    of meter: Int64, around span: Range<UTCTime>
  ) throws -> (snapshots: [RegisterSnapshot], isFirst: Bool, isLast: Bool) {
    // The list of an hour comes minutes after it, by a clock that may be minutes wrong.
    let slack = MeterClock.tolerance + hourlyListTolerance
    guard let keys = RowKey.range(of: meter, in: span.lowerBound - slack..<span.upperBound + slack) else {
      return ([], true, true)
    }
    let before = try RegisterTable.soundKeys(of: meter, before: keys.lowerBound, limit: LedgerMaker.neighbours, db)
    let after = try RegisterTable.soundKeys(of: meter, from: keys.upperBound, limit: LedgerMaker.neighbours, db)
    let range = (before.last ?? keys.lowerBound)...(after.last ?? keys.upperBound)
    return (
      try RegisterTable.rows(range, db, path: path).map(\.snapshot), before.count < LedgerMaker.neighbours,
      after.count < LedgerMaker.neighbours
    )
  }

  /// The integral of power over a span of arrival times, from the samples themselves.
  func integral(of meter: Int64, over span: Range<UTCTime>) throws -> PowerIntegral {
    let reach = span.lowerBound - PowerIntegral.longestGap..<span.upperBound + PowerIntegral.longestGap
    guard let keys = RowKey.range(of: meter, in: reach) else { return .nothing }
    let statement = try RawStatement(
      db,
      sql: "SELECT k, active_power_import_w, active_power_export_w FROM power_sample WHERE k BETWEEN ? AND ? ORDER BY k"
    )
    defer { statement.reset() }
    try statement.bind(keys.lowerBound, at: 1)
    try statement.bind(keys.upperBound, at: 2)
    var samples: [PowerSample] = []
    while try statement.step() {
      samples.append(
        PowerSample(
          time: RowKey.arrival(of: statement.column(0) ?? 0), activeImport: statement.column(1),
          activeExport: statement.column(2)))
    }
    return PowerIntegral(of: span, samples)
  }
}
