import Frames
import Metering
import TestSupport
import Testing

@Suite("HDLC framing")
struct DeframerTests {
  static let good = Fixture.aidonList1

  @Test("two frames that share a flag are both read, a 7E inside is data")
  func sharedFlag() {
    let heard = Heard(Stream.sharedFlag)
    #expect(
      heard.events == [
        .list(Fixture.kaifaList1.expected, span: 0..<40), .list(Fixture.kaifaList1FlagInside.expected, span: 40..<80),
      ])
  }

  @Test("a frame without information is sound and says nothing")
  func empty() {
    #expect(Heard(Stream.empty).events == [.nothing(span: 0..<9)])
  }

  @Test("a bad frame gives no reading, says why, and leaves the frames around it", arguments: BadFrame.all)
  func bad(frame: BadFrame) throws {
    let heard = Heard(Self.good.octets + frame.octets + Self.good.octets)
    #expect(heard.readings == [Self.good.expected, Self.good.expected])
    let fault = try #require(heard.faults.first)
    #expect(heard.faults.count == 1)
    #expect(fault.stage.rawValue == frame.stage)
    #expect(fault.reason.contains(frame.says), "\(fault.reason)")
    #expect(fault.streamOffset == Int64(Self.good.octets.count))
  }

  @Test("an encrypted frame is refused as encrypted")
  func encrypted() {
    let faults = Heard(Stream.encrypted).faults
    #expect(faults.map(\.stage) == [.security])
    #expect(faults.first?.reason.contains("encrypted") == true)
  }

  @Test("noise before, between and behind frames is told with its place and loses nothing")
  func noise() {
    let frame = Self.good.octets
    let heard = Heard(octets("00 11 22") + frame + octets("0A") + frame + octets("55 AA"))
    #expect(
      heard.events == [
        .noise(0..<3), .list(Self.good.expected, span: 3..<46), .noise(47..<48),
        .list(Self.good.expected, span: 48..<91), .noise(92..<94),
      ])
  }

  @Test("any number of flags fills the line", arguments: [1, 2, 3, 100, 5000])
  func fill(count: Int) {
    let flags = [UInt8](repeating: 0x7E, count: count)
    let heard = Heard(flags + Self.good.octets + flags + Self.good.octets + flags)
    #expect(heard.readings == [Self.good.expected, Self.good.expected])
    #expect(heard.faults.isEmpty)
  }

  @Test("a frame without its closing flag is read, and the missing flag is counted")
  func missingClosingFlag() {
    let octets = Self.good.octets.dropLast() + [0x0A] + Self.good.octets
    var decoder = StreamDecoder()
    decoder.append(Array(octets))
    var lists = 0
    while let event = decoder.next() ?? decoder.giveUp() { if event == .list { lists += 1 } }
    #expect(lists == 2)
    #expect(decoder.deframer.counts.missingClosingFlags == 1)
  }

  @Test("noise is told in runs of at most 4096, however long it is", arguments: [4095, 4096, 4097, 8192, 10_000])
  func longNoise(length: Int) {
    let noise = [UInt8](repeating: 0x55, count: length)
    let heard = Heard(noise + Self.good.octets)
    let runs = heard.events.compactMap { event -> Int? in if case .noise(let run) = event { run.count } else { nil } }
    #expect(runs.reduce(0, +) == length)
    #expect(runs.dropLast().allSatisfy { $0 == 4096 })
    #expect(heard.readings == [Self.good.expected])
  }

  @Test("a length that claims 2047 octets costs no frame behind it")
  func longClaim() throws {
    // A sound header, so that its length is believed, and 30 good frames in the 2040 octets that it claims.
    var header = octets("A7 FF 41 08 83 13")
    let check = crcX25(header)
    header += [UInt8(check & 0xFF), UInt8(check >> 8)]
    let behind = Array(repeatElement(Self.good.octets, count: 30).joined())
    let heard = Heard([0x7E] + header + behind)
    #expect(heard.readings == Array(repeating: Self.good.expected, count: 30))
    let fault = try #require(heard.faults.first)
    #expect(fault.reason == "frame is cut short: its length says 2047 octets, 1328 came")
    let more = Heard([0x7E] + header + behind + behind)
    #expect(more.readings == Array(repeating: Self.good.expected, count: 60))
    #expect(more.faults.map(\.stage) == [.framing])
    #expect(more.faults.first?.reason.contains("FCS") == true)
  }

  @Test("a frame of the greatest length, 2047, is taken whole")
  func longestFrame() {
    let information = [UInt8](repeating: 0x42, count: 2047 - 10)
    let frame = hdlcFrame(information)
    #expect(frame.count == 2049)
    let heard = Heard(frame.map { [$0] })
    #expect(heard.faults.map(\.stage) == [.apdu])
    #expect(heard.mostWaiting <= 2049)
  }

  /// Destination and source, and whether a frame may carry them (`protocol.md` 2.1).
  static let addresses: [(addresses: String, isSound: Bool)] = [
    ("41 03", true), ("41 08 83", true), ("01 02 01", true), ("02 04 06 09 03", true), ("02 05 02 04 06 09", true),
    ("CE FF 03", true), ("02 04 07 03", false), ("02 04 06 08 0A 03", false), ("41 02 04 07", false),
  ]

  @Test("an address has 1, 2 or 4 octets", arguments: addresses)
  func address(vector: (addresses: String, isSound: Bool)) {
    let frame = hdlcFrame(Self.good.information, addresses: octets(vector.addresses))
    #expect(Heard(frame).readings == (vector.isSound ? [Self.good.expected] : []))
  }

  @Test("control 10, 13, 03 and any other is accepted", arguments: [0x10, 0x13, 0x03, 0x32] as [UInt8])
  func control(control: UInt8) {
    #expect(Heard(hdlcFrame(Self.good.information, control: control)).readings == [Self.good.expected])
  }

  @Test("after silence a half frame is refused with what came, and the next frame is read")
  func silence() {
    var decoder = StreamDecoder()
    let half = Array(Self.good.octets.prefix(20))
    decoder.append(half)
    #expect(decoder.next() == nil)
    guard case .reject(let fault) = decoder.giveUp() else {
      Issue.record("the half frame was not refused")
      return
    }
    #expect(fault.octets == half)
    #expect(fault.reason == "frame is cut short: its length says 42 octets, 19 came")
    #expect(decoder.giveUp() == .noise(streamOffset: 0, count: 20))
    #expect(decoder.giveUp() == nil)
    decoder.append(Self.good.octets)
    #expect(decoder.next() == .list)
    #expect(decoder.span == 20..<63)
    #expect(decoder.giveUp() == nil)
    #expect(decoder.deframer.waiting == 1)
  }

  @Test("a flag kept over a silence opens the next frame of a sender that shares flags")
  func flagOverSilence() {
    var decoder = StreamDecoder()
    decoder.append(Self.good.octets)
    #expect(decoder.next() == .list)
    #expect(decoder.giveUp() == nil)
    decoder.append(Array(Self.good.octets.dropFirst()))
    #expect(decoder.next() == .list)
    #expect(decoder.giveUp() == nil)
    #expect(decoder.deframer.counts.noise == 0)
  }
}
