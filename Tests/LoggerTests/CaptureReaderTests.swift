import Foundation
import Metering
import TestSupport
import Testing

@testable import Logger

/// All reads of a file with this content; the folder is gone afterwards.
private func reads(_ content: [UInt8], chunk: Int = 256 * 1024) throws -> (form: CaptureForm, reads: [CapturedRead]) {
  try withScratchFolder { folder in
    let path = folder + "/day.capture"
    try Data(content).write(to: URL(filePath: path))
    var reader = try CaptureReader(path: path, chunk: chunk)
    var reads: [CapturedRead] = []
    while let read = try reader.next() { reads.append(read) }
    return (reader.form, reads)
  }
}

private func reads(_ text: String, chunk: Int = 256 * 1024) throws -> (form: CaptureForm, reads: [CapturedRead]) {
  try reads(Array(text.utf8), chunk: chunk)
}

private let one = UTCTime(milliseconds: 1_768_482_011_250)  // 2026-01-15T13:00:11.250Z

@Suite struct `Capture reader` {
  static let capture = """
    # Målt i Ålesund, a comment of any text: (1*2)/3!
    2026-01-15T13:00:11.250Z 7EA0FF00

    2026-01-15T13:00:11Z 7e a0\r
    2026-01-15T12:59:59.999Z\t0x7E # earlier, and a comment
      2026-01-15T14:00:11.250+01:00 7E
    """

  static let captureReads = [
    CapturedRead(arrival: one, octets: [0x7E, 0xA0, 0xFF, 0x00], line: 2),
    CapturedRead(arrival: one - TimeSpan(milliseconds: 250), octets: [0x7E, 0xA0], line: 4),
    CapturedRead(arrival: one - TimeSpan(milliseconds: 11_251), octets: [0x7E], line: 5),
    CapturedRead(arrival: one, octets: [0x7E], line: 6),
  ]

  @Test func `a capture gives arrival, octets and line, though times go backwards`() throws {
    let (form, found) = try reads(Self.capture)
    #expect(form == .capture)
    #expect(found == Self.captureReads)
  }

  @Test func `the cut between two chunks may be anywhere`() throws {
    for chunk in 1...Self.capture.utf8.count + 1 {
      let (form, found) = try reads(Self.capture, chunk: chunk)
      #expect(form == .capture)
      #expect(found == Self.captureReads, "chunks of \(chunk)")
    }
    let octets = (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for chunk in [1, 2, 3, 1023, 1024, 1025, 1499, 1500, 1501] {
      let (form, found) = try reads(octets, chunk: chunk)
      #expect(form == .octets)
      #expect(found.flatMap(\.octets) == octets, "chunks of \(chunk)")
      #expect(found.allSatisfy { $0.arrival == nil && $0.line == nil })
    }
  }

  @Test(arguments: [
    "7EA0FF0A", "7e a0 ff 0a", "7E:A0:FF:0A", "7E-A0-FF-0A", "0x7E, 0xA0, 0xFF, 0x0A,", "0x7EA0FF0A", "\t7EA0  FF0A \r",
    "7EA0FF0A # a comment", "7\u{20}EA0F F0 A",
  ])
  func `hex may be spaced as one likes`(line: String) throws {
    let (form, found) = try reads("# comment\n\n\(line)\n7e")
    #expect(form == .hex)
    #expect(
      found == [
        CapturedRead(octets: [0x7E, 0xA0, 0xFF, 0x0A], line: 3), CapturedRead(octets: [0x7E], line: 4),
      ])
  }

  @Test func `every octet is read from hex of either case`() throws {
    let octets = [UInt8](0...255)
    let lower = octets.map { String(format: "%02x", $0) }.joined()
    #expect(try reads(lower).reads.map(\.octets) == [octets])
    #expect(try reads(lower.uppercased()).reads.map(\.octets) == [octets])
    #expect(HexText.text(of: octets) == lower.uppercased())
  }

  static let forms: [(String, [UInt8], CaptureForm)] = [
    ("nothing", [], .hex),
    ("comments alone", Array("# a\n# b\n".utf8), .hex),
    ("an HDLC frame", [0x7E, 0xA0, 0x27, 0x01], .octets),
    ("an HDLC frame from its middle, printable at first", Array("6841121BN".utf8) + [0x02, 0x09, 0x0A], .octets),
    ("a P1 telegram", Array("/AID5\\253833635_A\r\n\r\n0-0:1.0.0(200101000000W)\r\n".utf8), .octets),
    ("a P1 telegram with a blank line first", Array("\r\n/AID5\\253833635_A\r\n".utf8), .octets),
    ("a P1 telegram from its middle", Array("5A6\r\n1-0:1.8.0(00006678.394*kWh)\r\n!7945\r\n".utf8), .octets),
    ("a capture after a byte order mark", [0xEF, 0xBB, 0xBF] + Array("2026-01-15T13:00:11Z 7E".utf8), .capture),
    ("a capture with one bad time", Array("2026-13-15T13:00:11Z 7E".utf8), .capture),
    ("a capture with the zeros of a power cut", Array("2026-01-15T13:00:11Z 7E\n".utf8) + [0, 0, 0], .capture),
    ("hex after a byte order mark", [0xEF, 0xBB, 0xBF] + Array("7EA0".utf8), .hex),
    ("hex and then octets", Array("7E A0\n".utf8) + [0x7E, 0xA0], .octets),
    ("prose", Array("seventy-six".utf8), .hex),
    ("a comment with a control octet", [0x23, 0x00, 0x0A, 0x37], .octets),
  ]

  @Test(arguments: forms)
  func `the form is found from the content`(what: String, content: [UInt8], form: CaptureForm) throws {
    #expect(CaptureForm(head: content[...]) == form, "\(what)")
    try withScratchFolder { folder in
      try Data(content).write(to: URL(filePath: folder + "/x.txt"))
      for chunk in [1, 7, 4096] {
        let reader = try CaptureReader(path: folder + "/x.txt", chunk: chunk)
        #expect(reader.form == form, "\(what), chunks of \(chunk)")
      }
    }
  }

  static let badLines: [(String, reason: String)] = [
    ("2026-01-15T13:00:11.250Z 7EA", "odd number of hex digits (3)"),
    ("2026-01-15T13:00:11.250Z 7E A0 2", "odd number of hex digits (5)"),
    ("2026-01-15T13:00:11.250Z 7EG0", "“G” in column 28 is not a hex digit"),
    ("2026-01-15T13:00:11.250Z 7E\u{00}", "octet 00 in column 28 is not a hex digit"),
    ("  2026-01-15T13:00:11.250Z  7EG0", "“G” in column 31 is not a hex digit"),
    ("2026-01-15T13:00:11.250Z 7E7E é", "octet C3 in column 31 is not a hex digit"),
    ("2026-01-15T13:00:11.250Z 7Ex", "“x” in column 28 is not a hex digit"),
    ("2026-01-15T13:00:11.250Z", "no octets after the time"),
    ("2026-01-15T13:00:11.250Z # none", "no octets after the time"),
    ("2026-01-15T13:00:11.250 7EA0", "“2026-01-15T13:00:11.250” is not a time"),
    ("2026-01-15T13:00:11.250Z7EA0", "“2026-01-15T13:00:11.250Z7EA0” is not a time"),
    ("2026-02-30T13:00:11.250Z 7EA0", "“2026-02-30T13:00:11.250Z” is not a time"),
    ("2026-01-15 13:00:11.250Z 7EA0", "“2026-01-15” is not a time"),
    ("7EA0", "“7EA0” is not a time"),
    ("2026-01-15T13:0", "“2026-01-15T13:0” is not a time"),
  ]

  @Test(arguments: badLines)
  func `a line that cannot be read is named, and those after it are read`(line: String, reason: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/day.capture"
      let text = "# one\n2026-01-15T13:00:01Z 01\n\(line)\n2026-01-15T13:00:04Z 04\n"
      try Data(text.utf8).write(to: URL(filePath: path))
      var reader = try CaptureReader(path: path)
      #expect(try reader.next()?.octets == [1])
      do throws(CaptureError) {
        let read = try reader.next()
        Issue.record("read \(String(describing: read))")
      } catch {
        #expect(error.kind == .badLine)
        #expect(error.line == 3)
        #expect(error.reason == reason)
        #expect(error.description.hasPrefix("\(path), line 3: \(reason); "))
      }
      #expect(try reader.next()?.line == 4)
      #expect(try reader.next() == nil)
      #expect(try reader.next() == nil)
    }
  }

  @Test func `a byte order mark is passed over`() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    #expect(try reads(mark + Array("7EA0".utf8)).reads.map(\.octets) == [[0x7E, 0xA0]])
    #expect(try reads(mark + Array(Self.capture.utf8), chunk: 1).reads == Self.captureReads)
    // Before raw octets it is noise like any other: nothing vanishes.
    #expect(try reads(mark + [0x7E, 0xA0]).reads.map(\.octets) == [mark + [0x7E, 0xA0]])
  }

  @Test func `a line of hex that cannot be read is named`() throws {
    let error = #expect(throws: CaptureError.self) { try reads("7E\nA0 2\n") }
    #expect(error?.line == 2)
    #expect(error?.reason == "odd number of hex digits (3)")
  }

  @Test func `a line may be a mebibyte long and no longer`() throws {
    let longest = "#" + String(repeating: "7", count: CaptureReader.longestLine - 1)
    #expect(try reads("\(longest)\n01").reads == [CapturedRead(octets: [1], line: 2)])
    try withScratchFolder { folder in
      let path = folder + "/day.hex"
      for text in ["\(longest)7\n01", "\(longest)\(longest)\(longest)\n01\n"] {
        try Data(text.utf8).write(to: URL(filePath: path))
        var reader = try CaptureReader(path: path, chunk: 100_000)
        do throws(CaptureError) {
          _ = try reader.next()
          Issue.record("read")
        } catch {
          #expect(error.line == 1)
          #expect(error.reason == "longer than 1 MiB")
        }
        #expect(try reader.next() == CapturedRead(octets: [1], line: 2))
        #expect(try reader.next() == nil)
      }
    }
  }

  @Test func `a file that cannot be opened or read is named with the reason`() throws {
    try withScratchFolder { folder in
      let missing = #expect(throws: CaptureError.self) { _ = try CaptureReader(path: folder + "/none") }
      #expect(missing?.kind == .missing)
      #expect(missing?.description == "\(folder)/none: there is no such file or folder; check the path")
      let isFolder = #expect(throws: CaptureError.self) { _ = try CaptureReader(path: folder) }
      #expect(isFolder?.kind == .folder)
    }
  }

  @Test func `a stop ends a capture early`() throws {
    try withScratchFolder { folder in
      let path = folder + "/day.hex"
      try Data(String(repeating: "7E\n", count: 2000).utf8).write(to: URL(filePath: path))
      let stop = try Stop()
      var reader = try CaptureReader(path: path, stop: stop, chunk: 16)
      #expect(try reader.next() != nil)
      stop.request()
      var rest = 0
      while try reader.next() != nil { rest += 1 }
      #expect(rest < 1000)
    }
  }
}
