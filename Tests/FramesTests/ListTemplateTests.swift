import Metering
import TestSupport
import Testing

@testable import Frames

/// Lists whose form is known are read without looking at each element; nobody must be able to tell.
@Suite("Templates of lists")
struct ListTemplateTests {
  /// What came of one body.
  enum Outcome: Equatable {
    case list(Reading, unknownElements: Int)
    case refused(ListDecodingError)
  }

  private func outcome(of body: [UInt8], _ decoder: inout ListDecoder, _ list: inout MeterList) -> Outcome {
    do {
      try decoder.decode(body.span, in: 0..<body.count, into: &list)
      return .list(Reading(list), unknownElements: list.unknownElements)
    } catch { return .refused(error) }
  }

  @Test("every body that differs in an octet is read as by a decoder that looks at all of it", arguments: Fixture.all)
  func everyOctet(fixture: Fixture) {
    var knowing = ListDecoder()
    var plain = ListDecoder(keepsNodes: true)
    var (list, other) = (MeterList(), MeterList())
    var body = fixture.body
    for place in body.indices {
      for bit in [0, 4, 7] {
        _ = outcome(of: fixture.body, &knowing, &list)
        body[place] ^= 1 << UInt8(bit)
        let (left, right) = (outcome(of: body, &knowing, &list), outcome(of: body, &plain, &other))
        if left != right { Issue.record("octet \(place), bit \(bit): \(left) by template, \(right) without") }
        body[place] ^= 1 << UInt8(bit)
      }
    }
  }

  @Test("numbers of any size are read as by a decoder that looks at all of it", arguments: Fixture.all)
  func extremes(fixture: Fixture) {
    var knowing = ListDecoder()
    var plain = ListDecoder(keepsNodes: true)
    var (list, other) = (MeterList(), MeterList())
    var random = SeededGenerator(seed: 7)
    _ = outcome(of: fixture.body, &plain, &other)
    let numbers = plain.items.map { plain.nodes[$0.node] }.filter(\.tag.isInteger).map(\.content)
    for _ in 0..<200 {
      var body = fixture.body
      for content in numbers {
        let first = [0x00, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random)
        for place in content { body[place] = UInt8.random(in: 0...255, using: &random) }
        if Bool.random(using: &random) { for place in content { body[place] = first ?? 0 } }
      }
      _ = outcome(of: fixture.body, &knowing, &list)
      #expect(outcome(of: body, &knowing, &list) == outcome(of: body, &plain, &other))
    }
  }

  @Test(
    "the lists of many meters, mixed, are read as by a decoder that looks at all of them",
    arguments: 0..<4 as Range<UInt64>)
  func mixed(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var knowing = ListDecoder()
    var plain = ListDecoder(keepsNodes: true)
    var (list, other) = (MeterList(), MeterList())
    for _ in 0..<400 {
      let body = try #require(Fixture.all.randomElement(using: &random)).body
      // Behind octets of something else, as in a stream.
      let octets = Array(repeating: 0x02, count: Int.random(in: 0...9, using: &random)) + body
      let range = (octets.count - body.count)..<octets.count
      try knowing.decode(octets.span, in: range, into: &list)
      try plain.decode(octets.span, in: range, into: &other)
      #expect(Reading(list) == Reading(other))
    }
  }

  @Test(
    "a second list is read by the template of the first, unless its scales hang on its numbers", arguments: Fixture.all)
  func isUsed(fixture: Fixture) throws {
    var decoder = ListDecoder()
    var list = MeterList()
    try decoder.decode(fixture.body.span, in: 0..<fixture.body.count, into: &list)
    // Nodes are made only where every element is looked at: they would stand behind the octets in front of the body.
    let moved = [0x00] + fixture.body
    try decoder.decode(moved.span, in: 1..<moved.count, into: &list)
    let isUsed = decoder.nodes.first?.offset == 0
    let scalesHangOnNumbers: Set = [
      Fixture.kamstrupTransformer.name, Fixture.kamstrupUnknownMarket.name, Fixture.kamstrupPush1.name,
      Fixture.kamstrupPush1OnePhase.name, Fixture.kamstrupPush1WattHours.name, Fixture.kamstrupPush1Transformer.name,
    ]
    #expect(isUsed != scalesHangOnNumbers.contains(fixture.name), "\(fixture.name)")
    #expect(Reading(list).readings == fixture.expected.readings)
  }
}
