import Foundation
internal import GRDB
package import Metering

/// A damaged log that was set aside: where it is, and what of it is in the new one.
package struct SetAside: Hashable, Sendable {
  /// The damaged file, as it was.
  package let kept: String
  /// What is wrong with it.
  package let reason: String
  /// Rows by table that are in the new log.
  package let rows: [String: Int]
  /// Pages in use that could not be read, and rows that made no sense.
  package let lostPages: Int
  package let lostRows: Int
  /// There was no room for the rows: all of them are in the damaged file alone.
  package let isForWantOfRoom: Bool

  /// For a person.
  package var text: String {
    let saved = ["meter", "register_snapshot", "power_sample", "phase_sample", "correction"].map { table in
      "\(rows[table, default: 0]) of \(table)"
    }
    let found =
      isForWantOfRoom
      ? "no room on the disk to save its rows"
      : "rows saved: \(saved.joined(separator: ", ")); lost: \(lostPages) pages and \(lostRows) rows that make no sense"
    return "the log was damaged (\(reason)) and is kept as \(kept); \(found)"
  }
}

extension LogWriter {
  /// How long a log that was not closed in good order is looked at.
  private static let longestCheck: Int64 = 10

  /// Opens a log as `init` does; one that is damaged is set aside, and a new one has all of its rows that can be read.
  ///
  /// A log that was not closed in good order (there is a write-ahead log beside it) is looked through first, for ten seconds
  /// at most. The damaged file is renamed to `ams.sqlite.damaged-20260115T130000Z`, never changed or deleted; what is beside it
  /// goes with it. Until the new log is complete the damaged one stays where it is, so who is interrupted begins anew.
  ///
  /// - Parameter now: for the name and the event.
  /// - Parameter isSuspect: look through it in any case: SQLite found damage while it was in use.
  ///
  /// Errors: as for `init`; a file that is no log of ours is never touched.
  package static func openOrSetAside(
    path: String, zone: Zone, now: UTCTime, isSuspect: Bool = false
  ) throws(StoreError) -> (writer: LogWriter, setAside: SetAside?) {
    let file = try DatabaseFile(path: path, for: .writing)
    let isUnclean = isSuspect || !file.fingerprint.isComplete
    let reason: String
    do {
      let writer = try LogWriter(path: path, zone: zone)
      guard isUnclean, let fault = try writer.quickFault(seconds: longestCheck) else { return (writer, nil) }
      try writer.close()
      reason = fault
    } catch {
      guard try isOurs(file, error) else { throw error }
      reason = error.detail
    }
    let aside = try DamagedLog(file: file, reason: reason, zone: zone, now: now).replace()
    let writer = try LogWriter(path: path, zone: zone)
    var batch = LogWriter.Batch()
    batch.events = [LogEvent(time: now, kind: .salvaged, text: aside.text)]
    _ = try writer.append(batch)
    return (writer, aside)
  }

  /// What SQLite's quick check finds first; nil when it finds nothing in so many seconds.
  private func quickFault(seconds: Int64) throws(StoreError) -> String? {
    do {
      return try queue.writeWithoutTransaction { db in
        try TimeLimit.run(db, seconds: seconds) {
          try String.fetchOne(db, sql: "PRAGMA quick_check(1)").flatMap { $0 == "ok" ? nil : $0 }
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB {
      return error.message ?? "damaged"
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Whether a file that cannot be opened is a damaged log, and nobody else's.
  private static func isOurs(_ file: DatabaseFile, _ error: StoreError) throws(StoreError) -> Bool {
    switch error.kind {
    case .damagedLog: true
    case .damage, .schema: LogTraces.areIn(file.resolvedPath)
    case .other, .noSpace, .busy, .host: false
    }
  }
}

/// Puts a new log in the place of a damaged one.
private struct DamagedLog {
  let file: DatabaseFile
  let reason: String
  let zone: Zone
  let now: UTCTime

  func replace() throws(StoreError) -> SetAside {
    let path = file.resolvedPath
    let part = path + ".salvage"
    do {
      let lock = try WriterLock(of: file)
      let (result, isFull) = try salvage(from: path, to: part)
      let kept = try FileSwap.nameToKeep(path, as: .damaged, at: now)
      try FileSwap.put(part, inPlaceOf: path, keepingAs: kept)
      lock.release()
      return SetAside(
        kept: kept, reason: reason,
        rows: Dictionary(uniqueKeysWithValues: result.rows.map { ($0.rawValue, $1) }), lostPages: result.lostPages,
        lostRows: result.lostRows, isForWantOfRoom: isFull)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Makes the new log beside the damaged one; an empty one where the disk has no room for its rows.
  private func salvage(from path: String, to part: String) throws -> (Salvage.Result, isFull: Bool) {
    func drop() { for ending in ["", "-wal", "-shm", "-lock"] { unlink(part + ending) } }
    drop()
    do {
      let writer = try LogWriter(path: part, zone: zone)
      var salvage = try Salvage(of: path)
      let result = try salvage.run(into: writer)
      _ = try writer.rebuild()
      try writer.close()
      return (result, false)
    } catch let error where StoreError(error, path: part).isNoSpace {
      drop()
      try LogWriter(path: part, zone: zone).close()
      return (Salvage.Result(), true)
    }
  }
}

/// What tells that a file was a log, when SQLite cannot read it.
enum LogTraces {
  private static let magic = Array("SQLite format 3\0".utf8)
  /// Kind, name and table as they stand side by side in a row of the schema.
  private static let schema = Data("tableregister_snapshotregister_snapshot".utf8)

  /// Its header says so; or it has nothing but zeros, or no more than a part of a header, as a power cut leaves; or it is no
  /// text and has the schema of a log in it.
  static func areIn(_ path: String) -> Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped), !data.isEmpty else {
      return false
    }
    let header = [UInt8](data.prefix(100))
    if header.starts(with: magic.prefix(header.count)) {
      guard header.count == 100 else { return true }
      if header.bigEndian(at: 68, count: 4) == Int(Schema.applicationID) { return true }
    }
    if data.range(of: schema) != nil, data.contains(0) { return true }
    return data.allSatisfy { $0 == 0 }
  }
}
