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
    let accounted =
      counts.octetsInFrames + counts.flags + counts.lineEnds + counts.noise + Int64(decoder.deframer.waiting)
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

  // MARK: Telegrams without a CRC

  static let unchecked = Array("/TST5\r\n\r\n1-0:1.8.0(00012345.678*kWh)\r\n!\r\n".utf8)

  @Test("telegrams without a CRC are taken unless those before them had one")
  func crcHabit() {
    #expect(hear([Self.unchecked + Self.unchecked]).kinds == [.p1, .p1])
    let heard = hear([Self.telegram + Self.unchecked + Self.telegram + Self.unchecked + Self.unchecked])
    #expect(heard.kinds == [.p1, .p1])
    #expect(heard.rejects == Array(repeating: "telegram has no CRC, and those before it had one", count: 3))
  }

  @Test("on a bad line one telegram without a CRC is not taken, and the third is")
  func crcOnBadLine() {
    var damaged = Self.telegram
    damaged[20] ^= 1
    #expect(hear([damaged + Self.unchecked + Self.telegram]).kinds == [.p1])
    #expect(hear([damaged + Self.unchecked + Self.unchecked + Self.unchecked]).kinds == [.p1])
  }

  @Test("a meter whose telegrams have no CRC is heard again after one whose telegrams had")
  func newHabit() {
    let heard = hear([Self.telegram + Self.unchecked + Self.unchecked + Self.unchecked + Self.unchecked])
    #expect(heard.kinds == [.p1, .p1, .p1])
    #expect(heard.rejects.count == 2)
  }

  @Test("a telegram may end with its ! where the input ends, and not before")
  func endOfInput() {
    let octets = Array(Self.unchecked.dropLast(2))
    #expect(octets.last == 0x21)
    #expect(hear([octets]).kinds == [.p1])
    var decoder = StreamDecoder()
    decoder.append(octets)
    #expect(decoder.next() == nil)
    #expect(decoder.fallSilent() == nil)
    decoder.append(Array("1306".utf8))
    guard case .reject = decoder.next() else {
      Issue.record("the CRC of another telegram was taken")
      return
    }
    #expect(hear([Array(octets.dropLast())]).rejects == ["telegram is cut short after 38 octets"])
  }

  // MARK: M-Bus

  static let longFrames = mbusFrames(Array(Fixture.kamstrupPush1.information.dropFirst(3)), every: 200)
  static let longMessage = Array(longFrames.joined())

  @Test("M-Bus frames are read between HDLC frames and telegrams, however the stream is cut", arguments: 0..<20)
  func longFramesInStream(seed: UInt64) {
    let parts =
      Self.frame + Self.longMessage + [0x68, 0x68] + Self.telegram + Self.longMessage + Self.frame
    var random = SeededGenerator(seed: seed)
    var chunks: [[UInt8]] = []
    var rest = Array(parts)[...]
    while !rest.isEmpty {
      let count = seed == 0 ? 1 : min(rest.count, 1 + Int(random.next() % 90))
      chunks.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let heard = hear(chunks)
    #expect(heard.kinds == [.list1, .push1, .p1, .push1, .list1])
    #expect(heard.noise == 2)
    #expect(heard.rejects.isEmpty)
  }

  @Test("a damaged M-Bus frame costs its message and nothing behind it")
  func damagedLongFrame() {
    var damaged = Self.longFrames
    damaged[1][40] ^= 0x10
    let heard = hear([Array(damaged.joined()) + Self.longMessage + Self.frame])
    #expect(heard.kinds == [.push1, .list1])
    #expect(heard.rejects.first?.hasPrefix("sum of the M-Bus frame is ") == true)
  }

  @Test("noise between the parts of a message destroys it")
  func noiseBetweenParts() {
    let (first, rest) = (Self.longFrames[0], Array(Self.longFrames.dropFirst().joined()))
    let heard = hear([first + [0x00] + rest])
    #expect(heard.kinds.isEmpty)
    #expect(heard.rejects.allSatisfy { $0 == "M-Bus telegram without the beginning of its message" })
    #expect(!heard.rejects.isEmpty)
  }

  @Test("an M-Bus frame that was cut does not hold back a frame beyond a silence, and is told at the end")
  func cutLongFrame() {
    let cut = Array(Self.longFrames[0].prefix(60))
    #expect(hear([cut]).rejects == ["M-Bus frame is cut short: its length says 211 octets, 60 came"])
    var decoder = StreamDecoder()
    decoder.append(cut + Self.frame)
    #expect(decoder.next() == nil)
    var kinds: [ListKind] = []
    while let event = decoder.fallSilent() { if event == .list { kinds.append(decoder.list.kind) } }
    #expect(kinds == [.list1])
  }

  @Test("a length that noise invented does not hold back an M-Bus frame beyond a silence")
  func heldBackLongFrame() {
    let begun = Array(Fixture.aidonList3FourWire.octets.prefix(30))
    let message = mbusFrame(Fixture.kaifaList1.information.dropFirst(3))
    var decoder = StreamDecoder()
    decoder.append(begun + message)
    #expect(decoder.next() == nil)
    var kinds: [ListKind] = []
    while let event = decoder.fallSilent() { if event == .list { kinds.append(decoder.list.kind) } }
    #expect(kinds == [.list1])
  }

  // MARK: Messages without a frame

  @Test("a whole message without a frame is taken where no frame is open, and is unchecked", arguments: Fixture.all)
  func bareMessage(fixture: Fixture) {
    let start = Int64(Self.frame.count)
    for octets in [fixture.information, Array(fixture.information.dropFirst(3)), fixture.body] {
      var decoder = StreamDecoder()
      decoder.append(Self.frame)
      #expect(decoder.next() == .list)
      #expect(decoder.takeMessage(octets, arrival: UTCTime(milliseconds: 0)) == .list)
      #expect(decoder.list.isChecked == false)
      #expect(decoder.form == nil)
      #expect(decoder.span == start..<(start + Int64(octets.count)))
      #expect(decoder.messageOctets == octets)
      decoder.append(Self.frame)
      #expect(decoder.next() == .list)
      #expect(decoder.list.isChecked)
      #expect(decoder.span.lowerBound == start + Int64(octets.count))
    }
  }

  @Test("a frame without its flags is taken where no frame is open, and is checked", arguments: Fixture.all)
  func withoutFlags(fixture: Fixture) {
    for octets in [Array(fixture.octets.dropFirst()), Array(fixture.octets.dropFirst().dropLast())] {
      var decoder = StreamDecoder()
      #expect(decoder.takeMessage(octets, arrival: UTCTime(milliseconds: 0)) == .list)
      #expect(Reading(decoder.list) == fixture.expected)
      #expect(decoder.list.isChecked)
      #expect(decoder.span == 0..<Int64(fixture.octets.count - 2))
      for place in [0, 4, octets.count / 2, octets.count - 3] {
        var damaged = octets
        damaged[place] ^= 1
        #expect(decoder.takeMessage(damaged, arrival: UTCTime(milliseconds: 0)) == nil)
      }
    }
  }

  @Test(
    "the flag behind a frame without an opening one opens the next, and a flag in front makes it a frame like any other"
  )
  func sharedFlags() {
    var decoder = StreamDecoder()
    #expect(decoder.takeMessage(Array(Self.frame.dropFirst()), arrival: UTCTime(milliseconds: 0)) == .list)
    #expect(decoder.deframer.waiting == 1)
    #expect(decoder.takeMessage(Array(Self.frame.dropFirst()), arrival: UTCTime(milliseconds: 0)) == nil)
    decoder.append(Array(Self.frame.dropFirst()))
    #expect(decoder.next() == .list)
    #expect(decoder.next() == nil)
    #expect(decoder.deframer.counts.noise == 0)
    #expect(decoder.span == 42..<85)
  }

  @Test("a piece of a frame is not taken for a message, nor is a message within a frame")
  func notBare() {
    var decoder = StreamDecoder()
    let frame = Fixture.aidonList2FourWire.octets
    #expect(decoder.takeMessage(Array(frame.prefix(100)), arrival: UTCTime(milliseconds: 0)) == nil)
    decoder.append(Array(frame.prefix(100)))
    #expect(decoder.next() == nil)
    #expect(decoder.takeMessage(Fixture.kaifaList1.body, arrival: UTCTime(milliseconds: 0)) == nil)
    decoder.append(Array(frame.dropFirst(100)))
    #expect(decoder.next() == .list)
  }
}
