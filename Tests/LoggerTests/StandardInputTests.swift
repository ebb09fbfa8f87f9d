import Glibc
import Metering
import Testing

@testable import Logger

/// Each in a process of its own: standard input belongs to the process.
@Suite struct `Standard input` {
  @Test func `octets are read to the end, and the descriptor is left as it was`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let flags = feed([0x7E, 0x04, 0x0A, 0x00, 0x7E])
      var log: [String] = []
      let ending = InputLoop(source: StandardInput(), stop: try Stop()).run { event in
        switch event {
        case .opened: log.append("opened")
        case .octets(let octets, _): log.append(HexText.text(of: octets))
        case .idle: break
        case .lost(let error, _): log.append("\(error)")
        }
        return .proceed
      }
      guard ending == .inputEnded, log == ["opened", "7E040A007E", "standard input: end of input"] else { exit(1) }
      guard fcntl(STDIN_FILENO, F_GETFL) == flags else { exit(2) }
      exit(42)
    }
  }

  @Test func `a closed standard input is an error with advice`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let stop = try Stop()
      close(STDIN_FILENO)
      do throws(InputError) {
        _ = try StandardInput().open(unless: stop)
      } catch {
        exit(error.kind == .missing && !error.advice.isEmpty ? 42 : 1)
      }
    }
  }

  @Test func `a live capture is read line by line, not when it has grown`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], STDIN_FILENO)
      let line = "2026-01-15T13:00:11.250Z 7EA0\n"
      _ = write(ends[1], line, line.utf8.count)
      var reader = try CaptureReader(path: "-")
      let read = try reader.next()
      exit(read?.octets == [0x7E, 0xA0] && reader.form == .capture ? 42 : 1)
    }
  }

  @Test func `a capture from standard input is named so`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      _ = feed(Array("7E\n7".utf8))
      var reader = try CaptureReader(path: "-")
      do throws(CaptureError) {
        while try reader.next() != nil {}
      } catch {
        exit(error.description.hasPrefix("standard input, line 2: odd number of hex digits (1)") ? 42 : 1)
      }
    }
  }
}

/// Puts octets and an end of file on standard input; returns its flags.
private func feed(_ octets: [UInt8]) -> Int32 {
  var ends: [Int32] = [0, 0]
  pipe(&ends)
  dup2(ends[0], STDIN_FILENO)
  _ = write(ends[1], octets, octets.count)
  close(ends[1])
  return fcntl(STDIN_FILENO, F_GETFL)
}
