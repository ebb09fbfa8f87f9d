import Foundation
internal import GRDB

/// Why the database could not be opened, read or written: a sentence that says where, and what to do about it.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller may do about it.
  enum Kind: Hashable, Sendable {
    case other
    /// SQLite cannot make sense of the file: it is damaged, or no database at all.
    case damage
    /// What the file says of itself shows that it is a log, and a damaged one.
    case damagedLog
    /// The schema is other than it says.
    case schema
    case noSpace, busy
    /// The disk, or what this user may do on it.
    case host
  }

  package let message: String
  let kind: Kind
  /// Without the name of the file and the advice.
  var detail: String { shortDetail ?? message }
  private var shortDetail: String?

  init(_ message: String, _ kind: Kind = .other) {
    self.message = message
    self.kind = kind
  }

  /// The file is damaged, or no database (SQLITE_CORRUPT, SQLITE_NOTADB). Waiting does not help.
  package var isDamage: Bool { kind == .damage || kind == .damagedLog }
  /// There is no room on the disk (SQLITE_FULL).
  package var isNoSpace: Bool { kind == .noSpace }
  /// Another program has the database locked (SQLITE_BUSY, SQLITE_LOCKED): try again.
  package var isBusy: Bool { kind == .busy }
  /// Some row was refused for what it says: others may be taken.
  package var isOfRows: Bool { kind == .other }

  package var description: String { message }
}

extension StoreError {
  /// Translates whatever was thrown while the database at `path` was in use.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self.init(error, path: path)
    case let error as RowDecodingError: self = .damaged(path, String(describing: error))
    default: self.init("\(path): \(error)")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        "\(path): the disk is full. Free some space; all that was committed is safe.", .noSpace)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        "\(path): another program keeps the database locked. "
          + "Close it (a sqlite3 shell inside a transaction, a file sync, a second logger).", .busy)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self = .notWritable(path)
    case .SQLITE_CANTOPEN:
      self.init("\(path): cannot be opened. Let this user read and write the file and its folder.", .host)
    case .SQLITE_CORRUPT:
      self = .damaged(path, detail)
    case .SQLITE_NOTADB:
      self.init("\(path) is not an SQLite database. Point --database at another file.", .damage)
    case .SQLITE_IOERR where StoreError.hasNoRoom(path):
      self.init("\(path): the disk is full (\(detail)). Free some space; all that was committed is safe.", .noSpace)
    case .SQLITE_IOERR:
      self.init(
        "\(path): the disk failed (\(detail)). Check the disk, its cable and the system log.", .host)
    case .SQLITE_CONSTRAINT:
      self.init(
        "\(path): a row breaks a rule of the schema (\(detail)). Nothing of its batch was stored; please report it.")
    case .SQLITE_ERROR: self.init("\(path): \(detail) (SQLite error 1).", .schema)
    default:
      self.init("\(path): \(detail) (SQLite error \(error.extendedResultCode.rawValue)).")
    }
  }

  /// Some errors of the disk are want of room: SQLite cannot always tell.
  private static func hasNoRoom(_ path: String) -> Bool {
    var room = statvfs()
    guard statvfs((path as NSString).deletingLastPathComponent, &room) == 0 else { return false }
    return room.f_bavail == 0
  }

  static func damaged(_ path: String, _ detail: String) -> StoreError {
    var error = StoreError(
      "\(path): the database is damaged (\(detail)). "
        + "Keep a copy of it. ams-logger run sets it aside, saves its rows to a new one, and goes on.", .damage)
    error.shortDetail = detail
    return error
  }

  static func notWritable(_ path: String) -> StoreError {
    StoreError(
      "\(path): no permission to write. "
        + "Let this user write the file and its folder, or point --database at another file.", .host)
  }
}
