import Frames
import TestSupport
import Testing

@Suite("A-XDR")
struct AXDRReaderTests {
  private func nodes(_ octets: [UInt8]) throws(AXDRError) -> [AXDRNode] {
    var reader = AXDRReader()
    try reader.read(octets.span, in: 0..<octets.count)
    return Array(reader.nodes)
  }

  private func error(_ text: String) -> AXDRError? {
    do {
      _ = try nodes(octets(text))
      return nil
    } catch { return error }
  }

  /// `protocol.md` 3.4: octets, the type they are, the number they hold, how many content octets.
  static let values: [(octets: String, tag: AXDRTag, value: Int64, count: Int32)] = [
    ("00", .nullData, 0, 0),
    ("03 01", .boolean, 1, 1),
    ("04 09 FF 80", .bitString, 0, 2),
    ("04 00", .bitString, 0, 0),
    ("05 FF FF FF FE", .doubleLong, -2, 4),
    ("05 80 00 00 00", .doubleLong, -2_147_483_648, 4),
    ("06 FF FF FF FF", .doubleLongUnsigned, 4_294_967_295, 4),
    ("09 02 41 42", .octetString, 0, 2),
    ("0A 03 41 42 43", .visibleString, 0, 3),
    ("0C 02 C3 A5", .utf8String, 0, 2),
    ("0D 42", .bcd, 0x42, 1),
    ("0F FF", .integer, -1, 1),
    ("0F 80", .integer, -128, 1),
    ("10 FF E9", .long, -23, 2),
    ("10 01 00", .long, 256, 2),
    ("11 FF", .unsigned, 255, 1),
    ("12 09 43", .longUnsigned, 2371, 2),
    ("14 80 00 00 00 00 00 00 00", .long64, .min, 8),
    ("14 FF FF FF FF FF FF FF FF", .long64, -1, 8),
    ("15 7F FF FF FF FF FF FF FF", .long64Unsigned, .max, 8),
    ("16 1B", .enumeration, 27, 1),
    ("17 40 49 0F DB", .float32, 0, 4),
    ("18 40 09 21 FB 54 44 2D 18", .float64, 0, 8),
    ("19 07 EA 07 02 04 12 3B 3A FF 80 00 00", .dateTime, 0, 12),
    ("1A 07 EA 07 02 04", .date, 0, 5),
    ("1B 12 3B 3A FF", .time, 0, 4),
  ]

  @Test("each type is read with its number and its size", arguments: values.indices)
  func value(index: Int) throws {
    let expected = Self.values[index]
    let octets = octets(expected.octets)
    let node = try #require(try nodes(octets).first)
    #expect(node.tag == expected.tag)
    #expect(node.value == expected.value)
    #expect(node.count == expected.count)
    #expect(node.content.upperBound == octets.count)
  }

  @Test("each proper prefix of a value is truncated", arguments: values.indices)
  func prefixOfValue(index: Int) {
    let octets = octets(Self.values[index].octets)
    for length in 0..<octets.count { expectTruncated(Array(octets.prefix(length))) }
  }

  @Test("each proper prefix of a body is truncated", arguments: Fixture.all)
  func prefixOfBody(fixture: Fixture) {
    let body = fixture.body
    for length in 0..<body.count { expectTruncated(Array(body.prefix(length))) }
  }

  @Test("octets behind a body are left over, and counted", arguments: Fixture.all)
  func leftOver(fixture: Fixture) {
    for count in 1...3 {
      let body = fixture.body + [UInt8](repeating: 0, count: count)
      #expect(throws: AXDRError.self) { try nodes(body) }
      do { _ = try nodes(body) } catch {
        #expect(error.kind == .leftOver(count))
        #expect(error.offset == fixture.body.count)
      }
    }
  }

  @Test("nodes lie in the order of the octets, and next leads past a container")
  func row() throws {
    let nodes = try nodes(octets("02 03 11 01 01 02 11 02 02 00 0F FF"))
    #expect(nodes.map(\.tag) == [.structure, .unsigned, .array, .unsigned, .structure, .integer])
    #expect(nodes.map(\.depth) == [0, 1, 1, 2, 2, 1])
    #expect(nodes.map(\.next) == [6, 2, 5, 4, 5, 6])
    #expect(nodes.map(\.offset) == [0, 2, 4, 6, 8, 10])
  }

  @Test("a container may be 8 deep, not 9, and a body cannot exhaust the stack")
  func depth() {
    let deep = { (depth: Int) in Array(repeatElement("01 01", count: depth)).joined() + "00" }
    #expect(error(deep(8)) == nil)
    #expect(error(deep(9))?.kind == .tooDeep)
    #expect(error(deep(9))?.offset == 16)
    #expect(error(deep(900))?.kind == .tooDeep)
  }

  @Test("lengths in longer forms than needed are accepted", arguments: ["02", "81 02", "82 00 02", "84 00 00 00 02"])
  func lengthForms(length: String) throws {
    #expect(try nodes(octets("0A \(length) 41 42")).first?.count == 2)
    #expect(try nodes(octets("02 \(length) 00 00")).count == 3)
  }

  @Test("a bit-string counts bits in every form of its length")
  func bitString() throws {
    #expect(try nodes(octets("04 81 11 FF FF 80")).first?.count == 3)
    #expect(error("04 11 FF FF")?.kind == .truncated(missing: 1))
  }

  @Test("other forms of a length are refused", arguments: ["80", "83 00 00 02", "85 00 00 00 00 02", "88", "FF"])
  func otherLengthForms(length: String) {
    let first = octets(length)[0]
    for tag in ["09", "01", "04"] {
      #expect(error("\(tag) \(length) 00 00 00 00 00 00 00 00")?.kind == .lengthForm(first))
    }
  }

  @Test("a huge length is refused before anything is stored", arguments: ["01", "02", "09", "0A", "0C", "04"])
  func hugeLength(tag: String) {
    for length in ["84 FF FF FF FF", "84 7F FF FF FF", "82 FF FF", "81 FF", "7F"] {
      guard case .truncated = error("\(tag) \(length) 00 00")?.kind else {
        Issue.record("\(tag) \(length) was not truncated")
        continue
      }
    }
  }

  @Test("many containers that each promise much are bounded by the octets that are there")
  func promises() {
    var reader = AXDRReader()
    let body = Array(repeatElement(octets("01 82 07 D0"), count: 8).joined()) + [UInt8](repeating: 0, count: 2000)
    #expect(throws: AXDRError.self) { try reader.read(body.span, in: 0..<body.count) }
    #expect(reader.nodes.count <= body.count)
  }

  @Test("a long64-unsigned beyond Int64 is refused, not wrapped")
  func tooLarge() {
    #expect(error("15 80 00 00 00 00 00 00 00")?.kind == .tooLarge)
    #expect(error("15 FF FF FF FF FF FF FF FF")?.kind == .tooLarge)
  }

  @Test("an unknown type is refused at its place", arguments: [0x07, 0x08, 0x13, 0x1C, 0x63, 0xFF] as [UInt8])
  func unknownType(tag: UInt8) {
    let error = error("02 02 00 \(hex([tag]))")
    #expect(error?.kind == .unknownType(tag))
    #expect(error?.offset == 3)
  }

  @Test("a reader that failed reads the next body as if nothing had been")
  func again() throws {
    var reader = AXDRReader()
    let bad = octets("02 02 00")
    let good = octets("01 01 00")
    #expect(throws: AXDRError.self) { try reader.read(bad.span, in: 0..<bad.count) }
    try reader.read(good.span, in: 0..<good.count)
    #expect(reader.nodes.count == 2)
  }

  @Test("only the octets of the range are read, and places are those of the whole")
  func range() throws {
    var reader = AXDRReader()
    let octets = octets("FF FF 11 05 FF")
    try reader.read(octets.span, in: 2..<4)
    #expect(reader.nodes.first?.offset == 2)
    #expect(throws: AXDRError.self) { try reader.read(octets.span, in: 2..<3) }
    #expect(throws: AXDRError.self) { try reader.read(octets.span, in: 2..<2) }
  }

  private func expectTruncated(_ octets: [UInt8]) {
    do {
      _ = try nodes(octets)
      Issue.record("\(octets.count) octets were a value")
    } catch {
      if case .truncated(let missing) = error.kind, missing > 0 { return }
      Issue.record("\(octets.count) octets: \(error)")
    }
  }
}
