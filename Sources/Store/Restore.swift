import Foundation
internal import GRDB
package import Metering

/// What a log that was put back holds, and where the one before it is.
package struct RestoreResult: Hashable, Sendable {
  package let counts: BackupResult
  /// Nil when there was none.
  package let kept: String?
}

extension Backup {
  /// Puts a copy in the place of a log: checks it, copies it beside the log, and exchanges the two in one step.
  ///
  /// The present log stays as `ams.sqlite.replaced-20260115T130000Z`; the new one has its owner and its rights. Errors: the copy
  /// is no log, a newer release's, damaged, has a sealed day that is not as it was, or something beside it that is not of it; a
  /// logger has the log open; no room or no permission. Then all is as before.
  package static func restore(from copy: String, to path: String, now: UTCTime) throws(StoreError) -> RestoreResult {
    let source = try DatabaseFile(path: copy, for: .reading)
    let file = try DatabaseFile(path: path, for: .writing)
    guard source.resolvedPath != file.resolvedPath else {
      throw StoreError("\(copy) is the log itself. Name a backup of it.")
    }
    try checkCompanions(of: source)
    let target = file.resolvedPath
    let part = target + ".restore"
    func dropPart() { for ending in ["", "-wal", "-shm", "-journal"] { unlink(part + ending) } }
    do {
      let lock = try WriterLock(of: file)
      try FileSwap.finish(at: target)
      dropPart()
      defer { dropPart() }
      let counts = try checkedCopy(of: source, to: part)
      try file.handOver(part)
      let isThere = access(target, F_OK) == 0
      let kept = try FileSwap.nameToKeep(target, as: .replaced, at: now)
      try FileSwap.put(part, inPlaceOf: target, keepingAs: kept)
      lock.release()
      return RestoreResult(counts: counts, kept: isThere ? kept : nil)
    } catch {
      throw StoreError(error, path: copy)
    }
  }

  /// A write-ahead log beside a copy is a part of it where the copy says that it has one, and is copied with it. SQLite would
  /// read any other, too, and a journal cannot be looked past.
  private static func checkCompanions(of source: DatabaseFile) throws(StoreError) {
    let path = source.resolvedPath
    if Companion.journal.isFilled(beside: path) {
      throw StoreError(
        "\(path)\(Companion.journal.rawValue) tells of a change to \(source.path) that was not finished. "
          + "Restore another copy, or open this one once with sqlite3, which takes that change back.")
    }
    if Companion.writeAheadLog.isFilled(beside: path), try !Companion.hasWriteAheadLog(source) {
      throw StoreError(
        "\(path)\(Companion.writeAheadLog.rawValue) is of another file than \(source.path). Move it away, and restore again."
      )
    }
  }

  private static func checkedCopy(of source: DatabaseFile, to part: String) throws -> BackupResult {
    let faults = try LogReader.integrityFaults(path: source.path)
    guard faults.isEmpty else {
      throw StoreError("\(source.path) is damaged: \(faults[0]). Restore an older copy.", .damagedLog)
    }
    let before = try LogReader.reading(source) { queue in
      let before = try queue.read { db in try counts(db) }
      try copy(queue, to: part)
      return before
    }
    let result = try check(part, atLeast: before)
    if let fault = result.faults.first {
      throw StoreError(
        "\(source.path) is damaged: \(fault.text). Restore an older copy, or accept this one as it is: "
          + "ams-logger check --accept --database \(source.path)",
        .damagedLog)
    }
    return result
  }
}
