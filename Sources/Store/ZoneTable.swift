internal import GRDB
internal import Metering

/// The zone of the logger, written out for the view `days` (SQLite knows none but the host's); days are made by it.
enum ZoneTable {
  /// The name of the zone of a log; nil for a new one.
  static func name(_ db: Database) throws -> String? { try String.fetchOne(db, sql: "SELECT name FROM zone LIMIT 1") }

  /// Whether local time is the same here, whatever the name: Oslo and Stockholm.
  static func agrees(with zone: Zone, _ db: Database) throws -> Bool {
    let stored = try Row.fetchAll(db, sql: "SELECT start, offset_s FROM zone ORDER BY start")
    guard stored.count == zone.transitions.count else { return false }
    return try zip(stored, zone.transitions).allSatisfy { row, transition in
      try row.decode(Int64.self, forColumn: "start") == transition.start.milliseconds
        && row.decode(Int.self, forColumn: "offset_s") == transition.offset
    }
  }

  /// True when local time was another before.
  static func note(_ zone: Zone, _ db: Database) throws -> Bool {
    let before = try name(db)
    guard before != zone.identifier else { return false }
    let isSame = try agrees(with: zone, db)
    try db.execute(sql: "DELETE FROM zone")
    for transition in zone.transitions {
      try db.execute(
        sql: "INSERT INTO zone (start, offset_s, name) VALUES (?, ?, ?)",
        arguments: [transition.start.milliseconds, transition.offset, zone.identifier])
    }
    return before != nil && !isSame
  }
}
