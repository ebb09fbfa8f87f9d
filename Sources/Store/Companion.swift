import Foundation

/// What SQLite has beside a database, by the ending of its name. Whatever stands there is read as a part of the file.
enum Companion: String, CaseIterable {
  case writeAheadLog = "-wal", sharedMemory = "-shm", journal = "-journal"

  /// Whether there is one beside the file that holds anything.
  func isFilled(beside path: String) -> Bool {
    var status = stat()
    return stat(path + rawValue, &status) == 0 && status.st_size > 0
  }

  /// Whether the header of a database says that it is one with a write-ahead log. A copy that `Backup` made says that it is not.
  ///
  /// Errors: it cannot be read.
  static func hasWriteAheadLog(_ file: DatabaseFile) throws(StoreError) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: file.path) else {
      throw StoreError("\(file.path): \(String(cString: strerror(errno)))")
    }
    defer { try? handle.close() }
    do {
      // The read version, octet 19: 1 for a rollback journal, 2 for a write-ahead log.
      let header = try handle.read(upToCount: 20) ?? Data()
      return header.count == 20 && header[19] == 2
    } catch {
      throw StoreError("\(file.path): \(error)")
    }
  }
}
