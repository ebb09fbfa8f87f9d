package import Energy
internal import GRDB
internal import Metering

/// What making everything derived anew came to: how many rows there are, and how many were other before. All of the latter
/// are 0 unless something was wrong.
package struct RebuildResult: Hashable, Sendable {
  package var rollups = 0
  package var readings = 0
  package var hours = 0
  package var rollupsChanged = 0
  package var readingsChanged = 0
  package var hoursChanged = 0

  package var isUnchanged: Bool { rollupsChanged == 0 && readingsChanged == 0 && hoursChanged == 0 }

  package init() {}
}

extension LogWriter {
  /// So many quarters, and days, are made in one transaction, so that nobody waits long.
  private static let quartersAtOnce = 2000
  private static let daysAtOnce: Int64 = 60

  /// Makes all that is derived anew from what the meters said: rollups, verdicts, what was learned, and the ledger.
  ///
  /// - Parameter progress: called after each of its transactions.
  package func rebuild(progress: () -> Void = {}) throws(StoreError) -> RebuildResult {
    var result = RebuildResult()
    for meter in try write({ db in try Int64.fetchAll(db, sql: "SELECT id FROM meter ORDER BY id") }) {
      try remakeRollups(of: meter, &result, progress)
      try remakeLedger(of: meter, &result, progress)
    }
    return result
  }

  /// Work that a migration left, because SQL cannot do it.
  func finishTasks() throws(StoreError) {
    let tasks = try write { db in try String.fetchSet(db, sql: "SELECT name FROM task") }
    let meters = try write { db in try Int64.fetchAll(db, sql: "SELECT id FROM meter ORDER BY id") }
    var result = RebuildResult()
    if tasks.contains(Task.rollups.rawValue) {
      for meter in meters { try remakeRollups(of: meter, &result) }
      try write { db in try Task.rollups.end(db) }
    }
    if tasks.contains(Task.ledger.rawValue) {
      for meter in meters { try remakeLedger(of: meter, &result) }
      try write { db in try Task.ledger.end(db) }
    }
  }

  private func remakeRollups(
    of meter: Int64, _ result: inout RebuildResult, _ progress: () -> Void = {}
  ) throws(StoreError) {
    var start = UTCTime(milliseconds: 0)
    while true {
      let from = start
      let part = try write { db in
        try RollupTable(db).remake(of: meter, from: from, limit: LogWriter.quartersAtOnce, db)
      }
      result.rollups += part.rollups
      result.rollupsChanged += part.changed
      progress()
      guard let next = part.next else { return }
      start = next
    }
  }

  private func remakeLedger(
    of meter: Int64, _ result: inout RebuildResult, _ progress: () -> Void = {}
  ) throws(StoreError) {
    let judged = try write { db in try keeper(db).rejudge(meter) }
    result.readings += judged.readings
    result.readingsChanged += judged.changed
    result.hoursChanged += try write { db in try keeper(db).dropStrangers(meter) }
    var start: UTCTime? = UTCTime(milliseconds: 0)
    while let from = start {
      let part = try write { db in try keeper(db).remake(meter, from: from, dayCount: LogWriter.daysAtOnce) }
      result.hours += part.rebuilt.entries
      result.hoursChanged += part.rebuilt.changed
      progress()
      start = part.next
    }
  }
}

/// What the user knows of a meter and its lists do not say.
extension LogWriter {
  /// Sets a fact of a meter; from now on nothing that was learned under its name counts. All its hours are made anew.
  package func set(_ fact: MeterFact, of meter: Int64) throws(StoreError) {
    try change(meter) { db in try FactTable.set(fact, of: meter, db) }
  }

  /// Forgets what was set under a name; what is learned counts again. All hours of the meter are made anew.
  package func unset(_ name: MeterFact.Name, of meter: Int64) throws(StoreError) {
    try change(meter) { db in try FactTable.unset(name, of: meter, db) }
  }

  /// Changes what is known of a meter, and makes its hours anew. Who is interrupted meanwhile finishes it at the next start.
  private func change(_ meter: Int64, _ body: (Database) throws -> Void) throws(StoreError) {
    try write { db in
      try body(db)
      try Task.ledger.begin(db)
    }
    var result = RebuildResult()
    try remakeLedger(of: meter, &result)
    try write { db in try Task.ledger.end(db) }
  }
}

/// Work that takes more than one transaction: a row of `task` until it is done, so that it is not forgotten.
enum Task: String {
  case rollups, ledger

  func begin(_ db: Database) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO task (name, text) VALUES (?, 'Make the \(rawValue) anew.')", arguments: [rawValue])
  }

  func end(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM task WHERE name = ?", arguments: [rawValue])
  }
}
