import Foundation
internal import GRDB
internal import Metering

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
  private static let growing = ["meter", "register_snapshot", "correction"]
  private static let counted = growing + ["power_sample"]

  /// Copies the log at `path` to `target`, checks the copy, and only then puts it in the place of an older one.
  ///
  /// The copy is one file, as of one moment. Errors: as for reading; no room or no permission beside
  /// `target`; a logger writes to `target`; a copy that is not whole, which is deleted. An older copy stays until the new one is
  /// known to be good, and for good when a sealed day is not as it was that is right there: then another file has to be named.
  ///
  /// An older copy that was used as a log has its last commits beside it: it is kept with them, under another name.
  ///
  /// - Parameter isOlderKept: false: the new copy takes the place of the older one whatever its sealed days say.
  package static func make(
    of path: String, to target: String, isOlderKept: Bool = true
  ) throws(StoreError) -> BackupResult {
    let file = try DatabaseFile(path: path, for: .reading)
    let place = try DatabaseFile(path: target, for: .writing)
    let part = target + ".part"
    do {
      guard file.resolvedPath != place.resolvedPath else {
        throw StoreError("\(target) is the log itself. Name another file.")
      }
      func dropPart() { for ending in [""] + Companion.allCases.map(\.rawValue) { unlink(part + ending) } }
      dropPart()
      defer { dropPart() }
      let before = try LogReader.reading(file) { queue in
        let before = try countsOfLog(queue, path)
        try copy(queue, to: part)
        return before
      }
      let result = try check(part, atLeast: before)
      if isOlderKept { try checkIsNoWorse(result.faults, of: path, than: target) }
      try sync(file: part)
      try put(part, inPlaceOf: place)
      return result
    } catch {
      throw StoreError(error, path: target)
    }
  }

  private static func countsOfLog(_ queue: DatabaseQueue, _ path: String) throws(StoreError) -> [String: Int] {
    do {
      return try queue.read { db in
        guard case .log = try Schema.state(of: db, path: path) else { throw StoreError("\(path) holds no log yet.") }
        return try counts(db)
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// A copy with faults takes the place of one that has the same: refused, there would never be a copy of that name again.
  private static func checkIsNoWorse(_ faults: [DigestReport.Fault], of path: String, than target: String) throws {
    guard !faults.isEmpty, access(target, F_OK) == 0 else { return }
    let known = Set(try LogReader.checkDigests(path: target).faults)
    guard let fault = faults.first(where: { !known.contains($0) }) else { return }
    throw StoreError(
      "\(path) is damaged: \(fault.text). \(target) stays as it is: look with ams-logger check, or name another file.",
      .damagedLog)
  }

  private static func put(_ part: String, inPlaceOf place: DatabaseFile) throws {
    // A logger that writes to the older copy would go on in a file without a name.
    guard access(place.resolvedPath + "-lock", F_OK) == 0 else { return try swap(part, place.resolvedPath) }
    let lock = try WriterLock(of: place)
    try swap(part, place.resolvedPath)
    lock.release()
  }

  /// What stands beside the older copy would be read as a part of the new one.
  private static func swap(_ part: String, _ target: String) throws {
    try FileSwap.finish(at: target)
    if Companion.writeAheadLog.isFilled(beside: target) || Companion.journal.isFilled(beside: target) {
      return try FileSwap.put(
        part, inPlaceOf: target, keepingAs: FileSwap.nameToKeep(target, as: .replaced, at: .ofHost))
    }
    for companion in Companion.allCases where unlink(target + companion.rawValue) != 0 && errno != ENOENT {
      throw StoreError("\(target)\(companion.rawValue): \(String(cString: strerror(errno)))")
    }
    guard rename(part, target) == 0 else { throw StoreError("\(target): \(String(cString: strerror(errno)))") }
    try sync(file: (target as NSString).deletingLastPathComponent)
  }

  /// Page by page, in one go: readers do not stop a writer. (VACUUM INTO fails on generated columns in SQLite 3.40.)
  ///
  /// Errors: of the copy, by its name.
  static func copy(_ queue: DatabaseQueue, to part: String) throws(StoreError) {
    do {
      let target = try DatabaseQueue(path: part)
      try queue.backup(to: target)
      // One file, with nothing beside it.
      try target.writeWithoutTransaction { db in
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete" else {
          throw StoreError("\(part): the copy cannot be made a single file. Copy to a local disk.")
        }
      }
      try target.close()
    } catch {
      throw StoreError(error, path: part)
    }
  }

  /// Opens the copy as a stranger would, and compares it with what the log had before.
  static func check(_ copy: String, atLeast before: [String: Int]) throws -> BackupResult {
    let faults = try LogReader.integrityFaults(path: copy)
    guard faults.isEmpty else { throw StoreError("\(copy) is damaged: \(faults[0]). Check the disk.", .damagedLog) }
    var configuration = Configuration()
    configuration.qos = .default
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
    guard fsync(number) == 0 else {
      throw StoreError("\(path): \(String(cString: strerror(errno)))", errno == ENOSPC ? .noSpace : .other)
    }
  }
}
