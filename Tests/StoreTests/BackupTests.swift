import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

@Suite struct BackupTests {
  @Test func `a copy of a log that is being written is whole, and can be logged into`() throws {
    try withWriter { writer, path in
      _ = try writer.append(
        LogWriter.Batch([power(1, at: 0), power(2, at: 2500)], registers: [snapshot(100, hours: 0)]))
      let copy = path + ".copy"
      let result = try Backup.make(of: path, to: copy)
      #expect(result.meters == 1 && result.registers == 1 && result.samples == 2 && result.octets > 0)
      _ = try writer.append(LogWriter.Batch([power(3, at: 5000)]))
      #expect(try LogReader(path: copy).allSamples().count == 2)
      let restored = try LogWriter(path: copy, zone: oslo)
      #expect(try restored.append(LogWriter.Batch([power(1, at: 0), power(9, at: 9000)])).duplicates == 1)
      #expect(FileManager.default.fileExists(atPath: copy + ".part") == false)
    }
  }

  @Test func `the log knows when it was copied last, and another program may tell it while the logger writes`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      #expect(try LogReader(path: path).lastBackup() == nil)
      let result = try Backup.make(of: path, to: path + ".copy")
      for second: Int64 in [1_768_478_400, 1_768_478_500] {
        try Backup.note(result, of: path, to: path + ".copy", at: UTCTime(seconds: second))
      }
      _ = try writer.append(LogWriter.Batch([power(2, at: 2500)]))
      #expect(try LogReader(path: path).lastBackup() == UTCTime(seconds: 1_768_478_500))
      #expect(try LogReader(path: path).events().last?.kind == .backup)
      #expect(try LogReader(path: path).allSamples().count == 2)
    }
  }

  @Test func `a good copy is not given up for one that fails`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      let copy = path + ".copy"
      _ = try Backup.make(of: path, to: copy)
      let good = try Data(contentsOf: URL(filePath: copy))
      try writer.close()
      // The log loses its middle.
      let handle = try FileHandle(forUpdating: URL(filePath: path))
      let size = try handle.seekToEnd()
      try handle.seek(toOffset: size / 2)
      try handle.write(contentsOf: Data(repeating: 0x55, count: 40_000))
      try handle.close()
      #expect(throws: StoreError.self) { try Backup.make(of: path, to: copy) }
      #expect(try Data(contentsOf: URL(filePath: copy)) == good)
      #expect(FileManager.default.fileExists(atPath: copy + ".part") == false)
    }
  }

  @Test func `a copy of the log onto itself, or of nothing, is refused`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      #expect(throws: StoreError.self) { try Backup.make(of: path, to: path) }
      #expect(throws: StoreError.self) { try Backup.make(of: path + ".none", to: path + ".copy") }
      #expect(throws: StoreError.self) { try Backup.make(of: path, to: "/nowhere/copy.sqlite") }
      #expect(try LogReader(path: path).allSamples().count == 1)
    }
  }

  @Test func `a log of an older release is copied before its schema changes`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let logs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Logs")
      try FileManager.default.copyItem(atPath: logs.appending(path: "first-release.sqlite").path, toPath: path)
      try LogWriter(path: path, zone: oslo).close()
      let copy = path + ".before-0003_rollup"
      let names = try sql(copy) { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1") }
      #expect(names == ["0001_log", "0002_reject_security"])
      #expect(try sql(copy) { try Int.fetchOne($0, sql: "SELECT count(*) FROM register_snapshot") } == 72)
      // Once: nothing is copied where nothing changes.
      try FileManager.default.removeItem(atPath: copy)
      try LogWriter(path: path, zone: oslo).close()
      #expect(FileManager.default.fileExists(atPath: copy) == false)
    }
  }
}
