import Frames
import Metering
import TestSupport
import Testing

@Suite("Wired M-Bus")
struct MBusTests {
  /// The APDU of a fixture: what stands behind its LLC.
  static let message = Array(Fixture.kamstrupPush1.information.dropFirst(3))

  private func header(_ octets: [UInt8]) -> MBusHeader { MBusHeader(octets.span, at: 0) }

  private func frame(_ octets: [UInt8]) throws -> MBusFrame {
    guard case .frame(let frame) = header(octets) else {
      Issue.record("no frame: \(header(octets))")
      throw Missing()
    }
    return frame
  }

  private struct Missing: Error {}

  // MARK: Frames

  @Test("a frame says where its data are, and which part of its message they are")
  func places() throws {
    let octets = TestSupport.octets("68 08 08 68 53 FF 13 01 67 0F 00 40 1C 16 7E")
    let frame = try frame(octets)
    #expect(frame.octets == 0..<14)
    #expect(frame.data == 9..<12)
    #expect(frame.sequence == 3)
    #expect(frame.isLast)
    #expect(frame.address == 0xFF)
    #expect(frame.accessPoints == 0x0167)
  }

  @Test("the length of a frame longer than 255 is sent modulo 256", arguments: [1, 247, 250, 251, 252, 255])
  func lengths(count: Int) throws {
    let octets = mbusFrame([UInt8](repeating: 0xDB, count: count))
    #expect(octets[1] == UInt8(truncatingIfNeeded: count + 5))
    let frame = try frame(octets)
    #expect(frame.data.count == count)
    #expect(frame.octets.count == octets.count)
  }

  @Test("a frame begins at any place")
  func offset() throws {
    let octets = mbusFrame([1, 2, 3])
    guard case .frame(let frame) = MBusHeader(([0x68, 0x68] + octets).span, at: 2) else {
      Issue.record("no frame")
      return
    }
    #expect(frame.data == 11..<14)
  }

  @Test("every proper prefix of a frame wants more, and no more than is missing", arguments: [3, 252])
  func prefixes(count: Int) {
    let octets = mbusFrame([UInt8](repeating: 0x0F, count: count))
    for length in 1..<octets.count {
      guard case .incomplete(let missing) = header(Array(octets.prefix(length))) else {
        Issue.record("the first \(length) octets: \(header(Array(octets.prefix(length))))")
        continue
      }
      #expect(missing > 0 && missing <= octets.count - length)
      if length >= 4 { #expect(missing == octets.count - length) }
    }
  }

  @Test("no single flipped bit leaves a frame that says something else")
  func flippedBits() throws {
    let octets = mbusFrame(Self.message.prefix(40))
    for place in octets.indices {
      for bit in 0..<8 {
        var damaged = octets
        damaged[place] ^= 1 << UInt8(bit)
        if case .frame = header(damaged) { Issue.record("bit \(bit) of octet \(place)") }
      }
    }
  }

  static let notFrames = [
    "67 08 08 68 53 FF 10 01 67 0F 00 40 19 16", "68 08 09 68", "68 09 08 68", "68 08 08 69", "68 08 08 68 53 FF 72",
    "68 08 08 68 53 FF 20", "68 08 08 68 53 FF 10 01 67 0F 00 40 19 17",
  ]

  @Test("start, lengths, application and stop octet have to be right", arguments: notFrames)
  func malformed(text: String) {
    #expect(header(octets(text)) == .malformed)
  }

  @Test("a wrong checksum is told with the right one")
  func checksum() {
    #expect(
      header(octets("68 08 08 68 53 FF 10 01 67 0F 00 40 1A 16")) == .wrongChecksum(expected: 0x19, found: 0x1A))
  }

  // MARK: Messages

  static let start = UTCTime(seconds: 1_770_000_000)

  /// Gives the frames to an assembler, a second apart, and returns what became of the last.
  private func assemble(_ frames: [[UInt8]], apart: TimeSpan = .seconds(1)) throws -> (MBusAssembler.Outcome, [UInt8]) {
    var assembler = MBusAssembler()
    var outcome = MBusAssembler.Outcome.waiting
    for (index, octets) in frames.enumerated() {
      let frame = try frame(octets)
      outcome = assembler.take(
        frame, data: octets.span.extracting(frame.data), arrival: Self.start + apart * Int64(index))
    }
    return (outcome, assembler.message)
  }

  @Test("the parts of a message are put together", arguments: [60, 100, 245, 252, 1000])
  func parts(size: Int) throws {
    let (outcome, message) = try assemble(mbusFrames(Self.message, every: min(size, 252)), apart: .zero)
    #expect(outcome == .complete)
    #expect(message == Self.message)
    #expect(WholeMessages(mbusFrames(Self.message, every: min(size, 252)).flatMap { $0 }).lists.count == 1)
  }

  @Test("a message of M-Bus frames reads as it does from an HDLC frame")
  func reading() throws {
    let said = WholeMessages(mbusFrames(Self.message, every: 252).flatMap { $0 })
    let list = try #require(said.lists.first)
    #expect(Reading(list) == Fixture.kamstrupPush1.expected)
    #expect(list.isChecked)
  }

  @Test("an encrypted message is told to be encrypted")
  func encrypted() {
    let message = Array(Stream.encrypted.dropFirst(11).dropLast(3))
    #expect(message.first == 0xDB)
    let said = WholeMessages(mbusFrames(message, every: 50).flatMap { $0 })
    #expect(said.lists.isEmpty)
    #expect(said.refusals == ["frames are encrypted; a key is needed"])
  }

  @Test("a gap, a repeated part, a part of another sender or one that is late destroys the message")
  func doubt() throws {
    let frames = mbusFrames(Self.message, every: 100)
    #expect(frames.count == 5)
    var gap = frames
    gap.remove(at: 2)
    #expect(try assemble(Array(gap.prefix(3))).0 == .refused(.outOfOrder(expected: 2, found: 3)))
    // Destroyed: what follows belongs to nothing.
    #expect(try assemble(gap).0 == .refused(.noBeginning))
    #expect(try assemble([frames[0], frames[1], frames[1]]).0 == .refused(.outOfOrder(expected: 2, found: 1)))
    #expect(try assemble([frames[1]]).0 == .refused(.noBeginning))
    let other = mbusFrame(Self.message.prefix(100), part: 1, isLast: false, address: 0x01)
    #expect(try assemble([frames[0], other]).0 == .refused(.noBeginning))
    let elsewhere = mbusFrame(Self.message.prefix(100), part: 1, isLast: false, accessPoints: [0x01, 0x02])
    #expect(try assemble([frames[0], elsewhere]).0 == .refused(.noBeginning))
    #expect(try assemble(frames, apart: .seconds(3)).0 == .refused(.noBeginning))
  }

  @Test("a first part begins a message, whatever was begun")
  func beginning() throws {
    let frames = mbusFrames(Self.message, every: 200)
    let (outcome, message) = try assemble([frames[0], frames[1]] + frames)
    #expect(outcome == .complete)
    #expect(message == Self.message)
  }

  @Test("a message has sixteen parts at most")
  func sixteen() throws {
    let many = (0..<17).map { mbusFrame([0xDB], part: UInt8($0 % 16), isLast: $0 == 16) }
    let (outcome, message) = try assemble(many, apart: .zero)
    #expect(outcome == .complete)
    // The seventeenth counts as the first of another.
    #expect(message == [0xDB])
  }

  @Test("what was begun is forgotten when octets were lost")
  func destroyed() throws {
    var assembler = MBusAssembler()
    let one = mbusFrame(Self.message.prefix(252), isLast: false)
    let two = mbusFrame(Self.message.dropFirst(252), part: 1)
    let (first, second) = (try frame(one), try frame(two))
    let begun = assembler.take(first, data: one.span.extracting(first.data), arrival: Self.start)
    assembler.destroy()
    let outcome = assembler.take(second, data: two.span.extracting(second.data), arrival: Self.start)
    #expect(begun == .waiting)
    #expect(outcome == .refused(.noBeginning))
  }
}
