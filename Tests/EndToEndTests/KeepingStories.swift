import Foundation
import TestSupport
import Testing

/// Stories of a log that is copied, lost and brought back, through the programs.
@Suite("Stories of keeping a log")
struct KeepingStories {
  /// Two days of a meter as two captures, the second from the middle on.
  private func captures(in folder: String) throws -> (first: String, second: String) {
    let capture = try Programs.run(
      "ams-simulator",
      ["capture", "--meter", "kaifa-tn", "--from", "2026-01-14", "--days", "2", "--output", folder + "/house"])
    #expect(capture.status == 0, "\(capture.messages)")
    let lines = try String(contentsOfFile: folder + "/house.capture", encoding: .utf8).split(separator: "\n")
    let paths = (first: folder + "/first.capture", second: folder + "/second.capture")
    for (path, part) in [(paths.first, lines[..<(lines.count / 2)]), (paths.second, lines[(lines.count / 2)...])] {
      try (part.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
    return paths
  }

  @discardableResult
  private func logger(_ arguments: String..., ends status: Int32 = 0) throws -> Programs.Outcome {
    let outcome = try Programs.run("ams-logger", arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.output)\(outcome.messages)")
    return outcome
  }

  private func hours(_ database: String) throws -> String {
    let report = try Programs.run("ams-report", ["hourly", "--database", database, "--format", "csv"])
    #expect(report.status == 0, "\(report.messages)")
    return report.output
  }

  @Test("a card that dies costs nothing that was copied or is sent again")
  func restore() throws {
    try withScratchFolder { folder in
      let (first, second) = try captures(in: folder)
      let (log, copy, whole) = (folder + "/ams.sqlite", folder + "/usb.sqlite", folder + "/whole.sqlite")
      try logger("replay", first, second, "--database", whole)
      let truth = try hours(whole)

      try logger("replay", first, "--database", log)
      let half = try hours(log)
      #expect(half != truth)
      let backup = try logger("backup", "--database", log, "--output", copy)
      #expect(backup.output.contains("checked"), "\(backup.output)")
      let status = try logger("status", "--database", log, ends: 2)
      let told = try #require(status.output.split(separator: "\n").first { $0.hasPrefix("last backup") })
      #expect(!told.contains("never"), "\(told)")
      try logger("replay", second, "--database", log)
      #expect(try hours(log) == truth)

      // The card is gone, and with it what came after the copy.
      try FileManager.default.removeItem(atPath: log)
      try logger("restore", "--from", copy, "--database", log)
      #expect(try hours(log) == half)
      try logger("check", "--database", log)
      try logger("replay", first, second, "--database", log)
      #expect(try hours(log) == truth)
      try logger("check", "--rebuild", "--database", log)
    }
  }

  @Test("a copy that is damaged is not restored, and what is there stays")
  func refuse() throws {
    try withScratchFolder { folder in
      let (first, second) = try captures(in: folder)
      let (log, copy) = (folder + "/ams.sqlite", folder + "/usb.sqlite")
      try logger("replay", first, "--database", log)
      try logger("backup", "--database", log, "--output", copy)
      try logger("replay", second, "--database", log)
      let before = try hours(log)

      let file = try FileHandle(forUpdating: URL(filePath: copy))
      try file.seek(toOffset: file.seekToEnd() / 2)
      try file.write(contentsOf: Data(repeating: 0x55, count: 20_000))
      try file.close()
      let restore = try logger("restore", "--from", copy, "--database", log, ends: 2)
      #expect(restore.messages.contains("usb.sqlite"), "\(restore.messages)")
      #expect(try hours(log) == before)
      // A log that is damaged takes no good copy's place either.
      try FileManager.default.removeItem(atPath: copy)
      try logger("backup", "--database", log, "--output", copy)
      let good = try Data(contentsOf: URL(filePath: copy))
      let broken = try FileHandle(forUpdating: URL(filePath: log))
      try broken.seek(toOffset: broken.seekToEnd() / 2)
      try broken.write(contentsOf: Data(repeating: 0x55, count: 20_000))
      try broken.close()
      try logger("backup", "--database", log, "--output", copy, ends: 2)
      #expect(try Data(contentsOf: URL(filePath: copy)) == good)

      // Started again, the logger sets it aside, saves what can be read, and logs on.
      try Data().write(to: URL(filePath: folder + "/empty"))
      let run = try Programs.run("ams-logger", ["replay", first, second, "--database", log])
      #expect(run.status != 0, "a replay touches no damaged log")
      try logger("restore", "--from", copy, "--database", log)
      #expect(try hours(log) == before)
      let kept = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".replaced-") }
      #expect(kept.count == 1, "\(kept)")
    }
  }
}
