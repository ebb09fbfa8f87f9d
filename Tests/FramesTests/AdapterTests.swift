import Frames
import Metering
import TestSupport
import Testing

/// What adapters do to frames (`protocol.md` 1.5).
@Suite("Adapters")
struct AdapterTests {
  /// What a dongle in text mode makes of octets: a CR before each LF, and a line end after each frame.
  static func textMode(_ frame: [UInt8]) -> [UInt8] { doubled(frame, 0x0A, by: 0x0D) + [0x0D, 0x0A] }

  static func doubled(_ octets: [UInt8], _ octet: UInt8, by before: UInt8) -> [UInt8] {
    octets.flatMap { $0 == octet ? [before, $0] : [$0] }
  }

  /// Holds LF, so that it shows what the adapter does.
  static let first = Fixture.all.filter { $0.octets.contains(0x0A) }[0]

  @Test("CR before LF is undone in every fixture, from the second damaged frame on", arguments: Fixture.all)
  func lineEnds(fixture: Fixture) {
    let heard = Heard(Self.textMode(Self.first.octets) + Self.textMode(fixture.octets))
    #expect(heard.readings == [fixture.expected])
    #expect(heard.faults.first?.reason.contains("CR stands before each LF") == true)
  }

  @Test("CR before LF is undone however the stream is cut", arguments: 0..<20)
  func cuts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let stream = Self.textMode(Self.first.octets) + Fixture.all.flatMap { Self.textMode($0.octets) }
    var chunks: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let count = min(rest.count, 1 + Int(random.next() % 40))
      chunks.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    #expect(Heard(chunks).readings == Fixture.all.map(\.expected))
  }

  @Test("a true CR LF inside a frame survives the dongle")
  func trueLineEnd() {
    // 3338 W is 0D0A.
    let information = octets(
      "E6E700 0F4000000000 0101 020309060100010700FF0600000D0A02020F00161B")
    let frame = hdlcFrame(information)
    #expect(Heard(frame).readings.count == 1)
    #expect(Heard(Self.textMode(Self.first.octets) + Self.textMode(frame)).readings == Heard(frame).readings)
  }

  @Test("a telnet server is recognised and refused with advice", arguments: Fixture.all)
  func telnet(fixture: Fixture) {
    let heard = Heard(Self.doubled(fixture.octets, 0xFF, by: 0xFF))
    guard fixture.octets.contains(0xFF) else { return }
    #expect(heard.readings.isEmpty)
    #expect(heard.faults.contains { $0.reason.contains("telnet") })
  }
}
