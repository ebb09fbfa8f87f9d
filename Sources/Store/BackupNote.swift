internal import GRDB
package import Metering

/// When a log was last copied, noted in the log itself.
extension Backup {
  /// Notes in the log at `path` that a good copy of it was made.
  ///
  /// Errors: this user may not write it; it is locked.
  package static func note(
    _ result: BackupResult, of path: String, to target: String, at time: UTCTime
  ) throws(StoreError) {
    do {
      let queue = try GuestQueue.open(path: path)
      let event = LogEvent(
        time: time, kind: .backup,
        text: "\(target): \(result.registers) register readings, \(result.samples) samples, checked")
      _ = try queue.write { db in try EventTable.append([event], db) }
      try queue.close()
    } catch {
      throw StoreError(error, path: path)
    }
  }
}

extension LogReader {
  /// When the newest copy that was noted was made; nil when none was.
  package func lastBackup() throws(StoreError) -> UTCTime? {
    try read { db in
      try Int64.fetchOne(
        db, sql: "SELECT max(time) FROM event WHERE kind = ?", arguments: [LogEvent.Kind.backup.rawValue]
      )
      .map(UTCTime.init(milliseconds:))
    }
  }
}
