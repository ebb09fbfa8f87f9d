import Frames
import Metering
import TestSupport
import Testing

/// Octets that nobody sends. The decoder may say what it likes of them, as long as it neither traps, nor loses an octet
/// (`Heard` checks that), nor keeps more than a frame waiting. Each failure names its seed.
@Suite("Random input")
struct FuzzTests {
  static let seeds = 0..<24 as Range<UInt64>

  @Test("random octets, dense in what a frame is made of, never trap", arguments: seeds)
  func randomOctets(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = octets("7E 7E 7E A0 A7 A8 08 09 0A 2A 41 83 13 10 01 02 03 E6 E7 00 0F 06 FF 80")
    for _ in 0..<40 {
      let stream = (0..<Int.random(in: 0...600, using: &random)).map { _ in
        UInt8.random(in: 0...3, using: &random) == 0
          ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      hear(stream, &random, seed)
    }
  }

  @Test("mutated messages whose checks hold never trap, and tell a reason", arguments: seeds)
  func mutatedMessages(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<120 {
      guard let fixture = Fixture.all.randomElement(using: &random) else { return }
      var information = fixture.information
      for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&information, &random) }
      hear(hdlcFrame(Array(information.prefix(2000))), &random, seed)
    }
  }

  @Test("random A-XDR whose checks hold never traps", arguments: seeds)
  func randomBodies(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      var body = value(depth: 0, &random)
      if Bool.random(using: &random) { body = octets("01 01") + body }
      let information = octets("E6 E7 00 0F 40 00 00 00 00") + body
      hear(hdlcFrame(Array(information.prefix(2000))), &random, seed)
    }
  }

  @Test("mutated frames, headers and all, never trap", arguments: seeds)
  func mutatedFrames(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      var stream: [UInt8] = []
      for _ in 0..<3 { stream += Fixture.all.randomElement(using: &random)?.octets ?? [] }
      stream += Stream.segments.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...8, using: &random) { mutate(&stream, &random) }
      hear(stream, &random, seed)
    }
  }

  @Test(
    "sound frames with any information, any addresses and the segment bit set at random never trap", arguments: seeds)
  func randomSegments(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let senders: [[UInt8]] = [[0x41, 0x03], [0x01, 0x02, 0x01], [0x02, 0x04, 0x06, 0x09, 0x21]]
    for _ in 0..<40 {
      var stream: [UInt8] = []
      for _ in 0..<12 {
        let information = Fixture.all.randomElement(using: &random)?.information ?? []
        let start = Bool.random(using: &random) ? 0 : Int.random(in: 0...information.count, using: &random)
        let end = Int.random(in: start...information.count, using: &random)
        stream += hdlcFrame(
          Array(information[start..<end]), addresses: senders.randomElement(using: &random) ?? [],
          control: [0x13, 0x10, 0x12, 0x14].randomElement(using: &random) ?? 0x13,
          isSegmented: Bool.random(using: &random))
      }
      hear(stream, &random, seed)
    }
  }

  @Test("a message without its frame never traps, whatever it is", arguments: seeds)
  func bareMessages(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      guard let fixture = Fixture.all.randomElement(using: &random) else { return }
      var message = fixture.information
      for _ in 0..<Int.random(in: 0...4, using: &random) { mutate(&message, &random) }
      let start = Int.random(in: 0...message.count, using: &random)
      let end = Int.random(in: start...message.count, using: &random)
      var decoder = MessageDecoder()
      do {
        try decoder.decode(message.span, in: start..<end, isChecked: false)
        _ = decoder.list.values
      } catch {
        if error.description.isEmpty { Issue.record("seed \(seed): an error without a text") }
      }
    }
  }

  private func hear(_ stream: [UInt8], _ random: inout SeededGenerator, _ seed: UInt64) {
    let cut = Int.random(in: 0...stream.count, using: &random)
    let heard = Heard([Array(stream[..<cut]), Array(stream[cut...])])
    if heard.mostWaiting > 2049 { Issue.record("seed \(seed): \(heard.mostWaiting) octets wait") }
    if heard.faults.contains(where: { $0.reason.isEmpty || $0.octets.isEmpty }) {
      Issue.record("seed \(seed): a reject without a reason or without octets")
    }
    if heard.events != Heard(stream).events { Issue.record("seed \(seed): another cut, other events") }
  }

  private func mutate(_ octets: inout [UInt8], _ random: inout SeededGenerator) {
    let telling: [UInt8] = [0x00, 0x01, 0x02, 0x06, 0x09, 0x0A, 0x0F, 0x14, 0x15, 0x7E, 0x7F, 0x80, 0x84, 0xE6, 0xFF]
    guard !octets.isEmpty else { return }
    let place = Int.random(in: 0..<octets.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: octets[place] = UInt8.random(in: 0...255, using: &random)
    case 1: octets[place] = telling.randomElement(using: &random) ?? 0
    case 2: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: octets.remove(at: place)
    case 4: octets.insert(telling.randomElement(using: &random) ?? 0, at: place)
    default: octets.removeSubrange(place..<min(place + Int.random(in: 1...20, using: &random), octets.count))
    }
  }

  /// A well-formed value of any type, and now and then one that is not.
  private func value(depth: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let codes: [[UInt8]] = [[0x09, 0x06, 1, 0, 1, 7, 0, 0xFF], [0x09, 0x06, 1, 0, 1, 8, 0, 0xFF]]
    let tags: [UInt8] = [
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0A, 0x0C, 0x0D, 0x0F, 0x10, 0x11, 0x12, 0x14, 0x15, 0x16, 0x17,
      0x18, 0x19, 0x1A, 0x1B, 0x13,
    ]
    let tag = tags.randomElement(using: &random) ?? 0
    switch tag {
    case 0x01, 0x02:
      guard depth < 10 else { return [0x00] }
      let count = Int.random(in: 0...4, using: &random)
      let first = Bool.random(using: &random) ? codes.randomElement(using: &random) : nil
      let elements = (0..<count).map {
        $0 == 0 ? first ?? value(depth: depth + 1, &random) : value(depth: depth + 1, &random)
      }
      let lie = Int.random(in: 0..<10, using: &random) == 0 ? 1 : 0
      return [tag, UInt8(count + lie)] + elements.flatMap { $0 }
    case 0x09, 0x0A, 0x0C:
      let count = [6, 7, 12, 0, 40].randomElement(using: &random) ?? 0
      return [tag, 0x81, UInt8(count)] + random.octets(count)
    case 0x04: return [tag, 0x09] + random.octets(2)
    default:
      let sizes: [UInt8: Int] = [
        0x03: 1, 0x05: 4, 0x06: 4, 0x0D: 1, 0x0F: 1, 0x10: 2, 0x11: 1, 0x12: 2, 0x14: 8, 0x15: 8, 0x16: 1, 0x17: 4,
        0x18: 8, 0x19: 12, 0x1A: 5, 0x1B: 4,
      ]
      return [tag] + random.octets(sizes[tag] ?? 0)
    }
  }
}
