internal import GRDB

/// Why the database could not be opened, read or written: a sentence that says where, and what to do about it.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: String

  init(_ message: String) {
    self.message = message
  }

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
      self.init("\(path): the disk is full. Free some space and start again; all that was committed is safe.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        "\(path): another program keeps the database locked. "
          + "Close it (a sqlite3 shell inside a transaction, a file sync, a second logger) and start again.")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self = .notWritable(path)
    case .SQLITE_CANTOPEN:
      self.init("\(path): cannot be opened. Let this user read and write the file and its folder.")
    case .SQLITE_CORRUPT:
      self = .damaged(path, detail)
    case .SQLITE_NOTADB:
      self.init("\(path) is not an SQLite database. Point --database at another file.")
    case .SQLITE_IOERR:
      self.init("\(path): the disk failed (\(detail)). Check the disk, its cable and the system log, then start again.")
    case .SQLITE_CONSTRAINT:
      self.init(
        "\(path): a row breaks a rule of the schema (\(detail)). Nothing of its batch was stored; please report it.")
    default:
      self.init("\(path): \(detail) (SQLite error \(error.extendedResultCode.rawValue)).")
    }
  }

  private static func damaged(_ path: String, _ detail: String) -> StoreError {
    StoreError(
      "\(path): the database is damaged (\(detail)). "
        + "Keep a copy of it, then rescue its rows with: sqlite3 \(path) .recover")
  }

  static func notWritable(_ path: String) -> StoreError {
    StoreError(
      "\(path): no permission to write. "
        + "Let this user write the file and its folder, or point --database at another file.")
  }
}
