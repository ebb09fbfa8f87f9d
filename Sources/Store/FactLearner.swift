internal import Energy
internal import GRDB
internal import Metering

/// Learns what the lists of a meter do not say, from its rows, until it is known. What somebody has set is left alone.
///
/// What is learned follows from the readings up to the one that settled it; a reading that comes late, before that one, makes
/// it be learned again.
struct FactLearner {
  let db: Database
  let path: String
  let zone: Zone

  /// Readings from the first one on in which an answer is looked for: a year of hours.
  private static let patience = 10_000

  /// - Parameter first: the key of the earliest reading that is new.
  func learnClock(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.clockBase, knowledge, first),
      let readings = try readings(of: meter, from: first)
    else { return }
    _ = knowledge.learn(.clockBase, MeterKnowledge.clockBase(from: readings, zone: zone))
  }

  /// Learns from readings that have been judged.
  func learnRegisters(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    try learnLists(of: meter, &knowledge, from: first)
    guard knowledge.holding(.registerLists).last?.value != RegisterCadence.everyList.rawValue else { return }
    try learnScales(of: meter, &knowledge, from: first)
    try learnLatch(of: meter, &knowledge, from: first)
  }

  private func learnLists(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.registerLists, knowledge, first) else { return }
    let before = try RegisterTable.soundKeys(of: meter, before: first, limit: 3, db).last
    let rows = try RegisterTable.rows((before ?? first)...RowKey.highest(of: meter), db, path: path)
    _ = knowledge.learn(.registerLists, MeterKnowledge.lists(from: rows.map(\.snapshot)))
  }

  /// The unit can change, so it is learned again after each jump by ten; but few frames are silent about it.
  private func learnScales(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    let isSilent = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM register_snapshot WHERE k BETWEEN ? AND ? AND scale IS NULL LIMIT 1"),
      arguments: [RowKey.lowest(of: meter), RowKey.highest(of: meter)])
    guard isSilent == true, !isSet(.registerScale, knowledge) else { return }
    let isOpen = try isOpen(.registerScale, knowledge, first) || hasJumped(meter)
    guard isOpen else { return }
    let rows = try RegisterTable.rows(RowKey.lowest(of: meter)...RowKey.highest(of: meter), db, path: path)
    guard let start = rows.first?.snapshot.arrival, let end = rows.last?.snapshot.arrival else { return }
    let rollups = try RollupTable.rollups(of: meter, in: start - .hour..<end + .hour, db)
    _ = knowledge.learn(
      .registerScale, knowledge.scales(from: rows.map(\.snapshot), profile: PowerProfile(rollups)))
  }

  /// Whether the unit changed within the last two days of readings.
  private func hasJumped(_ meter: Int64) throws -> Bool {
    let newest = try RegisterTable.soundKeys(of: meter, before: RowKey.highest(of: meter), limit: 48, db)
    guard let start = newest.last else { return false }
    return try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT 1 FROM register_snapshot WHERE k BETWEEN ? AND ? AND reason = 'scale_change' LIMIT 1"),
      arguments: [start, RowKey.highest(of: meter)]) == true
  }

  private func learnLatch(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.registerLatch, knowledge, first), try hasAllSamples(meter),
      let readings = try readings(of: meter, from: first)
    else { return }
    let maker = LedgerMaker(db: db, path: path)
    var failure: (any Error)?
    let name = try String.fetchOne(
      db.cachedStatement(sql: "SELECT maker FROM meter WHERE id = ?"), arguments: [meter])
    let known = name.flatMap(Maker.init(rawValue:)) ?? .other
    let learned = knowledge.latch(from: readings, maker: known) { span in
      do {
        return try maker.integral(of: meter, over: span)
      } catch {
        failure = error
        return .nothing
      }
    }
    if let failure { throw failure }
    _ = knowledge.learn(.registerLatch, learned)
  }

  /// What is stored and cannot be learned anew: what was set, and what samples taught that are gone.
  func lasting(_ knowledge: MeterKnowledge, of meter: Int64) throws -> MeterKnowledge {
    let hasAll = try hasAllSamples(meter)
    return MeterKnowledge(knowledge.facts.filter { $0.source == .set || !hasAll && $0.name == .registerLatch })
  }

  private func hasAllSamples(_ meter: Int64) throws -> Bool { try RollupTable.goneSpan(of: meter, db) == nil }

  /// What is new, for the log.
  func news(_ knowledge: MeterKnowledge, since before: MeterKnowledge) -> [LogEvent] {
    knowledge.facts.filter { $0.source == .learned && !before.facts.contains($0) }.map {
      LogEvent(time: $0.settled, kind: .learned, text: $0.evidence)
    }
  }

  /// Not set, and not settled before the earliest reading that is new.
  private func isOpen(_ name: MeterFact.Name, _ knowledge: MeterKnowledge, _ first: Int64) -> Bool {
    guard !isSet(name, knowledge) else { return false }
    guard let settled = knowledge.holding(name).last?.settled else { return true }
    return RowKey.arrival(of: first) < settled
  }

  private func isSet(_ name: MeterFact.Name, _ knowledge: MeterKnowledge) -> Bool {
    knowledge.holding(name).first?.source == .set
  }

  /// The first readings of a meter; nil when the earliest new one is not among them.
  private func readings(of meter: Int64, from first: Int64) throws -> [RegisterSnapshot]? {
    let rows = try RegisterTable.first(of: meter, limit: FactLearner.patience, db, path: path)
    guard let last = rows.last, first <= last.key else { return nil }
    return rows.map(\.snapshot)
  }
}
