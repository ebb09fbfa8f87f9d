import Frames
import Metering
import TestSupport
import Testing

@Suite("P1 telegrams in a stream of octets")
struct P1FramingTests {
  @Test("the check value of CRC-16/ARC over 123456789 is BB3D")
  func checkValue() {
    #expect(CRC16.arc.checksum(Array("123456789".utf8).span) == 0xBB3D)
    #expect(crcARC("123456789".utf8) == 0xBB3D)
  }

  @Test("eight octets at a step give the CRC of one bit at a time, for every length", arguments: 0...40)
  func slices(length: Int) {
    var random = SeededGenerator(seed: UInt64(length))
    let octets = random.octets(length)
    #expect(CRC16.arc.checksum(octets.span) == crcARC(octets))
  }

  @Test("a telegram with CR LF has a right CRC, and its places are those of its parts")
  func complete() throws {
    #expect(P1.complete.count == 710)
    let telegram = try #require(framed(P1.complete))
    #expect(telegram.check == .right)
    #expect(telegram.octets == 0..<708)
    #expect(text(P1.complete, telegram.identification) == "TST5EXAMPLE-01")
    #expect(text(P1.complete, telegram.lines).hasPrefix("\r\n\r\n0-0:1.0.0("))
    #expect(text(P1.complete, telegram.lines).hasSuffix("(001.6*A)\r\n"))
  }

  @Test("a telegram whose line ends were normalised to LF is right once CR LF is put back")
  func normalised() {
    #expect(crcARC(P1.shortNormalised.prefix { $0 != 0x21 } + [0x21]) == 0xC0FB)
    #expect(framed(P1.short)?.check == .right)
    #expect(framed(P1.shortNormalised)?.check == .rightWithLineEnds)
  }

  @Test("a CRC made over bare LF is right as it stands")
  func madeOverBareLF() {
    #expect(framed(Array(P1.shortText.replacing("1306", with: "C0FB").utf8))?.check == .right)
  }

  @Test("one CR in the stream means that its line ends are its own: no other CRC is tried")
  func mixedLineEnds() {
    var octets = P1.shortNormalised
    octets.insert(0x0D, at: 5)
    let found = P1Framing(octets.span, at: 0)
    guard case .wrongChecksum(_, 0x1306, octets.count - 1) = found else {
      Issue.record("\(found)")
      return
    }
  }

  @Test("a wrong CRC is told with what was expected and where the telegram ends")
  func wrongChecksum() {
    let octets = P1.wire(P1.shortText.replacing("1306", with: "1307"))
    #expect(
      P1Framing(octets.span, at: 0) == .wrongChecksum(expected: 0x1306, found: 0x1307, end: octets.count - 2))
  }

  @Test("the CRC may stand in small letters")
  func smallLetters() {
    let octets = P1.telegram(["1-0:1.8.0(00012345.678*kWh)", "1-0:2.8.0(00000000.004*kWh)"])
    #expect(octets.suffix(6).contains { (0x41...0x46).contains($0) })
    let small = octets.dropLast(6) + octets.suffix(6).map { (0x41...0x46).contains($0) ? $0 | 0x20 : $0 }
    #expect(framed(Array(small))?.check == .right)
  }

  @Test("a telegram without CRC is unchecked, whatever its line ends", arguments: ["\r\n", "\n", "\r"])
  func absentChecksum(lineEnd: String) {
    let text = P1.shortText.replacing("1306", with: "").replacing("\n", with: lineEnd)
    let telegram = framed(Array(text.utf8))
    #expect(telegram?.check == .absent)
    #expect(telegram?.octets == 0..<(text.utf8.count - lineEnd.utf8.count))
  }

  @Test("the ! may stand behind the last value, with and without CRC")
  func markOnLastLine() {
    let covered = P1.wire("/ADN9 6534\n\n1-0:1.8.0(00012345.678*kWh)!")
    #expect(framed(P1.checked(covered))?.check == .right)
    #expect(framed(covered + P1.wire("\n"))?.check == .absent)
    #expect(P1.lists(in: covered + P1.wire("\n")).first?.readings == [.activeEnergyImport: 12_345_678])
  }

  /// The last octet of each decides it.
  static let noTelegrams: [(text: String, fault: P1Fault)] = [
    ("/1", .noHeader), ("/T/", .noHeader), ("/TST-", .noHeader),
    ("/TST5\u{0}", .octet(0, at: 5)), ("/TST5\u{7F}", .octet(0x7F, at: 5)), ("/TST5!", .octet(0x21, at: 5)),
    ("/TST5\n1-0:1.8.0\u{1B}", .octet(0x1B, at: 15)), ("/TST5\n1-0:1.8!", .octet(0x21, at: 13)),
    ("/TST5\n\n!12 ", .octet(0x20, at: 10)), ("/TST5\n\n!12\n", .octet(0x0A, at: 10)),
    ("/TST5\n\n!g", .octet(0x67, at: 8)),
    ("/TST5\n\n/", .interrupted(at: 7)), ("/TST5/KFM", .interrupted(at: 5)),
    ("/TST5\n\n1-0:1.8.0(00/TST", .interrupted(at: 19)),
  ]

  @Test("what is no telegram is told with its fault, as soon as it can be told", arguments: noTelegrams)
  func malformed(example: (text: String, fault: P1Fault)) {
    let octets = Array(example.text.utf8)
    #expect(P1Framing(octets.span, at: 0) == .malformed(example.fault))
    #expect(P1Framing(octets.span.extracting(..<(octets.count - 1)), at: 0) == .incomplete)
  }

  @Test("an octet with its top bit set is no text", arguments: [6, 7, 8, 15, 100, 700])
  func topBit(place: Int) {
    var octets = P1.complete
    octets[place] |= 0x80
    #expect(P1Framing(octets.span, at: 0) == .malformed(.octet(octets[place], at: place)))
  }

  @Test("a slash within a line is text unless letters follow it")
  func slashInLine() {
    let octets = P1.telegram(["1-0:1.8.0(00012345.678*kWh)", "0-0:96.13.0(m3/h)"])
    #expect(framed(octets)?.check == .right)
  }

  @Test("a telegram of 4096 octets is read, and one octet more is too long", arguments: [4096, 4097])
  func longest(length: Int) {
    var octets = P1.wire("/TST5\n\n1-0:1.8.0(00012345.678*kWh)\n")
    octets += [UInt8](repeating: 0x0A, count: length - octets.count - 5)
    octets = P1.checked(octets + [0x21])
    #expect(octets.count == length)
    #expect((framed(octets) != nil) == (length == 4096))
    if length > 4096 { #expect(P1Framing(octets.span, at: 0) == .malformed(.tooLong)) }
  }

  @Test("endless text is given up at 4096 octets, and not before")
  func endless() {
    let octets = Array("/TST5\n".utf8) + [UInt8](repeating: 0x30, count: 5000)
    #expect(P1Framing(octets.span.extracting(..<4095), at: 0) == .incomplete)
    #expect(P1Framing(octets.span.extracting(..<4096), at: 0) == .malformed(.tooLong))
    #expect(P1Framing(octets.span, at: 0) == .malformed(.tooLong))
  }

  @Test("every prefix of a telegram is incomplete until it is whole, and the rest changes nothing")
  func prefixes() {
    for octets in [P1.complete, P1.short, P1.shortNormalised] {
      let whole = P1Framing(octets.span, at: 0)
      let mark = octets.firstIndex(of: 0x21) ?? 0
      for count in 0...octets.count {
        let expected = count < mark + 5 ? .incomplete : whole
        #expect(P1Framing(octets.span.extracting(..<count), at: 0) == expected)
      }
    }
  }

  @Test("a telegram that was cut short is given up where the next begins, which is read", arguments: [20, 300, 700])
  func restart(length: Int) {
    for gap in ["", "\r\n"] {
      let octets = Array(P1.complete.prefix(length)) + Array(gap.utf8) + P1.short
      let next = length + gap.utf8.count
      #expect(P1Framing(octets.span, at: 0) == .malformed(.interrupted(at: next)))
      #expect(P1.lists(in: octets).map(\.readings) == [[.activeEnergyImport: 12_345_678]])
    }
  }

  @Test("each flipped bit of a checked telegram is refused, or changes nothing")
  func flippedBits() {
    for octets in [P1.complete, P1.short, P1.shortNormalised] {
      let right = P1.lists(in: octets).map(Reading.init)
      #expect(right.count == 1)
      let mark = octets.firstIndex(of: 0x21) ?? 0
      for place in octets.indices {
        for bit in 0..<8 {
          var damaged = octets
          damaged[place] ^= 1 << UInt8(bit)
          let heard = P1.lists(in: damaged).map(Reading.init)
          if !heard.isEmpty, place <= mark || heard != right { Issue.record("octet \(place), bit \(bit)") }
        }
      }
    }
  }

  @Test("each lost octet of a checked telegram is refused, or changes nothing")
  func lostOctets() {
    let right = P1.lists(in: P1.complete).map(Reading.init)
    for place in P1.complete.indices {
      var damaged = P1.complete
      damaged.remove(at: place)
      let heard = P1.lists(in: damaged).map(Reading.init)
      if !heard.isEmpty, heard != right { Issue.record("octet \(place)") }
    }
  }

  private func framed(_ octets: [UInt8]) -> P1Telegram? {
    if case .telegram(let telegram) = P1Framing(octets.span, at: 0) { telegram } else { nil }
  }

  private func text(_ octets: [UInt8], _ range: Range<Int>) -> String { String(decoding: octets[range], as: UTF8.self) }
}

/// The answer depends on the octets, never on how they came.
@Suite("P1 telegrams octet by octet")
struct P1CutTests {
  @Test("each way of cutting gives the same answer", arguments: 0..<60 as Range<UInt64>)
  func cuts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let sound = [P1.complete, P1.short, P1.shortNormalised, Array(P1.complete.prefix(400)) + P1.short]
    for _ in 0..<40 {
      guard var octets = sound.randomElement(using: &random) else { return }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 5..<octets.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &random)
        case 1: octets[place] = Array("/!\r\n\tAZ09()".utf8).randomElement(using: &random) ?? 0
        case 2: octets.remove(at: place)
        default: octets.insert(Array("/!\r\n\tAZ09()".utf8).randomElement(using: &random) ?? 0, at: place)
        }
      }
      let whole = P1Framing(octets.span, at: 0)
      var scan = P1Scan()
      var count = 0
      while count < octets.count {
        count = min(octets.count, count + Int.random(in: 1...(Bool.random(using: &random) ? 1 : 200), using: &random))
        // The telegram may have moved in its buffer since the last look.
        let moved = Int.random(in: 0...9, using: &random)
        let buffer = [UInt8](repeating: 0x2F, count: moved) + octets.prefix(count)
        let resumed = P1Framing(buffer.span, at: moved, resuming: &scan)
        #expect(resumed == P1Framing(buffer.span, at: moved), "seed \(seed)")
        guard resumed != .incomplete else { continue }
        #expect(P1Framing(octets.span.extracting(..<count), at: 0) == whole, "seed \(seed)")
        break
      }
    }
  }

  @Test("octets that were sound are not looked at again")
  func resumes() {
    var octets = P1.complete
    var scan = P1Scan()
    #expect(P1Framing(octets.span.extracting(..<500), at: 0, resuming: &scan) == .incomplete)
    octets[400] = 0xFF
    let found = P1Framing(octets.span, at: 0, resuming: &scan)
    guard case .wrongChecksum = found else {
      Issue.record("\(found)")
      return
    }
  }

  @Test("random octets, dense in what a telegram is made of, never trap", arguments: 0..<24 as Range<UInt64>)
  func randomOctets(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("//TST5!!0123456789ABCF.*()-:\r\n\r\nkWhvarAVSW\t".utf8)
    for _ in 0..<200 {
      var octets = Array("/TST5\n".utf8)
      for _ in 0..<Int.random(in: 0...300, using: &random) {
        octets.append(alphabet.randomElement(using: &random) ?? 0)
        if Int.random(in: 0...99, using: &random) == 0 { octets.append(UInt8.random(in: 0...255, using: &random)) }
      }
      octets += Array("!\n".utf8)
      _ = P1.lists(in: octets)
      let whole = P1Framing(octets.span, at: 0)
      for count in 0..<octets.count {
        let part = P1Framing(octets.span.extracting(..<count), at: 0)
        if part != .incomplete, part != whole { Issue.record("seed \(seed), \(count) octets") }
      }
    }
  }

  @Test(
    "random lines in a sound telegram never trap, and each is read, unknown or malformed",
    arguments: 0..<24 as Range<UInt64>)
  func randomLines(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "1-0:", "0-0:", "1.8.0", "1.0.0", "0.9.1", "96.1.0", "31.7.0", "(", ")", "*", "kWh", "A", "kvar", "-", ".", "e",
      "260115140010W", "00012345.678", "999999999999999999", "9", "0", " ", ":", "255", "256",
    ]
    for _ in 0..<100 {
      let lines = (0..<20).map { _ in
        (0..<Int.random(in: 1...9, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      }
      let octets = P1.telegram(lines + ["1-0:2.7.0(0*W)"])
      guard let list = P1.lists(in: octets).first else {
        Issue.record("seed \(seed): \(lines)")
        return
      }
      #expect(list.malformedLines + list.unknownElements <= 20)
      #expect(list.readings[.activePowerExport] == 0)
    }
  }
}
