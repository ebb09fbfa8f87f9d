import Foundation
internal import GRDB
internal import GRDBSQLite

/// Lets a long statement run for so long and no longer.
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
