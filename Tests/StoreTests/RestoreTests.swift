import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// A backup comes back whole, and nothing that was there is lost for it.
@Suite struct RestoreTests {
  private func makeLog(_ path: String, samples: Int) throws {
    let writer = try LogWriter(path: path, zone: oslo)
    _ = try writer.meterKey(for: aidon, input: "port", seen: one)
    _ = try writer.append(
      LogWriter.Batch(
        (0..<samples).map { power(Int64($0), at: Int64($0) * 60_000) },
        registers: (0...100).map { snapshot(100_000 + $0 * 100, hours: $0) }))
    while try writer.keepHouse(now: one + .hours(100), retention: nil).hasMore {}
    try writer.close()
  }

  private func samples(_ path: String) throws -> Int { try LogReader(path: path).allSamples().count }

  /// Without what a reader leaves beside a log.
  private func files(_ folder: String) throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
      })
  }

  @Test func `a backup is put in the place of the log, which is kept`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 300)
      _ = try Backup.make(of: path, to: copy)
      var writer = try LogWriter(path: path, zone: oslo)
      _ = try writer.append(LogWriter.Batch([power(7, at: 999_000_000)]))
      #expect(throws: StoreError.self) { try Backup.restore(from: copy, to: path, now: one) }
      #expect(try samples(path) == 301)
      try writer.close()
      let result = try Backup.restore(from: copy, to: path, now: one)
      #expect(result.kept == path + ".replaced-20260115T130000Z")
      #expect(result.counts.samples == 300 && result.counts.meters == 1 && result.counts.registers == 101)
      #expect(try samples(path) == 300)
      #expect(try samples(try #require(result.kept)) == 301)
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      writer = try LogWriter(path: path, zone: oslo)
      #expect(try writer.append(LogWriter.Batch([power(7, at: 999_000_000)])).samples == 1)
      try writer.close()
      // Where there is no log, too; and the backup is as it was.
      try FileManager.default.removeItem(atPath: path)
      #expect(try Backup.restore(from: copy, to: path, now: one).kept == nil)
      #expect(try samples(path) == 300 && samples(copy) == 300)
      #expect(
        try files(folder) == ["ams.sqlite", "copy.sqlite", "ams.sqlite.replaced-20260115T130000Z"])
    }
  }

  @Test func `a backup that is damaged or no log is refused, and the log stays`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 3000)
      let before = try Data(contentsOf: URL(filePath: path))
      func refuses(_ from: String) throws {
        #expect(throws: StoreError.self) { try Backup.restore(from: from, to: path, now: one) }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(
          try files(folder).isSubset(of: ["ams.sqlite", "copy.sqlite"]))
      }
      try refuses(path)
      try refuses(copy)
      try Data("notes".utf8).write(to: URL(filePath: copy))
      try refuses(copy)
      try sql(folder + "/other") { try $0.execute(sql: "CREATE TABLE t (x)") }
      try FileManager.default.removeItem(atPath: copy)
      try FileManager.default.moveItem(atPath: folder + "/other", toPath: copy)
      try refuses(copy)
      try before.prefix(before.count / 2).write(to: URL(filePath: copy))
      try refuses(copy)
      // One value, which SQLite cannot know.
      try before.write(to: URL(filePath: copy))
      try sql(copy) {
        try $0.execute(
          sql: "UPDATE power_sample SET active_power_import_w = 5 WHERE k = (SELECT min(k) FROM power_sample)")
      }
      try refuses(copy)
    }
  }

  @Test func `a backup never takes the place of a better one`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 300)
      _ = try Backup.make(of: path, to: copy)
      let good = try Data(contentsOf: URL(filePath: copy))
      try sql(path) { try $0.execute(sql: "UPDATE rollup SET samples = 5 WHERE k = (SELECT min(k) FROM rollup)") }
      let error = #expect(throws: StoreError.self) { try Backup.make(of: path, to: copy) }
      #expect(error?.message.contains("meter 7359992890941742, 2026-01-15 (UTC), table rollup") == true)
      #expect(try Data(contentsOf: URL(filePath: copy)) == good)
      let other = try Backup.make(of: path, to: copy + ".other")
      #expect(other.faults.map(\.table) == ["rollup"])
    }
  }

  @Test func `what stands beside a backup is a part of it, or refused by its name`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 300)
      _ = try Backup.make(of: path, to: copy)
      let used = folder + "/used.sqlite"
      try FileManager.default.copyItem(atPath: copy, toPath: used)
      let writer = try LogWriter(path: used, zone: oslo)
      _ = try writer.append(LogWriter.Batch([power(7, at: 999_000_000)]))
      // The write-ahead log of a log that was copied by hand is a part of it ...
      let byHand = folder + "/by-hand.sqlite"
      for ending in ["", "-wal"] { try FileManager.default.copyItem(atPath: used + ending, toPath: byHand + ending) }
      #expect(try Backup.restore(from: byHand, to: path, now: one).counts.samples == 301)
      #expect(try samples(path) == 301)
      // ... and beside a copy that was made as one file, it is of another.
      let before = try Data(contentsOf: URL(filePath: path))
      for (ending, words) in [("-wal", "is of another file than"), ("-journal", "was not finished")] {
        try FileManager.default.copyItem(atPath: used + "-wal", toPath: copy + ending)
        let error = #expect(throws: StoreError.self) { try Backup.restore(from: copy, to: path, now: one) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(error?.message.contains(copy + ending) == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        try FileManager.default.removeItem(atPath: copy + ending)
      }
      try writer.close()
      #expect(try Backup.restore(from: copy, to: path, now: one).counts.samples == 300)
    }
  }

  @Test func `a journal beside the log that is replaced goes with it`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 300)
      _ = try Backup.make(of: path, to: copy)
      try Data("of the log before".utf8).write(to: URL(filePath: path + "-journal"))
      let kept = try #require(try Backup.restore(from: copy, to: path, now: one).kept)
      #expect(!FileManager.default.fileExists(atPath: path + "-journal"))
      #expect(FileManager.default.fileExists(atPath: kept + "-journal"))
    }
  }

  @Test func `a backup takes the place of one with the same faults, and not of one with fewer`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      try makeLog(path, samples: 300)
      func change(_ end: String) throws {
        try sql(path) {
          try $0.execute(sql: "UPDATE rollup SET samples = samples + 1 WHERE k = (SELECT \(end)(k) FROM rollup)")
        }
      }
      try change("min")
      #expect(try Backup.make(of: path, to: copy).faults.count == 1)
      let writer = try LogWriter(path: path, zone: oslo)
      _ = try writer.append(LogWriter.Batch([power(7, at: 999_000_000)]))
      try writer.close()
      #expect(try Backup.make(of: path, to: copy).faults.count == 1)
      #expect(try samples(copy) == 301)
      // The same day, and other rows.
      try change("min")
      #expect(throws: StoreError.self) { try Backup.make(of: path, to: copy) }
      #expect(try samples(copy) == 301)
    }
  }
}
