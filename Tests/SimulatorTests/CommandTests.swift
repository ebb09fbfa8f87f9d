import ArgumentParser
import Foundation
import Metering
import TestSupport
import Testing

@testable import Simulator
@testable import SimulatorCommand

@Suite("The command line")
struct CommandTests {
  private func exitCode(_ arguments: [String]) -> Int32 {
    do {
      var command = try SimulatorCommand.parseAsRoot(arguments)
      try command.run()
      return 0
    } catch {
      return SimulatorCommand.exitCode(for: error).rawValue
    }
  }

  @Test("Captures three files")
  func capture() throws {
    try withScratchFolder { folder in
      let arguments = [
        "capture", "--meter", "kamstrup-1p-nulls", "--from", "2026-01-01T00:00:00Z", "--days", "1", "--solar", "--seed",
        "4", "--reads", "cut", "--hourly-at", "55", "--output", folder + "/x",
      ]
      #expect(exitCode(arguments) == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["x.capture", "x.hours.jsonl", "x.values.jsonl"])
      let hours = try String(contentsOfFile: folder + "/x.hours.jsonl", encoding: .utf8)
      #expect(hours.split(separator: "\n").count == 24)
      let values = try String(contentsOfFile: folder + "/x.values.jsonl", encoding: .utf8)
      #expect(values.contains("\"sent\":\"2026-01-02T00:00:55.000Z\",\"list\":\"list3\""), "the last hour is closed")
    }
  }

  @Test(
    "What cannot be done ends with 2",
    arguments: [
      ["capture", "--meter", "aidon-tn", "--output", "/nowhere/x"],
      ["capture", "--meter", "nuri-tn", "--output", "/tmp/x"],
      ["capture", "--meter", "aidon-tn", "--from", "2026-02-30", "--output", "/tmp/x"],
      ["capture", "--meter", "aidon-tn", "--days", "0", "--output", "/tmp/x"],
      ["play", "--meter", "aidon-tn", "--tcp", "nowhere.example:0"],
    ])
  func failures(arguments: [String]) { #expect(exitCode(arguments) == 2) }

  @Test(
    "Wrong usage ends with 64",
    arguments: [
      ["capture", "--meter", "aidon-tn"], ["capture", "--output", "/tmp/x"], ["play", "--meter", "aidon-tn"],
      ["play", "--meter", "aidon-tn", "--pty", "--tcp", "0"], ["play", "--meter", "aidon-tn", "--tcp", "70000"],
      ["play", "--meter", "aidon-tn", "--tcp", "0", "--link", "x"],
      ["play", "--meter", "aidon-tn", "--pty", "--speed", "0"],
      ["capture", "--meter", "aidon-tn", "--output", "/tmp/x", "--latch", "3600"],
      ["capture", "--meter", "aidon-tn", "--output", "/tmp/x", "--reads", "torn"],
    ])
  func usage(arguments: [String]) { #expect(exitCode(arguments) == 64) }

  @Test(
    "Periods",
    arguments: [
      ("2026-01-15T00:00:00Z", 3, "2026-01-15T00:00:00Z", "2026-01-18T00:00:00Z"),
      ("2026-01-15", 1, "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z"),
      ("2026-03-29", 1, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
      ("2026-10-25", 1, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
      ("2026-07-01T00:00:00+02:00", 1, "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z"),
    ] as [(String, Int64, String, String)])
  func periods(from: String, days: Int64, start: String, end: String) throws {
    let period = try Period(from: from, days: days)
    #expect(period.start.iso8601 == start)
    #expect(period.end.iso8601 == end)
  }

  @Test(
    "Times that make no sense are refused",
    arguments: ["yesterday", "2026-02-30", "1970-01-01", "2026-01-15T25:00:00Z", ""])
  func refused(text: String) {
    #expect(throws: PeriodError.instant(text)) { try Period.instant(text) }
  }
}
