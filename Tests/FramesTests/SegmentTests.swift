import Frames
import Metering
import TestSupport
import Testing

@Suite("Segmented messages")
struct SegmentTests {
  static let first = Stream.segments[0]
  static let last = Stream.segments[1]
  static let whole = Fixture.aidonList1.expected

  /// `fixture`'s message in segments of at most `size` octets of information.
  private func segments(
    of fixture: Fixture, size: Int, addresses: [UInt8] = [0x41, 0x08, 0x83], control: (Int) -> UInt8 = { _ in 0x13 }
  ) -> [[UInt8]] {
    let information = fixture.information
    let starts = Array(stride(from: 0, to: information.count, by: size))
    return starts.enumerated().map { number, start in
      hdlcFrame(
        Array(information[start..<min(start + size, information.count)]), addresses: addresses,
        control: control(number), isSegmented: start + size < information.count)
    }
  }

  @Test("the two segments of protocol.md 2.4 are one message")
  func two() {
    let heard = Heard(Self.first + Self.last)
    #expect(heard.events == [.nothing(span: 0..<31), .list(Self.whole, span: 32..<55)])
  }

  @Test("a message in segments of any size is joined", arguments: [4, 5, 17, 100, 200])
  func sizes(size: Int) {
    for fixture in Fixture.all {
      let heard = Heard(segments(of: fixture, size: size).flatMap { $0 })
      if heard.readings != [fixture.expected] { Issue.record("\(fixture.name)") }
    }
  }

  @Test("segments of several senders may come between one another")
  func interleaved() {
    let aidon = segments(of: .aidonList3FourWire, size: 150)
    let kamstrup = segments(of: .kamstrupHourly, size: 110, addresses: [0x2B, 0x21])
    #expect(aidon.count == 3 && kamstrup.count == 3)
    let heard = Heard(zip(aidon, kamstrup).flatMap { $0 + $1 })
    #expect(heard.readings == [Fixture.aidonList3FourWire.expected, Fixture.kamstrupHourly.expected])
  }

  @Test("a whole frame of another sender between two segments is read")
  func between() {
    let heard = Heard(Self.first + Fixture.kaifaList1.octets + Self.last)
    #expect(heard.readings == [Fixture.kaifaList1.expected, Self.whole])
  }

  @Test("an empty frame between two segments is nothing, not a segment")
  func emptyBetween() {
    let heard = Heard(Self.first + Stream.empty + Self.last)
    #expect(heard.readings == [Self.whole])
    #expect(heard.faults.isEmpty)
  }

  @Test("a segment whose beginning was lost is refused")
  func noBeginning() {
    let pieces = segments(of: .aidonList3FourWire, size: 150)
    let heard = Heard(pieces[1] + pieces[2] + Fixture.aidonList1.octets)
    #expect(heard.readings == [Fixture.aidonList1.expected])
    #expect(heard.faults.first?.stage == .segmentation)
    #expect(heard.faults.first?.reason == "segment without the beginning of its message")
  }

  /// What may befall the middle one of three segments, none of which leaves a trace that names the sender.
  static let damages: [(name: String, harm: @Sendable (inout [UInt8]) -> Void)] = [
    ("a bit of the payload flipped", { $0[20] ^= 1 }),
    ("a bit of the header flipped", { $0[3] ^= 0x10 }),
    ("a bit of the opening flag flipped", { $0[0] ^= 1 }),
    ("the second half lost", { $0.removeLast(70) }),
    ("the first half lost", { $0.removeFirst(70) }),
  ]

  @Test("a damaged segment destroys its message, however it is damaged", arguments: damages.indices)
  func damaged(index: Int) {
    // Segments of a message that would still be a list without its middle: only the damage tells.
    let element = Array(Fixture.aidonList1.body.dropFirst(2))
    let filler = octets("02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37")
    let head = Array(Fixture.aidonList1.information.prefix(9)) + octets("01 02") + filler
    var middle = hdlcFrame(Array(repeating: 0, count: 100), isSegmented: true)
    Self.damages[index].harm(&middle)
    let stream = hdlcFrame(head, isSegmented: true) + middle + hdlcFrame(element) + Fixture.kaifaList1.octets
    #expect(Heard(stream).readings == [Fixture.kaifaList1.expected], "\(Self.damages[index].name)")
  }

  @Test("a new beginning drops the message that was open")
  func newBeginning() {
    let pieces = segments(of: .aidonList3FourWire, size: 150)
    let heard = Heard(pieces[0] + pieces[1] + Self.first + Self.last)
    #expect(heard.readings == [Self.whole])
  }

  @Test("I-frames that count N(S) must count by one; a sender that never counts is believed")
  func order() {
    let counting = segments(of: .kaifaList3ThreePhase, size: 40, addresses: [0x01, 0x02, 0x01]) { number in
      0x10 | UInt8(number % 8) << 1
    }
    #expect(counting.count == 4)
    #expect(Heard(counting.flatMap { $0 }).readings == [Fixture.kaifaList3ThreePhase.expected])
    let constant = segments(of: .kaifaList3ThreePhase, size: 40, addresses: [0x01, 0x02, 0x01]) { _ in 0x10 }
    #expect(Heard(constant.flatMap { $0 }).readings == [Fixture.kaifaList3ThreePhase.expected])
    for lost in 1..<3 {
      var gap = counting
      gap.remove(at: lost)
      let heard = Heard(gap.flatMap { $0 })
      #expect(heard.readings.isEmpty)
      #expect(heard.faults.first?.reason == "segment out of order: its number N(S) does not follow the one before")
    }
    let swapped = Heard(counting[0] + counting[2] + counting[1] + counting[3])
    #expect(swapped.readings.isEmpty)
    let twice = Heard(counting[0] + counting[1] + counting[1] + counting[2] + counting[3])
    #expect(twice.readings.isEmpty)
    #expect(twice.faults.first?.stage == .segmentation)
  }

  @Test("a counter of N(S) that starts anywhere may pass from 7 to 0", arguments: 0..<8)
  func wrap(start: Int) {
    let pieces = segments(of: .kaifaList3ThreePhase, size: 12, addresses: [0x01, 0x02, 0x01]) { number in
      0x10 | UInt8((start + number) % 8) << 1
    }
    #expect(pieces.count > 8)
    #expect(Heard(pieces.flatMap { $0 }).readings == [Fixture.kaifaList3ThreePhase.expected])
  }

  @Test("a message that waits longer than 10 s for its next segment is given up")
  func age() {
    #expect(Heard([Self.first, Self.last], interval: .seconds(10)).readings == [Self.whole])
    let late = Heard([Self.first, Self.last], interval: TimeSpan(milliseconds: 10_001))
    #expect(late.readings.isEmpty)
    #expect(late.faults.count == 1)
  }

  @Test("a host clock that steps back does not keep an old message open")
  func clockStep() {
    #expect(Heard([Self.first, Self.last], interval: .hours(-1)).readings.isEmpty)
  }

  @Test("a message that grows beyond 8192 octets is refused, and the next one is read")
  func tooLong() {
    let beginning = hdlcFrame(Fixture.aidonList1.information, isSegmented: true)
    let more = hdlcFrame([UInt8](repeating: 0x11, count: 2000), isSegmented: true)
    let heard = Heard(beginning + Array(repeatElement(more, count: 5).joined()) + Self.first + Self.last)
    #expect(heard.readings == [Self.whole])
    #expect(heard.faults.map(\.stage) == [.segmentation])
    #expect(heard.faults.first?.reason == "segmented message is longer than 8192 octets")
  }

  @Test("a thousand senders that begin and never end do not fill the memory, and the last one is heard")
  func manySenders() {
    var stream: [UInt8] = []
    for sender in 0..<1000 {
      let addresses = [0x41, UInt8(sender >> 6) & 0x7E, UInt8(sender & 0x7F) << 1 | 1]
      stream += segments(of: .aidonList1, size: 20, addresses: addresses)[0]
    }
    let heard = Heard(stream + Self.first + Self.last)
    #expect(heard.readings == [Self.whole])
  }
}
