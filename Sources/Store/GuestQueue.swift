internal import Dispatch
internal import GRDB

/// A connection to a log for a short write of a program that is not its logger, while that writes or while none runs.
enum GuestQueue {
  /// Errors: there is no log, it may not be written, it is not a log, or its schema is newer or older than this program's.
  static func open(path: String) throws -> DatabaseQueue {
    let file = try DatabaseFile(path: path, for: .reading)
    _ = try DatabaseFile(path: path, for: .writing)
    var configuration = Configuration()
    configuration.qos = .default
    configuration.busyMode = .timeout(10)
    let queue = try DatabaseQueue(path: file.openPath, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      switch try Schema.state(of: db, path: path) {
      case .empty: throw StoreError("\(path) holds no log yet. Start ams-logger first.")
      case .log(let count): try Schema.requireCurrent(count, path: path)
      }
      // Only the logger checkpoints: SQLite before 3.51.3 can in rare cases lose a commit when two connections of a
      // write-ahead log checkpoint and write at once. A guest makes one short commit.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    return queue
  }
}
