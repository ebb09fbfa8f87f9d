import Foundation
internal import GRDB
internal import Metering

/// Puts a new log in the place of a damaged one, with as much of it as can be read and as the disk has room for.
struct DamagedLog {
  let path: String
  let reason: String
  let zone: Zone
  let now: UTCTime
  let limits: SetAsideLimits

  private var part: String { path + ".salvage" }

  /// - Parameter file: the log at `path`, for its lock.
  func replace(_ file: DatabaseFile, _ progress: () -> Void) throws(StoreError) -> SetAside {
    do {
      let lock = try WriterLock(of: file)
      let kept = try FileSwap.nameToKeep(path, as: .damaged, at: now)
      let aside = try salvage(keptAs: kept, progress)
      try FileSwap.put(part, inPlaceOf: path, keepingAs: kept)
      lock.release()
      return aside
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Makes the new log beside the damaged one. Where there is no room for the samples it has all but these, and at worst nothing.
  private func salvage(keptAs kept: String, _ progress: () -> Void) throws -> SetAside {
    for room in [SetAside.Room.all, .allButSamples] {
      do {
        return try fill(room, keptAs: kept, progress)
      } catch let error where StoreError(error, path: part).isNoSpace {
        // The next one needs less.
      }
    }
    return try fill(.nothing, keptAs: kept, progress)
  }

  private func fill(_ room: SetAside.Room, keptAs kept: String, _ progress: () -> Void) throws -> SetAside {
    for ending in ["", "-wal", "-journal", "-shm", "-lock"] { unlink(part + ending) }
    let writer = try LogWriter(path: part, zone: zone)
    try writer.queue.writeWithoutTransaction { db in
      // Who is interrupted begins anew: one sync is enough, when the log is whole (`FileSwap`).
      try db.execute(sql: "PRAGMA synchronous = OFF")
      if room != .nothing, let pages = limits.pages { try db.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }
    var result = Salvage.Result()
    if room != .nothing {
      var salvage = try Salvage(of: path)
      result = try salvage.run(into: writer, withSamples: room == .all, progress: progress)
      _ = try writer.rebuild(progress: progress)
    }
    let aside = SetAside(
      kept: kept, reason: reason, rows: Dictionary(uniqueKeysWithValues: result.rows.map { ($0.rawValue, $1) }),
      lostPages: result.lostPages, lostRows: result.lostRows, room: room)
    var batch = LogWriter.Batch()
    batch.events = [LogEvent(time: now, kind: .salvaged, text: aside.text)]
    _ = try writer.append(batch)
    // SQLite says nothing of a disk that is full when it is closed.
    try writer.queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    try writer.close()
    return aside
  }
}
