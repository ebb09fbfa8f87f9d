import Frames
import Metering
import TestSupport
import Testing

/// What a silent line does to octets that wait (`protocol.md` 2.5, rule 7, kept without losing a frame that comes late).
@Suite("Silence")
struct SilenceTests {
  static let list1 = octets(
    "7EA02A410883130413E6E7000F40000000000101020309060100010700FF06000004D202020F00161B19F27E")

  /// A header whose check holds and whose length says 500: nothing of the kind follows.
  static let falseHeader: [UInt8] = {
    let header: [UInt8] = [0xA1, 0xF4, 0x41, 0x08, 0x83, 0x13]
    let check = crcX25(header)
    return [0x7E] + header + [UInt8(check & 0xFF), UInt8(check >> 8)]
  }()

  @Test("a frame held back by a false length is handed out when the line falls silent")
  func heldBack() {
    var decoder = StreamDecoder()
    decoder.append((Self.falseHeader + Self.list1).span, arrival: UTCTime(milliseconds: 0))
    #expect(decoder.next() == nil)
    var events: [StreamDecoder.Event] = []
    while let event = decoder.fallSilent() { events.append(event) }
    #expect(events.count == 3)
    guard case .reject = events.first else {
      Issue.record("the false header is not refused")
      return
    }
    #expect(events.last == .list)
    #expect(decoder.list.readings[.activePowerImport] == 1234)
  }

  @Test("a frame whose rest comes after a silence is read", arguments: [1, 2, 5, 9, 20, 42])
  func late(cut: Int) {
    var decoder = StreamDecoder()
    decoder.append(Array(Self.list1[..<cut]).span, arrival: UTCTime(milliseconds: 0))
    #expect(decoder.next() == nil)
    #expect(decoder.fallSilent() == nil)
    decoder.append(Array(Self.list1[cut...]).span, arrival: UTCTime(seconds: 60))
    #expect(decoder.next() == .list)
  }

  @Test("a cut frame does not hold back the next one beyond a silence")
  func cutFrame() {
    var decoder = StreamDecoder()
    decoder.append((Array(Self.list1[..<30]) + Self.list1).span, arrival: UTCTime(milliseconds: 0))
    var lists = 0
    while let event = decoder.next() ?? decoder.fallSilent() { if event == .list { lists += 1 } }
    #expect(lists == 1)
  }
}
