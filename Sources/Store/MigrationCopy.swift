import Foundation
internal import GRDB
internal import Metering
internal import Migrations

/// The copy of a log of an older release that is made beside it before its schema changes: `ams.sqlite.before-0004_ledger`.
///
/// A migration is one transaction, and leaves the log as it was when it fails: the copy is for those who want to go back. So a
/// disk without room for it does not keep the logger from logging.
struct MigrationCopy {
  let path: String
  /// The first step that the log lacks, and the last.
  let next: String
  let last: String

  /// Copies that are kept, the newest.
  private static let kept = 2

  /// Nil where nothing is to be brought up to date.
  static func due(_ file: DatabaseFile, _ queue: DatabaseQueue) throws -> MigrationCopy? {
    let state = try queue.read { db in try Schema.state(of: db, path: file.path) }
    guard case .log(let count) = state, count < Migration.all.count, let last = Migration.all.last else { return nil }
    return MigrationCopy(path: file.resolvedPath, next: Migration.all[count].name, last: last.name)
  }

  private var folder: String { (path as NSString).deletingLastPathComponent }
  private var prefix: String { (path as NSString).lastPathComponent + ".before-" }

  /// Makes the copy; an event that says so where there is no room for it.
  ///
  /// Errors: as for `Backup.make`, but for want of room.
  func make(room: (String) -> Int64?) throws -> LogEvent? {
    let size = octets(of: path) + octets(of: path + Companion.writeAheadLog.rawValue)
    let need = size + size / 10
    if let free = room(folder), free < need { return noCopy("\(need) octets, and \(free) are free") }
    do {
      // One that is there is of a start that was interrupted: the log is what it was.
      _ = try Backup.make(of: path, to: "\(path).before-\(next)", isOlderKept: false)
    } catch {
      guard error.isNoSpace else { throw error }
      return noCopy("more than there is")
    }
    return nil
  }

  private func noCopy(_ need: String) -> LogEvent {
    LogEvent(
      time: .ofHost, kind: .migrated,
      text: "brought up to \(last) without a copy of the log as it was before \(next): on its disk that needs \(need)")
  }

  /// Deletes the copies before the two newest: each is as large as the log was. Returns an event where that cannot be: it is no
  /// reason not to log.
  func dropOlder() -> LogEvent? {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      for copy in names.filter(isCopy).sorted().dropLast(MigrationCopy.kept) {
        try FileManager.default.removeItem(atPath: (folder as NSString).appendingPathComponent(copy))
      }
      return nil
    } catch {
      return LogEvent(
        time: .ofHost, kind: .migrated,
        text: "copies before the two newest cannot be deleted: \(error.localizedDescription)")
    }
  }

  /// Of our own names alone: those of a step that there is.
  private func isCopy(_ name: String) -> Bool {
    name.hasPrefix(prefix) && Migration.all.contains { $0.name == name.dropFirst(prefix.count) }
  }

  private func octets(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Octets that this user may still write in a folder; nil where that cannot be asked.
  static func room(_ folder: String) -> Int64? {
    var room = statvfs()
    guard statvfs(folder, &room) == 0 else { return nil }
    return Int64(clamping: UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize)).partialValue)
  }
}
