import Foundation
internal import GRDB

/// What a copy of a log holds, counted in the copy itself.
package struct BackupResult: Hashable, Sendable {
  package var meters = 0
  package var registers = 0
  package var samples = 0
  package var octets = 0
  /// What the digests of the copy found, as they would in the log itself.
  package var faults: [DigestReport.Fault] = []

  package init() {}
}

/// A whole copy of a log, made while a logger writes to it.
package enum Backup {
  /// The tables that only grow.
  private static let growing = ["meter", "register_snapshot", "correction", "event"]
  private static let counted = growing + ["power_sample"]

  /// Copies the log at `path` to `target`, checks the copy, and only then puts it in the place of an older one.
  ///
  /// The copy is one file, as of one moment. Errors: as for reading; no room or no permission beside
  /// `target`; a copy that is not whole, which is deleted. An older copy stays until the new one is known to be good, and for
  /// good when a sealed day is not as it was: then another file has to be named.
  package static func make(of path: String, to target: String) throws(StoreError) -> BackupResult {
    let file = try DatabaseFile(path: path, for: .reading)
    let part = target + ".part"
    do {
      guard file.resolvedPath != (try DatabaseFile(path: target, for: .writing)).resolvedPath else {
        throw StoreError("\(target) is the log itself. Name another file.")
      }
      func dropPart() { for ending in ["", "-wal", "-shm", "-journal"] { unlink(part + ending) } }
      dropPart()
      defer { dropPart() }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: file.openPath, configuration: configuration)
      let before = try queue.read { db in
        guard case .log = try Schema.state(of: db, path: path) else { throw StoreError("\(path) holds no log yet.") }
        return try counts(db)
      }
      try copy(queue, to: part)
      try queue.close()
      let result = try check(part, atLeast: before)
      if let fault = result.faults.first, access(target, F_OK) == 0 {
        throw StoreError(
          "\(path) is damaged: \(fault.text). \(target) stays as it is: look with ams-logger check, or name another file.",
          .damagedLog)
      }
      try sync(file: part)
      guard rename(part, target) == 0 else { throw StoreError("\(target): \(String(cString: strerror(errno)))") }
      try sync(file: (target as NSString).deletingLastPathComponent)
      return result
    } catch {
      throw StoreError(error, path: target)
    }
  }

  /// Page by page, in one go: readers do not stop a writer. (VACUUM INTO fails on generated columns in SQLite 3.40.)
  static func copy(_ queue: DatabaseQueue, to part: String) throws {
    let target = try DatabaseQueue(path: part)
    try queue.backup(to: target)
    // One file, with nothing beside it.
    try target.writeWithoutTransaction { db in
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete" else {
        throw StoreError("\(part): the copy cannot be made a single file. Copy to a local disk.")
      }
    }
    try target.close()
  }

  /// Opens the copy as a stranger would, and compares it with what the log had before.
  static func check(_ copy: String, atLeast before: [String: Int]) throws -> BackupResult {
    let faults = try LogReader.integrityFaults(path: copy)
    guard faults.isEmpty else { throw StoreError("\(copy) is damaged: \(faults[0]). Check the disk.", .damagedLog) }
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: copy, configuration: configuration)
    let found = try queue.read { db in try counts(db) }
    try queue.close()
    for (table, count) in before where growing.contains(table) && found[table, default: 0] < count {
      throw StoreError(
        "\(copy) has \(found[table, default: 0]) rows of \(table) and not \(count). Try again; please report it.")
    }
    var status = stat()
    guard stat(copy, &status) == 0 else { throw StoreError("\(copy): \(String(cString: strerror(errno)))") }
    var result = BackupResult()
    result.meters = found["meter", default: 0]
    result.registers = found["register_snapshot", default: 0]
    result.samples = found["power_sample", default: 0]
    result.octets = Int(status.st_size)
    result.faults = try LogReader.checkDigests(path: copy).faults
    return result
  }

  static func counts(_ db: Database) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for table in counted where try db.tableExists(table) {
      counts[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
    }
    return counts
  }

  /// What is not synced may be gone after a power cut, name and all.
  static func sync(file path: String) throws {
    let number = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw StoreError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(number) }
    guard fsync(number) == 0 else { throw StoreError("\(path): \(String(cString: strerror(errno)))") }
  }
}
