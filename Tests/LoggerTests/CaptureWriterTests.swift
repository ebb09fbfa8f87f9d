import Foundation
import Glibc
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `Capture writer` {
  private let time = UTCTime(milliseconds: 1_768_482_011_250)

  private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func `each read is a line, appended to what is there`() throws {
    try withScratchFolder { folder in
      let path = folder + "/day.capture"
      for octet: UInt8 in [0x0A, 0xFF] {
        var writer = try CaptureWriter(path: path)
        try writer.comment("/dev/ttyUSB0,\n2400 8N1")
        try writer.append([0x7E, octet], arrival: time)
      }
      #expect(
        try content(path) == """
          # /dev/ttyUSB0, 2400 8N1
          2026-01-15T13:00:11.250Z 7E0A
          # /dev/ttyUSB0, 2400 8N1
          2026-01-15T13:00:11.250Z 7EFF

          """)
    }
  }

  @Test func `what is written is read back`() throws {
    try withScratchFolder { folder in
      let path = folder + "/day.capture"
      var random = SystemRandomNumberGenerator()
      let sent = (1...300).map { index in
        CapturedRead(
          arrival: time + TimeSpan(milliseconds: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)),
          octets: (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) },
          line: index)
      }
      var writer = try CaptureWriter(path: path)
      for read in sent { try writer.append(read.octets, arrival: read.arrival ?? time) }
      var reader = try CaptureReader(path: path)
      for read in sent { #expect(try reader.next() == read) }
      #expect(try reader.next() == nil)
    }
  }

  @Test func `a line that a power cut has torn is not continued`() throws {
    try withScratchFolder { folder in
      let path = folder + "/day.capture"
      try Data("2026-01-15T13:00:01.000Z 7EA".utf8).write(to: URL(filePath: path))
      var writer = try CaptureWriter(path: path)
      try writer.append([1], arrival: time)
      #expect(try content(path) == "2026-01-15T13:00:01.000Z 7EA\n2026-01-15T13:00:11.250Z 01\n")
    }
  }

  @Test func `a full disk is an error that says so`() throws {
    var writer = try CaptureWriter(path: "/dev/full")
    do throws(CaptureError) {
      try writer.append([1], arrival: time)
      Issue.record("written")
    } catch {
      #expect(error.kind == .full)
      #expect(error.description.hasPrefix("/dev/full: may not grow: no space left on device; free some space"))
    }
  }

  @Test func `a line that does not fit is taken back, so that lines stay whole`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let path = "/tmp/ams-test-\(getpid()).capture"
      defer { unlink(path) }
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100, rlim_max: 100)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var writer = try CaptureWriter(path: path)
      let octets = [UInt8](repeating: 0x7E, count: 20)
      try writer.append(octets, arrival: UTCTime(seconds: 0))
      do throws(CaptureError) {
        try writer.append(octets, arrival: UTCTime(seconds: 0))
        exit(1)
      } catch {
        guard error.kind == .full else { exit(2) }
      }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      unlink(path)
      exit(text == "1970-01-01T00:00:00.000Z \(String(repeating: "7E", count: 20))\n" ? 42 : 3)
    }
  }

  @Test func `a pipe that nobody reads is told apart`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      var writer = try CaptureWriter(path: "-")
      do throws(CaptureError) {
        try writer.append([1], arrival: UTCTime(seconds: 0))
      } catch {
        exit(error.kind == .brokenPipe && error.file == "standard output" ? 42 : 1)
      }
    }
  }

  @Test func `a folder is refused`() throws {
    try withScratchFolder { folder in
      let error = #expect(throws: CaptureError.self) { _ = try CaptureWriter(path: folder) }
      #expect(error?.description == "\(folder): is a folder; name a file in it")
    }
  }
}
