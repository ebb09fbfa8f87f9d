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

  /// Link events that are kept: a line that comes and goes each minute would fill the disk with them in the end.
  static let linksKept = 10_000
  /// Rows that one transaction deletes at most.
  static let linksAtOnce = 300
  private static let links = "('\(LogEvent.Kind.linkUp.rawValue)', '\(LogEvent.Kind.linkLost.rawValue)')"

  /// The newest, or all of them, of one kind or of any, in order of time.
  static func events(
    newest limit: Int?, of kind: LogEvent.Kind? = nil, _ db: Database, path: String
  ) throws -> [LogEvent] {
    try Row.fetchAll(
      db, sql: "SELECT time, kind, text FROM event WHERE kind = coalesce(?, kind) ORDER BY time DESC, id DESC LIMIT ?",
      arguments: [kind?.rawValue, limit ?? -1]
    ).reversed().map { row in
      let name: String = try row.decode(forColumn: "kind")
      guard let kind = LogEvent.Kind(rawValue: name) else {
        throw StoreError(
          "\(path): an event has the kind \"\(name)\", which this program does not know. Upgrade this program.")
      }
      return try LogEvent(
        time: UTCTime(milliseconds: row.decode(forColumn: "time")), kind: kind, text: row.decode(forColumn: "text"))
    }
  }

  /// The key of the event that came last; 0 where there is none.
  static func lastKey(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM event")) ?? 0
  }

  /// Deletes some of the oldest events of links, if there are more than are kept; returns how many. All other kinds stay for
  /// ever. The index by time is walked, so this is not for each second of years.
  static func thinLinks(_ db: Database) throws -> Int {
    try db.cachedStatement(
      sql: """
        DELETE FROM event WHERE id IN (
          SELECT id FROM event WHERE kind IN \(links) AND time < (
            SELECT time FROM event WHERE kind IN \(links) ORDER BY time DESC LIMIT 1 OFFSET ?)
          ORDER BY time LIMIT ?)
        """
    ).execute(arguments: [linksKept - 1, linksAtOnce])
    return db.changesCount
  }
}
