import Foundation
import GRDB
import Metering
import Migrations
import TestSupport
import Testing

@testable import Store

/// A log of an older release is copied before its schema changes, as far as there is room.
@Suite struct MigrationCopyTests {
  /// Runs `body` with the path of a log that the first release made.
  private func withOldLog(_ body: (String) throws -> Void) throws {
    try withScratchFolder { folder in
      let logs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Logs")
      try FileManager.default.copyItem(
        atPath: logs.appending(path: "first-release.sqlite").path, toPath: folder + "/ams.sqlite")
      try body(folder + "/ams.sqlite")
    }
  }

  private func copies(_ path: String) throws -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".before-") }.sorted()
  }

  @Test func `without room for the copy the log is brought up to date, and tells it`() throws {
    try withOldLog { path in
      let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64)
      try LogWriter(path: path, zone: oslo, room: { _ in size + size / 10 - 1 }).close()
      #expect(try copies(path).isEmpty)
      let told = try LogReader(path: path).events().filter { $0.kind == .migrated }
      #expect(told.count == 1)
      #expect(told.first?.text.contains("without a copy of the log as it was before 0003_rollup") == true)
      #expect(told.first?.text.contains("needs \(size + size / 10) octets") == true)
    }
  }

  @Test func `with room, or where that cannot be asked, the copy is made and nothing is told`() throws {
    for room: Int64? in [nil, .max] {
      try withOldLog { path in
        try LogWriter(path: path, zone: oslo, room: { _ in room }).close()
        #expect(try copies(path) == ["ams.sqlite.before-0003_rollup"])
        #expect(try LogReader(path: path).events().allSatisfy { $0.kind != .migrated })
      }
    }
  }

  @Test func `of older copies the two newest are kept, and no other file is touched`() throws {
    try withOldLog { path in
      let others = ["0001_log", "0002_reject_security", "0003_rolls", "0001_log-wal", "mine"]
      for name in others { try Data("x".utf8).write(to: URL(filePath: "\(path).before-\(name)")) }
      try LogWriter(path: path, zone: oslo).close()
      #expect(
        try copies(path)
          == ["0001_log-wal", "0002_reject_security", "0003_rolls", "0003_rollup", "mine"].map {
            "ams.sqlite.before-\($0)"
          })
    }
  }
}
