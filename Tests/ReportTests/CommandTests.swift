import ArgumentParser
import Foundation
import Metering
import Store
import TestSupport
import Testing

@testable import Report

struct CommandTests {
  private struct Run {
    var outcome = ReportOutcome.failed
    var data = ""
    var messages = ""
  }

  /// Runs `ams-report` with these arguments, in this process.
  private func run(_ arguments: String...) throws -> Run { try run(arguments) }

  private func run(_ arguments: [String]) throws -> Run {
    let command = try ReportCommand.parseAsRoot(arguments)
    let report = try #require(command as? any PeriodCommand)
    var run = Run()
    run.outcome = report.report(to: &run.data, messages: &run.messages)
    return run
  }

  /// The exit code that these arguments are refused with.
  private func refusal(_ arguments: String...) -> Int32? {
    do {
      _ = try ReportCommand.parseAsRoot(arguments)
      return nil
    } catch {
      return ReportCommand.exitCode(for: error).rawValue
    }
  }

  /// A log with the night of `Night`.
  private func withLog(others: [String] = [], _ body: (_ log: String, _ folder: String) throws -> Void) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/ams.sqlite"
      try Night.write(to: path, others: others)
      try body(path, folder)
    }
  }

  @Test func `hours of a log that is being written`() throws {
    try withLog { log, _ throws in
      let found = try run("hourly", "--database", log, "--format", "csv")
      var expected = ""
      CSVFormat.standard(.hour).write([try Night.report()], to: &expected)
      // The sample of the full hour 01:00Z closes the hour before it by its time, and has no power to show.
      #expect(found.data == expected.replacing(",2410,1.000,", with: ",2410,0.997,"))
      #expect(found.outcome == .gaps)
      #expect(
        found.messages == """
          meter 7359992890941742: gap 2026-10-25 03:00–05:00 (2 hours): 4.240 kWh
          meter 7359992890941742: 5 hours, 2 estimated, sum 3.570 kWh + 4.240 kWh in gaps = register difference 7.810 kWh ✓

          """)
    }
  }

  @Test func `a range without gaps is complete`() throws {
    try withLog { log, _ throws in
      let found = try run(
        "hourly", "--database", log, "--from", "2026-10-24T23:00Z", "--to", "2026-10-25T02:00Z", "--format", "excel",
        "--lang", "sv")
      #expect(found.outcome == .complete)
      #expect(found.data.hasPrefix("\u{FEFF}Från;Till;"))
      #expect(found.data.split(separator: "\r\n").count == 4)
    }
  }

  @Test func `a day of autumn has 25 rows, a day of spring 23, whatever is known of them`() throws {
    try withLog { log, _ throws in
      for (day, count) in [("2026-10-25", 25), ("2026-03-29", 23), ("2026-01-15", 24)] {
        let found = try run("hourly", "--database", log, "--from", day, "--to", day, "--format", "json")
        #expect(found.data.split(separator: "\n").count == count)
        #expect(found.outcome == .gaps)
      }
      let utc = try run(
        "hourly", "--database", log, "--from", "2026-10-25", "--to", "2026-10-25", "--timezone", "UTC", "--format",
        "json")
      #expect(utc.data.split(separator: "\n").count == 24)
    }
  }

  @Test func `the table keeps its check to itself`() throws {
    try withLog { log, _ throws in
      let found = try run("daily", "--database", log)
      #expect(found.messages.isEmpty)
      #expect(found.data.contains("2026-10-25 Sun           –   2410     3.9 %   3/25  missing  of it 7.810 kWh known"))
      #expect(found.data.hasSuffix("= register difference 7.810 kWh ✓\n"))
    }
  }

  @Test func `the running hour is a row on request`() throws {
    try withLog { log, _ throws in
      func rows(_ more: String...) throws -> Int {
        try run(["hourly", "--database", log, "--format", "json"] + more).data.split(separator: "\n").count
      }
      #expect(try rows() == 5)
      #expect(try rows("--partial") == 6)
      #expect(try rows("--partial", "--to", "2026-10-25T04:00Z") == 5)
    }
  }

  @Test func `a meter is named by its number or by its last digits`() throws {
    try withLog(others: ["6970631400000042", "6970631400000142"]) { log, _ throws in
      func meters(_ arguments: String...) throws -> Set<Substring> {
        let found = try run(["hourly", "--database", log, "--format", "csv"] + arguments)
        guard found.outcome != .failed else { return [Substring(found.messages)] }
        return Set(found.data.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first })
      }
      let all: Set<Substring> = ["7359992890941742", "6970631400000042", "6970631400000142"]
      #expect(try meters() == all)
      #expect(try meters("--meter", "6970631400000142") == ["6970631400000142"])
      #expect(try meters("--meter", "1742") == ["7359992890941742"])
      #expect(
        try meters("--meter", "42") == [
          "ams-report: the numbers of 3 meters end in 42: 6970631400000042, 6970631400000142, 7359992890941742; give more digits\n"
        ])
      #expect(
        try meters("--meter", "99") == [
          "ams-report: no meter 99 in the log; there is 6970631400000042, 6970631400000142, 7359992890941742\n"
        ])
      #expect(try meters("--from", "2026-10-25") == ["7359992890941742"])
      #expect(try meters("--from", "2026-01-20", "--to", "2026-01-20") == ["6970631400000042", "6970631400000142"])
    }
  }

  @Test func `what cannot be done says what to do`() throws {
    try withLog { log, folder throws in
      func message(_ arguments: String...) throws -> String {
        let found = try run(["daily"] + arguments)
        #expect(found.outcome == .failed)
        #expect(found.data.isEmpty)
        return found.messages
      }
      #expect(
        try message("--database", "\(folder)/none.sqlite")
          == "ams-report: \(folder)/none.sqlite does not exist. Start ams-logger first, or point --database at another file.\n"
      )
      #expect(
        try message("--database", log, "--timezone", "Europe/Bergen")
          == "ams-report: unknown time zone Europe/Bergen: give --timezone a name such as Europe/Oslo\n")
      #expect(
        try message("--database", log, "--from", "2026-02-02", "--to", "2026-02-01")
          == "ams-report: impossible range: --from 2026-02-02 does not come before --to 2026-02-01\n")
      #expect(
        try message("--database", log, "--from", "2027-01-01").hasPrefix(
          "ams-report: no finished hour to report on yet, or none in this range; heard so far: 7359992890941742 from "))
      #expect(try message("--database", folder).contains("is a folder"))
      let empty = "\(folder)/empty.sqlite"
      _ = try LogWriter(path: empty, zone: oslo)
      #expect(
        try message("--database", empty)
          == "ams-report: no meter in \(empty) yet: let ams-logger hear one, then try again\n")
    }
  }

  @Test func `wrong usage is refused with 64`() {
    #expect(refusal("hourly", "--from", "yesterday") == 64)
    #expect(refusal("hourly", "--format", "xml") == 64)
    #expect(refusal("hourly", "--lang", "de", "--format", "excel") == 64)
    #expect(refusal("hourly", "--lang", "sv") == 64)
    #expect(refusal("hourly", "--lang", "sv", "--format", "csv") == 64)
    #expect(refusal("weekly") == 64)
    #expect(refusal("hourly", "--lang", "sv", "--format", "excel") == nil)
  }

  @Test func `a file appears whole, in place of the old one`() throws {
    try withLog { log, folder throws in
      let file = "\(folder)/night.csv"
      try "old".write(toFile: file, atomically: false, encoding: .utf8)
      chmod(file, 0o640)
      let found = try run("hourly", "--database", log, "--format", "csv", "--output", file)
      #expect(found.data.isEmpty)
      #expect(found.messages.hasSuffix("= register difference 7.810 kWh ✓\n"))
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("meter,start_utc,"))
      var status = stat()
      #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o640)
      #expect(try leftovers(folder) == ["night.csv"])
    }
  }

  @Test func `a failure leaves the old file, and nothing beside it`() throws {
    try withLog { log, folder throws in
      let file = "\(folder)/night.csv"
      try "old".write(toFile: file, atomically: false, encoding: .utf8)
      let stopped = #expect(throws: ReportFailure.self) {
        try ReportFile(path: file).write { output throws(ReportFailure) in
          output.write("half a report")
          throw ReportFailure("stopped")
        }
      }
      #expect(stopped?.message == "stopped")
      #expect(try run("hourly", "--database", log, "--meter", "99", "--output", file).outcome == .failed)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
      #expect(try leftovers(folder) == ["night.csv"])
    }
  }

  @Test func `a file that cannot be written is named`() throws {
    try withLog { log, folder throws in
      let missing = try run("hourly", "--database", log, "--output", "\(folder)/none/night.csv")
      #expect(missing.outcome == .failed)
      #expect(missing.messages == "ams-report: cannot write \(folder)/none/night.csv: No such file or directory\n")
      #expect(try run("hourly", "--database", log, "--output", folder).messages.contains("it is a folder"))
      let full = try run("hourly", "--database", log, "--output", "/dev/full")
      #expect(full.messages == "ams-report: cannot write /dev/full: No space left on device\n")
    }
  }

  @Test func `a link stays a link to the new file`() throws {
    try withLog { log, folder throws in
      let file = "\(folder)/night.csv"
      let link = "\(folder)/link.csv"
      try "old".write(toFile: file, atomically: false, encoding: .utf8)
      symlink("night.csv", link)
      _ = try run("hourly", "--database", log, "--output", link, "--format", "csv")
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("meter,"))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "night.csv")
    }
  }

  private func leftovers(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix("ams.sqlite") }.sorted()
  }
}
