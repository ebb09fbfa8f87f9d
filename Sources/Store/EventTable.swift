internal import GRDB
internal import Metering

/// Rows of `event`, to and from the value.
enum EventTable {
  /// Appends what is not there yet; returns how many were new.
  static func append(_ events: [LogEvent], _ db: Database) throws -> Int {
    guard !events.isEmpty else { return 0 }
    let insertion = try db.cachedStatement(sql: "INSERT OR IGNORE INTO event (time, kind, text) VALUES (?, ?, ?)")
    var inserted = 0
    for event in events {
      try insertion.execute(arguments: [event.time.milliseconds, event.kind.rawValue, event.text])
      inserted += db.changesCount
    }
    return inserted
  }

  /// The newest of a kind, in order of time.
  static func newest(_ count: Int, of kind: LogEvent.Kind, _ db: Database) throws -> [LogEvent] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT time, text FROM event WHERE kind = ? ORDER BY time DESC, id DESC LIMIT ?",
      arguments: [kind.rawValue, count])
    return try rows.reversed().map { row in
      try LogEvent(
        time: UTCTime(milliseconds: row.decode(forColumn: "time")), kind: kind, text: row.decode(forColumn: "text"))
    }
  }

  /// All of them, in order of time.
  static func all(_ db: Database, path: String) throws -> [LogEvent] {
    try Row.fetchAll(db, sql: "SELECT time, kind, text FROM event ORDER BY time, id").map { row in
      let name: String = try row.decode(forColumn: "kind")
      guard let kind = LogEvent.Kind(rawValue: name) else {
        throw StoreError(
          "\(path): an event has the kind \"\(name)\", which this program does not know. Upgrade this program.")
      }
      return try LogEvent(
        time: UTCTime(milliseconds: row.decode(forColumn: "time")), kind: kind, text: row.decode(forColumn: "text"))
    }
  }
}
