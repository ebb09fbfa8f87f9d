import Foundation
internal import GRDB
internal import GRDBSQLite
package import Metering

extension LogReader {
  /// What came of a check that has not all the time of the world.
  package enum QuickCheck: Hashable, Sendable {
    case sound
    case faults([String])
    /// The time was over before anything was found.
    case unfinished
  }

  /// SQLite's quick check: the structure of the file, without its indexes. It reads all of the file, for at most about `span`.
  package func quickCheck(within span: TimeSpan) throws(StoreError) -> QuickCheck {
    let queue = queue
    // From outside: within its check of the structure SQLite before 3.41 asks no handler whether it is to go on. Again and
    // again, as an interruption that comes before the check has begun is lost.
    let clock = DispatchQueue(label: "quick check")
    let timer = DispatchSource.makeTimerSource(queue: clock)
    timer.setEventHandler { queue.interrupt() }
    timer.schedule(deadline: .now() + .milliseconds(Int(span.milliseconds)), repeating: .milliseconds(10))
    timer.resume()
    defer {
      timer.cancel()
      // What comes next on this connection is not to be interrupted.
      clock.sync {}
    }
    return try whileUnchanged { try LogReader.quickCheck(queue) }
  }

  private static func quickCheck(_ queue: DatabaseQueue) throws -> QuickCheck {
    do {
      let faults = try queue.read { db in try String.fetchAll(db, sql: "PRAGMA quick_check(20)") }.filter { $0 != "ok" }
      return faults.isEmpty ? .sound : .faults(faults)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      return .unfinished
    }
  }

  /// `3.40.1`: of the library that this program runs with.
  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
