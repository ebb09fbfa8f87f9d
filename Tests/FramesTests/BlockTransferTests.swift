import Frames
import Metering
import TestSupport
import Testing

@Suite("General-block-transfer")
struct BlockTransferTests {
  static let start = UTCTime(seconds: 1_770_000_000)

  private func block(_ number: UInt16, _ data: [UInt8], isLast: Bool = false, llc: Bool = false) -> [UInt8] {
    (llc ? [0xE6, 0xE7, 0x00] : []) + [0xE0, isLast ? 0xC0 : 0x40, UInt8(number >> 8), UInt8(number & 0xFF), 0, 0]
      + (data.count < 128
        ? [UInt8(data.count)] : [0x82, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]) + data
  }

  /// Gives the blocks to an assembler, `apart` from each other, and returns what became of each.
  private func assemble(
    _ blocks: [[UInt8]], apart: TimeSpan = .zero
  ) -> (outcomes: [BlockAssembler.Outcome], message: [UInt8]) {
    var assembler = BlockAssembler()
    var outcomes: [BlockAssembler.Outcome] = []
    for (index, octets) in blocks.enumerated() {
      outcomes.append(
        assembler.take(octets.span, in: 0..<octets.count, arrival: Self.start + apart * Int64(index)))
    }
    return (outcomes, assembler.message)
  }

  @Test("a list in two blocks is read, in whichever frames they come")
  func example() throws {
    let list = try #require(WholeMessages(Stream.blocks.flatMap { $0 }).lists.first)
    #expect(Reading(list) == Fixture.aidonList1.expected)
    // Landis+Gyr puts the LLC header before the first block alone.
    let apdu = Array(Fixture.landisGyrPush.information.dropFirst(3))
    let frames = [
      hdlcFrame(block(1, Array(apdu[..<112]), llc: true)), hdlcFrame(block(2, Array(apdu[112..<220]))),
      hdlcFrame(block(3, Array(apdu[220...]), isLast: true)),
    ]
    let push = try #require(WholeMessages(frames.flatMap { $0 }).lists.first)
    #expect(Reading(push) == Fixture.landisGyrPush.expected)
  }

  @Test("a message is a block by its tag, with LLC and without")
  func tags() {
    func isBlock(_ text: String) -> Bool {
      let octets = TestSupport.octets(text)
      return TransferBlock.isBlock(octets.span, in: 0..<octets.count)
    }
    #expect(isBlock("E0") && isBlock("E6 E7 00 E0 40"))
    #expect(!isBlock("") && !isBlock("E6 E7 00") && !isBlock("0F E0") && !isBlock("E6 E6 00 E0"))
  }

  @Test("a block inside other octets is read at its place")
  func range() {
    let octets = [0xFF, 0xFF] + block(1, [1, 2, 3], isLast: true, llc: true) + [0xFF]
    var assembler = BlockAssembler()
    let outcome = assembler.take(octets.span, in: 2..<(octets.count - 1), arrival: Self.start)
    #expect(outcome == .complete)
    #expect(assembler.message == [1, 2, 3])
  }

  @Test("blocks with a gap, out of order, repeated or without a beginning give no message")
  func order() {
    let one = block(1, [1])
    let two = block(2, [2])
    let three = block(3, [3], isLast: true)
    #expect(assemble([one, two, three]).outcomes == [.waiting, .waiting, .complete])
    #expect(assemble([one, two, three]).message == [1, 2, 3])
    #expect(assemble([one, three]).outcomes.last == .refused(.outOfOrder(expected: 2, found: 3)))
    // A gap destroys all: what comes later has no beginning.
    #expect(assemble([one, three, two, three]).outcomes.suffix(2) == [.refused(.noBeginning), .refused(.noBeginning)])
    #expect(assemble([one, two, two]).outcomes.last == .refused(.outOfOrder(expected: 3, found: 2)))
    #expect(assemble([two]).outcomes == [.refused(.noBeginning)])
    #expect(assemble([block(0, [0])]).outcomes == [.refused(.noBeginning)])
    #expect(assemble([one, two, three, three]).outcomes.last == .refused(.noBeginning))
  }

  @Test("the first block begins a message, whatever was begun")
  func beginning() {
    let blocks = [block(1, [9]), block(2, [9]), block(1, [1]), block(2, [2], isLast: true)]
    #expect(assemble(blocks).message == [1, 2])
  }

  @Test("blocks that come late give no message")
  func late() {
    let blocks = [block(1, [1]), block(2, [2], isLast: true)]
    #expect(assemble(blocks, apart: .seconds(10)).outcomes.last == .complete)
    #expect(assemble(blocks, apart: .seconds(11)).outcomes.last == .refused(.noBeginning))
    #expect(assemble(blocks, apart: .seconds(-11)).outcomes.last == .refused(.noBeginning))
  }

  @Test("a message is 8 KiB at most, and a refused one leaves nothing behind")
  func size() {
    let blocks = (1...9).map { block(UInt16($0), [UInt8](repeating: 0, count: 1024), isLast: $0 == 9) }
    #expect(assemble(Array(blocks.prefix(8))).outcomes.last == .waiting)
    #expect(assemble(blocks).outcomes.last == .refused(.tooLong))
    #expect(assemble(blocks).message.isEmpty)
  }

  @Test(
    "a block whose length is not that of its data is refused",
    arguments: [
      "E0", "E0 40 00 01 00 00", "E0 40 00 01 00 00 02 01", "E0 40 00 01 00 00 01 01 01", "E0 40 00 01 00 00 81",
      "E0 40 00 01 00 00 84 FF FF FF FF 01", "E0 40 00 01 00 00 80 01", "E0 40 00 01 00 00 00",
    ])
  func malformed(text: String) {
    #expect(
      assemble([block(1, [1]), octets(text), block(2, [2], isLast: true)]).outcomes.suffix(2) == [
        .refused(.malformed), .refused(.noBeginning),
      ])
  }

  @Test("what was begun is forgotten when octets were lost")
  func destroyed() {
    var assembler = BlockAssembler()
    let first = block(1, [1])
    let second = block(2, [2], isLast: true)
    let begun = assembler.take(first.span, in: 0..<first.count, arrival: Self.start)
    assembler.destroy()
    let outcome = assembler.take(second.span, in: 0..<second.count, arrival: Self.start)
    #expect(begun == .waiting)
    #expect(outcome == .refused(.noBeginning))
  }
}
