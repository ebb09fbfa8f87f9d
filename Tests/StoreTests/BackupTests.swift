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

  @Test func `an older copy that was used as a log is kept whole, and the new one is read alone`() throws {
    try withScratchFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      let writer = try LogWriter(path: path, zone: oslo)
      _ = try writer.meterKey(for: aidon, input: "port", seen: one)
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      _ = try Backup.make(of: path, to: copy)
      // Somebody logs into the copy, and that is killed: what the copy lacks stands beside it.
      let used = folder + "/used.sqlite"
      try FileManager.default.copyItem(atPath: copy, toPath: used)
      let other = try LogWriter(path: used, zone: oslo)
      _ = try other.append(LogWriter.Batch([power(70, at: 7000), power(71, at: 7001)]))
      for ending in ["", "-wal"] {
        try? FileManager.default.removeItem(atPath: copy + ending)
        try FileManager.default.copyItem(atPath: used + ending, toPath: copy + ending)
      }
      try other.close()
      _ = try writer.append(LogWriter.Batch([power(2, at: 2500), power(3, at: 5000)]))
      #expect(try Backup.make(of: path, to: copy).samples == 3)
      #expect(try LogReader(path: copy).allSamples() == [power(1, at: 0), power(2, at: 2500), power(3, at: 5000)])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let kept = try #require(names.first { $0.hasPrefix("copy.sqlite.replaced-") && !$0.hasSuffix("-wal") })
      #expect(
        try LogReader(path: folder + "/" + kept).allSamples() == [
          power(1, at: 0), power(70, at: 7000), power(71, at: 7001),
        ])
      // Once: an empty one is nothing to keep.
      for ending in ["-wal", "-shm", "-journal"] { try Data().write(to: URL(filePath: copy + ending)) }
      _ = try Backup.make(of: path, to: copy)
      #expect(try LogReader(path: copy).allSamples().count == 3)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).filter {
          $0.contains(".replaced-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }.count == 1)
    }
  }

  @Test func `a log that a logger writes to is no place for a copy`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      let other = try LogWriter(path: path + ".other", zone: oslo)
      let error = #expect(throws: StoreError.self) { try Backup.make(of: path, to: path + ".other") }
      #expect(error?.message.contains("another ams-logger is writing to it") == true)
      try other.close()
      #expect(try Backup.make(of: path, to: path + ".other").samples == 1)
    }
  }

  @Test func `events may go while a copy is made`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      _ = try Backup.make(of: path, to: path + ".copy")
      #expect(try Backup.check(path + ".copy", atLeast: ["event": 5, "meter": 1]).meters == 1)
      #expect(throws: StoreError.self) { try Backup.check(path + ".copy", atLeast: ["meter": 2]) }
    }
  }

  @Test func `a user who may not write the folder of the log can copy and check it, and no logger's start is damage`()
    throws
  {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      try writer.close()
      let folder = URL(filePath: path).deletingLastPathComponent().path
      #expect(chmod(folder, 0o555) == 0)
      defer { chmod(folder, 0o755) }
      try withScratchFolder { own in
        #expect(chmod(own, 0o777) == 0)
        try asNobody { () throws in
          #expect(try Backup.make(of: path, to: own + "/copy.sqlite").samples == 1)
          #expect(try LogReader.integrityFaults(path: path).isEmpty)
          #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
          #expect(try FileManager.default.contentsOfDirectory(atPath: own) == ["copy.sqlite"])
        }
      }
      let file = try DatabaseFile(path: path, for: .reading)
      struct Misled: Error {}
      for isMisled in [false, true] {
        let error = #expect(throws: StoreError.self) {
          try asNobody {
            try LogReader.reading(file) { _ in
              // A logger starts meanwhile, and writes.
              try asSelf {
                #expect(chmod(folder, 0o755) == 0)
                try sql(path) { try $0.execute(sql: "CREATE TABLE t\(isMisled) (x)") }
                #expect(chmod(folder, 0o555) == 0)
              }
              if isMisled { throw Misled() }
            }
          }
        }
        #expect(error?.message.contains("was written to while it was read") == true)
      }
    }
  }
}
