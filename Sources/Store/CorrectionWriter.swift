package import Energy
internal import GRDB
internal import Metering

/// Adds corrections to a log, while a logger writes to it or while none runs. It writes nothing else.
package final class CorrectionWriter {
  private let path: String
  private let queue: DatabaseQueue

  /// Opens a log.
  ///
  /// Errors: there is none, it may not be written, it is not a log, or its schema is newer or older than this program's.
  package init(path: String) throws(StoreError) {
    let file = try DatabaseFile(path: path, for: .reading)
    _ = try DatabaseFile(path: path, for: .writing)
    self.path = path
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      queue = try DatabaseQueue(path: file.openPath, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        switch try Schema.state(of: db, path: path) {
        case .empty: throw StoreError("\(path) holds no log yet. Start ams-logger first.")
        case .log(let count): try Schema.requireCurrent(count, path: path)
        }
        // Only the logger checkpoints: SQLite before 3.51.3 can in rare cases lose a commit when two connections of a
        // write-ahead log checkpoint and write at once. A correction is one short commit.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        try db.execute(sql: "PRAGMA synchronous = FULL")
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Adds a correction of an hour of a meter, and returns when it is on the disk.
  package func append(_ correction: Correction, of meter: Int64) throws(StoreError) {
    do {
      try queue.write { db in try CorrectionTable.append(correction, of: meter, db) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  package func close() throws(StoreError) {
    do {
      try queue.close()
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
