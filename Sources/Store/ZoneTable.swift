internal import GRDB
internal import Metering

/// The zone of the logger, written out for the view `days`: SQLite knows none but the host's.
enum ZoneTable {
  static func note(_ zone: Zone, _ db: Database) throws {
    let name = try String.fetchOne(db, sql: "SELECT name FROM zone LIMIT 1")
    guard name != zone.identifier else { return }
    try db.execute(sql: "DELETE FROM zone")
    for transition in zone.transitions {
      try db.execute(
        sql: "INSERT INTO zone (start, offset_s, name) VALUES (?, ?, ?)",
        arguments: [transition.start.milliseconds, transition.offset, zone.identifier])
    }
  }
}
