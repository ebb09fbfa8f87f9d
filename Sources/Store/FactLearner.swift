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

  /// Who has not told by then has no summer in it, or no clock: half a year more than that takes.
  private static let clockPatience = TimeSpan.hours(400 * 24)
  /// Who has not told by then has power so even that it makes no difference.
  private static let latchPatience = TimeSpan.hours(31 * 24)

  /// - Parameter first: the key of the earliest reading that is new.
  func learnClock(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.clockBase, knowledge, first),
      let readings = try readings(of: meter, for: FactLearner.clockPatience, from: first)
    else { return }
    _ = knowledge.learn(.clockBase, MeterKnowledge.clockBase(from: readings, zone: zone))
  }

  /// Learns from readings that have been judged.
  func learnRegisters(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    try learnLists(of: meter, &knowledge, from: first)
    guard knowledge.holding(.registerLists).last?.value != RegisterCadence.everyList.rawValue else { return }
    try learnScales(of: meter, &knowledge)
    try learnLatch(of: meter, &knowledge, from: first)
  }

  private func learnLists(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.registerLists, knowledge, first) else { return }
    let before = try RegisterTable.soundKeys(of: meter, before: first, limit: 3, db).last
    let rows = try RegisterTable.rows((before ?? first)...RowKey.highest(of: meter), db, path: path)
    _ = knowledge.learn(.registerLists, MeterKnowledge.lists(from: rows.map(\.snapshot)))
  }

  /// The unit can change, so this goes on for ever; but few frames are silent about it.
  private func learnScales(of meter: Int64, _ knowledge: inout MeterKnowledge) throws {
    let (lower, upper) = (RowKey.lowest(of: meter), RowKey.highest(of: meter))
    let isSilent = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM register_snapshot WHERE k BETWEEN ? AND ? AND scale IS NULL LIMIT 1"),
      arguments: [lower, upper])
    guard isSilent == true, !isSet(.registerScale, knowledge) else { return }
    let rows = try RegisterTable.rows(lower...upper, db, path: path).map(\.snapshot)
    guard let start = rows.first?.arrival, let end = rows.last?.arrival else { return }
    let rollups = try RollupTable.rollups(of: meter, in: start - .hour..<end + .hour, db)
    _ = knowledge.learn(.registerScale, knowledge.scales(from: rows, profile: PowerProfile(rollups)))
  }

  private func learnLatch(of meter: Int64, _ knowledge: inout MeterKnowledge, from first: Int64) throws {
    guard isOpen(.registerLatch, knowledge, first),
      let readings = try readings(of: meter, for: FactLearner.latchPatience, from: first)
    else { return }
    let maker = LedgerMaker(db: db, path: path)
    var failure: (any Error)?
    let learned = knowledge.latch(from: readings) { span in
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

  /// The readings of a meter for so long from its first one on; nil when the earliest new one came after that.
  private func readings(of meter: Int64, for patience: TimeSpan, from first: Int64) throws -> [RegisterSnapshot]? {
    let (lower, upper) = (RowKey.lowest(of: meter), RowKey.highest(of: meter))
    let start = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT min(k) FROM register_snapshot WHERE k BETWEEN ? AND ?"),
      arguments: [lower, upper])
    guard let start, first <= start + patience.milliseconds else { return nil }
    return try RegisterTable.rows(start...min(start + patience.milliseconds, upper), db, path: path).map(\.snapshot)
  }
}
