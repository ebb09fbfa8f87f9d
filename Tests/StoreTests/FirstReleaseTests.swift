import Energy
import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// A log as the first release wrote it: three days of an Aidon meter over the change of clocks, with two lists lost, one sent
/// again, and samples for some of the hours; and the hours that it called measured.
@Suite struct FirstReleaseTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Logs")

  private func withMigratedLog<Result>(_ body: (String) throws -> Result) throws -> Result {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try FileManager.default.copyItem(
        atPath: Self.folder.appending(path: "first-release.sqlite").path, toPath: path)
      try LogWriter(path: path, zone: oslo).close()
      return try body(path)
    }
  }

  @Test func `its measured hours are the same, and the others say that they are not measured`() throws {
    try withMigratedLog { path in
      let entries = try LogReader(path: path).ledger(of: 1, in: UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max))
      let csv = try String(contentsOf: Self.folder.appending(path: "first-release-hours.csv"), encoding: .utf8)
      let before = csv.split(separator: "\n").map(String.init)
      #expect(before.count == 68)
      let now = entries.filter { $0.quality == .measured }.map { entry in
        "\(entry.hour.iso8601),\(decimalText(entry.energy.activeImport ?? -1, decimals: 3))"
      }
      #expect(now == before)
      #expect(entries.filter { $0.quality != .measured }.map(\.energy.activeImport) == [1350, 1350, 1350, 1185, 1185])
      #expect(entries.count == 73)
    }
  }

  @Test func `its verdicts hold, with reasons`() throws {
    try withMigratedLog { path in
      let odd = try sql(path) { db in
        try String.fetchAll(
          db,
          sql: "SELECT arrival_utc || ' ' || verdict || ' ' || reason FROM register_snapshot WHERE reason IS NOT NULL")
      }
      #expect(odd == ["2026-10-25T13:00:11.820Z repeat sent_again"])
    }
  }

  @Test func `its samples have rollups, and nothing is left to do`() throws {
    try withMigratedLog { path in
      let reader = try LogReader(path: path)
      let ever = UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max)
      let expected = Rollup.rollups(of: try reader.samples(of: 1, in: ever).map(RollupSample.init))
      #expect(expected.count == 89)
      #expect(try reader.rollups(of: 1, in: ever).map(\.power) == expected.map(\.power))
      #expect(try sql(path) { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM task") } == 0)
      let writer = try LogWriter(path: path, zone: oslo)
      #expect(try writer.rebuild().isUnchanged)
    }
  }

  @Test func `a log that is half way through its migrations is finished`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try FileManager.default.copyItem(
        atPath: Self.folder.appending(path: "first-release.sqlite").path, toPath: path)
      try LogWriter(path: path, zone: oslo).close()
      // As after a power cut between the rollups and the ledger.
      try sql(path) { db in
        try db.execute(sql: "DELETE FROM ledger WHERE k > (SELECT avg(k) FROM ledger)")
        try db.execute(sql: "INSERT INTO task VALUES ('ledger', 'to do')")
      }
      try LogWriter(path: path, zone: oslo).close()
      #expect(try sql(path) { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM ledger") } == 73)
    }
  }
}
