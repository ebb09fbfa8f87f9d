import Frames
import Metering
import TestSupport
import Testing

/// One port may switch between HDLC and P1 at any time: the octets say which it is.
@Suite("Mixed streams")
struct MixedStreamTests {
  static let telegram = Array(
    "/TST5\r\n\r\n0-0:1.0.0(260115140010W)\r\n1-0:1.8.0(00012345.678*kWh)\r\n!1306\r\n".utf8)
  static let frame = octets(
    "7EA02A410883130413E6E7000F40000000000101020309060100010700FF06000004D202020F00161B19F27E")
  static let stream = telegram + frame + frame + telegram + [0x00, 0x2F, 0x55] + telegram + frame

  /// The kinds of the lists, in order, and the octets that went into none.
  private func hear(_ chunks: [[UInt8]]) -> (kinds: [ListKind], noise: Int, rejects: [String]) {
    var decoder = StreamDecoder()
    var heard: (kinds: [ListKind], noise: Int, rejects: [String]) = ([], 0, [])
    func take(_ event: StreamDecoder.Event) {
      switch event {
      case .list: heard.kinds.append(decoder.list.kind)
      case .noise(_, let count): heard.noise += count
      case .reject(let fault): heard.rejects.append(fault.reason)
      case .nothing: break
      }
    }
    for chunk in chunks {
      decoder.append(chunk.span, arrival: UTCTime(milliseconds: 0))
      while let event = decoder.next() { take(event) }
    }
    while let event = decoder.giveUp() { take(event) }
    let counts = decoder.deframer.counts
    let accounted = counts.octetsInFrames + counts.flags + counts.noise + Int64(decoder.deframer.waiting)
    #expect(accounted == Int64(chunks.joined().count))
    return heard
  }

  @Test("frames and telegrams are read in turn")
  func inTurn() {
    let heard = hear([Self.stream])
    #expect(heard.kinds == [.p1, .list1, .list1, .p1, .p1, .list1])
    #expect(heard.noise == 3)
    #expect(heard.rejects.isEmpty)
  }

  @Test("any way of cutting gives the same", arguments: 0..<30)
  func cuts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var chunks: [[UInt8]] = []
    var rest = Self.stream[...]
    while !rest.isEmpty {
      let count = seed == 0 ? 1 : min(rest.count, 1 + Int(random.next() % 60))
      chunks.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let heard = hear(chunks)
    #expect(heard.kinds == [.p1, .list1, .list1, .p1, .p1, .list1])
    #expect(heard.noise == 3)
  }

  @Test("a telegram with a wrong CRC is refused, and the frame behind it is read")
  func wrongCRC() {
    var damaged = Self.telegram
    damaged[20] ^= 1
    let heard = hear([damaged + Self.frame])
    #expect(heard.kinds == [.list1])
    #expect(heard.rejects.contains { $0.hasPrefix("CRC of the telegram is") })
  }

  @Test("a telegram that was cut does not hold back a frame beyond a silence")
  func cutTelegram() {
    var decoder = StreamDecoder()
    decoder.append((Array(Self.telegram[..<40]) + Self.frame).span, arrival: UTCTime(milliseconds: 0))
    var kinds: [ListKind] = []
    while let event = decoder.next() ?? decoder.fallSilent() { if event == .list { kinds.append(decoder.list.kind) } }
    #expect(kinds == [.list1])
  }
}
