import Foundation
internal import GRDB
package import Metering

/// A damaged log that was set aside: where it is, and what of it is in the new one.
package struct SetAside: Hashable, Sendable {
  /// What the disk had room for, of all that could be read.
  package enum Room: Hashable, Sendable {
    case all
    /// Without them, what is known of their quarter hours is in the new log.
    case allButSamples
    case nothing
  }

  /// The damaged file, as it was.
  package let kept: String
  /// What is wrong with it.
  package let reason: String
  /// Rows by table that are in the new log.
  package let rows: [String: Int]
  /// Pages in use that could not be read, and rows that made no sense.
  package let lostPages: Int
  package let lostRows: Int
  /// What is not in the new log for want of room is in the damaged file alone.
  package let room: Room

  /// For a person.
  package var text: String {
    "the log was damaged (\(reason)) and is kept as \(kept); \(found)"
  }

  private var found: String {
    let samples = ["power_sample", "phase_sample"]
    let tables = ["meter", "register_snapshot"] + (room == .all ? samples : []) + ["correction"]
    let saved = tables.map { table in "\(rows[table, default: 0]) of \(table)" }.joined(separator: ", ")
    let lost = "lost: \(lostPages) pages and \(lostRows) rows that make no sense"
    return switch room {
    case .all: "rows saved: \(saved); \(lost)"
    case .allButSamples:
      "rows saved: \(saved); no room on the disk for the samples, which are in that file alone; \(lost)"
    case .nothing: "no room on the disk to save its rows"
    }
  }
}

/// What is known against a log before it is opened.
package enum Suspicion: Hashable, Sendable {
  case none
  /// SQLite found damage while it was in use.
  case suspect
  /// SQLite found damage again after the log had been opened as a suspect, and the check had found nothing.
  case proven
}

/// How far `openOrSetAside` goes.
struct SetAsideLimits {
  /// How long a log that was not closed in good order is looked at.
  var checkSeconds: Int64 = 10
  /// Pages that the new log may have, for tests of a full disk.
  var pages: Int?
}

extension LogWriter {
  /// Opens a log as `init` does; one that is damaged is set aside, and a new one has all of its rows that can be read.
  ///
  /// A log that was not closed in good order (there is a write-ahead log beside it) is looked through first, for ten seconds
  /// at most. The damaged file is renamed to `ams.sqlite.damaged-20260115T130000Z`, never changed or deleted; what is beside it
  /// goes with it. Until the new log is complete the damaged one stays where it is, so who is interrupted begins anew.
  ///
  /// - Parameter now: for the name and the event.
  /// - Parameter suspicion: a suspect is looked through in any case, and what cannot be looked through in that time is damaged;
  ///   after a proof nothing is asked any more, because the check does not see everything.
  /// - Parameter progress: called every few seconds at least while rows are saved, which may take half an hour.
  ///
  /// Errors: as for `init`; a file that is no log of ours is never touched.
  package static func openOrSetAside(
    path: String, zone: Zone, now: UTCTime, suspicion: Suspicion = .none, progress: () -> Void = {}
  ) throws(StoreError) -> (writer: LogWriter, setAside: SetAside?) {
    try openOrSetAside(
      path: path, zone: zone, now: now, suspicion: suspicion, limits: SetAsideLimits(), progress: progress)
  }

  static func openOrSetAside(
    path: String, zone: Zone, now: UTCTime, suspicion: Suspicion, limits: SetAsideLimits, progress: () -> Void
  ) throws(StoreError) -> (writer: LogWriter, setAside: SetAside?) {
    let file = try DatabaseFile(path: path, for: .writing)
    let isUnclean = !file.fingerprint.isComplete
    let reason: String
    do {
      let writer = try LogWriter(path: path, zone: zone)
      guard let fault = try writer.fault(suspicion, isUnclean: isUnclean, limits) else { return (writer, nil) }
      try writer.close()
      reason = fault
    } catch {
      guard try isOurs(file, error) else { throw error }
      reason = error.detail
    }
    let damaged = DamagedLog(path: file.resolvedPath, reason: reason, zone: zone, now: now, limits: limits)
    let aside = try damaged.replace(file, progress)
    return (try LogWriter(path: path, zone: zone), aside)
  }

  /// Why the log is to be set aside; nil when it is not.
  private func fault(
    _ suspicion: Suspicion, isUnclean: Bool, _ limits: SetAsideLimits
  ) throws(StoreError) -> String? {
    if suspicion == .none, !isUnclean { return nil }
    if suspicion == .proven { return "SQLite finds damage in use that its check does not see" }
    switch try quickCheck(seconds: limits.checkSeconds) {
    case .sound: return nil
    case .faults(let faults): return faults.first
    case .unfinished:
      guard suspicion == .suspect else { return nil }
      return "SQLite found damage in use, and its check was not done in \(limits.checkSeconds) s"
    }
  }

  /// The first that SQLite's quick check finds.
  private func quickCheck(seconds: Int64) throws(StoreError) -> LogReader.QuickCheck {
    do {
      return try queue.writeWithoutTransaction { db in
        try TimeLimit.run(db, seconds: seconds) {
          let faults = try String.fetchAll(db, sql: "PRAGMA quick_check(1)").filter { $0 != "ok" }
          return faults.isEmpty ? .sound : .faults(faults)
        } ?? .unfinished
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB {
      return .faults([error.message ?? "damaged"])
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
