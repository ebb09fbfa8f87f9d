import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Report

struct OutputTests {
  @Test func `text of any length arrives whole`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/text"
      let pieces = (0..<30_000).map { "piece \($0), ærlig\n" }
      try ReportFile(path: path).write { output in
        for piece in pieces { output.write(piece) }
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == pieces.joined())
    }
  }

  @Test func `a reader that is gone is an error that is kept`() {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    var output = DescriptorOutput(ends[1])
    output.write(String(repeating: "x", count: 100_000))
    output.write("more")
    output.flush()
    close(ends[1])
    #expect(output.error == EPIPE)
  }

  @Test func `a reader that is gone has had enough: that is success`() async {
    await #expect(processExitsWith: .success) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) >= 0 else { exit(99) }
      close(ends[0])
      close(ends[1])
      exit(try exitCodeOfNight("--format", "csv"))
    }
  }

  @Test func `gaps are exit code 1`() async {
    await #expect(processExitsWith: .exitCode(1)) { exit(try exitCodeOfNight("--format", "csv")) }
  }

  @Test func `no gap is exit code 0`() async {
    await #expect(processExitsWith: .exitCode(0)) { exit(try exitCodeOfNight("--to", "2026-10-25T02:00Z")) }
  }

  @Test func `what cannot be done is exit code 2`() async {
    await #expect(processExitsWith: .exitCode(2)) { exit(try exitCodeOfNight("--meter", "99")) }
  }

  @Test func `a full disk is exit code 2`() async {
    await #expect(processExitsWith: .exitCode(2)) {
      guard dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO) >= 0 else { exit(99) }
      exit(try exitCodeOfNight())
    }
  }
}

/// Runs `ams-report hourly` on the log of `Night` as the program does; it writes to standard output.
private func exitCodeOfNight(_ arguments: String...) throws -> Int32 {
  try withScratchFolder { folder in
    try Night.write(to: "\(folder)/ams.sqlite")
    do {
      var command = try ReportCommand.parseAsRoot(["hourly", "--database", "\(folder)/ams.sqlite"] + arguments)
      try command.run()
      return 0
    } catch {
      return ReportCommand.exitCode(for: error).rawValue
    }
  }
}
