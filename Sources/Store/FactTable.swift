internal import Energy
internal import GRDB
internal import Metering

/// Rows of `fact`, to and from the value.
enum FactTable {
  static func knowledge(of meter: Int64, _ db: Database, path: String) throws -> MeterKnowledge {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT name, source, start, value, evidence, settled FROM fact WHERE meter = ?"),
      arguments: [meter])
    return MeterKnowledge(
      try rows.map { row in
        let name: String = try row.decode(forColumn: "name")
        let source: String = try row.decode(forColumn: "source")
        guard let known = MeterFact.Name(rawValue: name), let from = MeterFact.Source(rawValue: source) else {
          throw StoreError("\(path): the fact \"\(name)\" is not one that this program knows. Upgrade this program.")
        }
        return try MeterFact(
          known, row.decode(forColumn: "value"), source: from,
          start: UTCTime(milliseconds: row.decode(forColumn: "start")), evidence: row.decode(forColumn: "evidence"),
          settled: UTCTime(milliseconds: row.decode(forColumn: "settled")))
      })
  }

  /// Puts what is learned of a meter in the place of what was.
  static func replaceLearned(_ knowledge: MeterKnowledge, of meter: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM fact WHERE meter = ? AND source = 'learned'", arguments: [meter])
    try DigestTable.open(.fact, db)
    for fact in knowledge.facts where fact.source == .learned { try insert(fact, meter, db) }
  }

  /// Replaces what was set under the name from the same instant on.
  static func set(_ fact: MeterFact, of meter: Int64, _ db: Database) throws {
    try DigestTable.open(.fact, db)
    try insert(fact, meter, db)
  }

  /// Forgets all that was set under the name; what was learned counts again.
  static func unset(_ name: MeterFact.Name, of meter: Int64, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM fact WHERE meter = ? AND name = ? AND source = 'set'", arguments: [meter, name.rawValue])
    try DigestTable.open(.fact, db)
  }

  private static func insert(_ fact: MeterFact, _ meter: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        REPLACE INTO fact (meter, name, source, start, value, evidence, settled) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        meter, fact.name.rawValue, fact.source.rawValue, fact.start.milliseconds, fact.value, fact.evidence,
        fact.settled.milliseconds,
      ])
  }
}
