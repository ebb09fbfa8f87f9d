internal import GRDB
internal import Metering

/// The zone of the logger, written out for the view `days` (SQLite knows none but the host's); days are made by it.
enum ZoneTable {
  static func name(_ db: Database) throws -> String? { try String.fetchOne(db, sql: "SELECT name FROM zone LIMIT 1") }

  /// True when it was another one before.
  static func note(_ zone: Zone, _ db: Database) throws -> Bool {
    let name = try name(db)
    guard name != zone.identifier else { return false }
    try db.execute(sql: "DELETE FROM zone")
    for transition in zone.transitions {
      try db.execute(
        sql: "INSERT INTO zone (start, offset_s, name) VALUES (?, ?, ?)",
        arguments: [transition.start.milliseconds, transition.offset, zone.identifier])
    }
    return name != nil
  }
}
