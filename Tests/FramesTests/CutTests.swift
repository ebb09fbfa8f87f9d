import Frames
import Metering
import TestSupport
import Testing

/// The events depend on the octets alone, not on how the port happened to hand them over.
@Suite("Every way of cutting a stream")
struct CutTests {
  /// Everything that can happen on the line, in one stream.
  static let stream: [UInt8] = {
    var random = SeededGenerator(seed: 2)
    var damaged = Fixture.aidonList3FourWire.octets
    damaged[200] ^= 0x04
    var badHeader = Fixture.kamstrupHourly.octets
    badHeader[2] ^= 0x80
    let parts: [[UInt8]] = [
      octets("00 11 7E 22"), Stream.sharedFlag, [UInt8](repeating: 0x7E, count: 5),
      Fixture.kaifaList1FlagInside.octets, damaged, Fixture.aidonList3FourWire.octets, badHeader, Stream.empty,
      Array(Stream.segments.joined()), hdlcFrame(octets("FF 06"), isSegmented: true), Stream.segments[0],
      Fixture.kamstrupTenSeconds.octets, Stream.segments[1],
      random.octets(6000), Fixture.kaifaSweden.octets, [UInt8](repeating: 0x33, count: 9000),
      Array(Fixture.landisGyrList2.octets.dropLast()), octets("0A"), Array(BadFrame.all.map(\.octets).joined()),
      Array(Stream.blocks.joined()), Stream.encrypted, Fixture.all.map { $0.octets.dropFirst() }.flatMap { $0 },
      Array(Fixture.aidonList2FourWire.octets.prefix(100)), Fixture.kaifaList1.octets, octets("7E A7"),
    ]
    return Array(parts.joined())
  }()

  static let whole = Heard(stream)

  @Test("the stream holds readings, rejects of each kind, segments and long noise")
  func contents() {
    #expect(Self.whole.readings.count == 10 + Fixture.all.count)
    #expect(Set(Self.whole.faults.map(\.stage)) == [.framing, .segmentation, .security, .axdr])
    #expect(Self.whole.events.contains { if case .noise(let run) = $0 { run.count == 4096 } else { false } })
  }

  @Test("equal pieces give the same events, offsets included", arguments: [1, 2, 3, 7, 43, 44, 64, 1000, 2049, 4096])
  func pieces(length: Int) {
    let cuts = Array(stride(from: length, to: Self.stream.count, by: length))
    expectSame(Heard(Self.reads(cutAt: cuts)))
  }

  @Test("pieces of any length give the same events", arguments: 0..<20 as Range<UInt64>)
  func randomPieces(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let most = [3, 50, 500, 5000][Int(seed % 4)]
    var cuts: [Int] = []
    var place = 0
    while place < Self.stream.count {
      // Now and then a read of nothing.
      place += Int.random(in: 0...most, using: &random)
      cuts.append(min(place, Self.stream.count))
    }
    expectSame(Heard(Self.reads(cutAt: cuts)))
  }

  @Test("each single cut of a frame gives the same events", arguments: Fixture.all)
  func singleCut(fixture: Fixture) {
    for place in 0...fixture.octets.count {
      let heard = Heard([Array(fixture.octets[..<place]), Array(fixture.octets[place...])])
      if heard.readings != [fixture.expected] { Issue.record("cut at \(place)") }
    }
  }

  @Test("a doubled octet behind a header that fails does not change what is said of it")
  func doubledBehindHeader() {
    let stream = octets("7E A1 CB 21 E7 FF 2F 91 2F 54 FF FF FF 53")
    for place in 0...stream.count {
      let heard = Heard([Array(stream[..<place]), Array(stream[place...])])
      if heard.events != Heard(stream).events { Issue.record("cut at \(place)") }
    }
  }

  @Test("no more than one frame ever waits")
  func waiting() {
    #expect(Heard(Self.stream.map { [$0] }).mostWaiting <= 2049)
  }

  /// Names the first event that differs; both rows in full would be thousands of lines.
  private func expectSame(_ heard: Heard) {
    let pairs = zip(heard.events, Self.whole.events)
    if let (event, expected) = pairs.first(where: { $0 != $1 }) {
      Issue.record("\(event), expected \(expected)")
    } else {
      #expect(heard.events.count == Self.whole.events.count)
    }
  }

  private static func reads(cutAt cuts: [Int]) -> [[UInt8]] {
    zip([0] + cuts, cuts + [stream.count]).map { Array(stream[$0..<$1]) }
  }
}
