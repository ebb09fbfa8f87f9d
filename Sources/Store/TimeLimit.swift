import Foundation
internal import GRDB
internal import GRDBSQLite

/// Lets a long statement run for so long and no longer.
///
/// While SQLite checks the structure of a file, releases before 3.41 ask nobody: that part is done to its end, however long it
/// takes, and the time counts for what follows. Later ones stop there too, so of a big file a check that was stopped says little.
enum TimeLimit {
  /// What `body` says; nil when the time was over first.
  static func run<Result>(_ db: Database, seconds: Int64, _ body: () throws -> Result?) throws -> Result? {
    let end = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    end.initialize(to: DispatchTime.now().uptimeNanoseconds + UInt64(clamping: seconds) * 1_000_000_000)
    sqlite3_progress_handler(
      db.sqliteConnection, 10_000,
      { end in
        guard let end = end?.assumingMemoryBound(to: UInt64.self) else { return 0 }
        return DispatchTime.now().uptimeNanoseconds > end.pointee ? 1 : 0
      }, end)
    defer {
      sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil)
      end.deallocate()
    }
    do {
      return try body()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
      return nil
    }
  }
}
