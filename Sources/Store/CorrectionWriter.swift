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
    self.path = path
    do {
      queue = try GuestQueue.open(path: path)
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
