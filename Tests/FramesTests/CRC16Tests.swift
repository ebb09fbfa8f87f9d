import Frames
import TestSupport
import Testing

@Suite("CRC-16/X-25")
struct CRC16Tests {
  @Test("the check value of 123456789 is 906E")
  func checkValue() {
    let octets = Array("123456789".utf8)
    #expect(CRC16.x25.checksum(octets.span) == 0x906E)
  }

  /// `protocol.md` 2.2: format to control, and the HCS as it is sent.
  static let headers: [(header: String, check: String)] = [
    ("A0 2A 41 08 83 13", "04 13"), ("A1 0B 41 08 83 13", "FA 7C"), ("A1 1E 41 08 83 13", "EE EE"),
    ("A1 77 41 08 83 13", "39 1E"), ("A1 8A 41 08 83 13", "EB FD"), ("A1 4F 41 08 83 13", "C8 90"),
    ("A2 43 41 08 83 13", "85 EB"), ("A0 27 01 02 01 10", "5A 87"), ("A0 65 01 02 01 10", "F0 50"),
    ("A0 78 01 02 01 10", "C4 98"), ("A0 79 01 02 01 10", "80 93"), ("A0 87 01 02 01 10", "9E 6D"),
    ("A0 9A 01 02 01 10", "AA A5"), ("A0 9B 01 02 01 10", "EE AE"), ("A0 9B 01 00 01 10", "56 1B"),
    ("A1 1D 01 00 01 10", "B0 AE"), ("A0 E2 2B 21 13", "23 9A"), ("A1 2C 2B 21 13", "FC 04"),
    ("A0 BA 2B 21 13", "ED AA"), ("A1 04 2B 21 13", "77 6E"), ("A1 E9 41 03 13", "C6 37"),
  ]

  @Test("a header has the check that its maker sends, low octet first", arguments: headers)
  func header(vector: (header: String, check: String)) {
    let header = octets(vector.header)
    let check = octets(vector.check)
    #expect(CRC16.x25.checksum(header.span) == UInt16(check[0]) | UInt16(check[1]) << 8)
  }

  @Test("octets with their own check behind them leave the residue F0B8")
  func residue() {
    for vector in Self.headers {
      let all = octets(vector.header + vector.check)
      #expect(CRC16.x25.update(CRC16.x25.initial, with: all.span, from: 0, to: all.count) == CRC16.x25Residue)
    }
  }

  @Test("eight octets at a step give what one bit at a time gives, for every length", arguments: 0...100)
  func slices(length: Int) {
    var random = SeededGenerator(seed: UInt64(length))
    for _ in 0..<8 {
      let octets = random.octets(length)
      #expect(CRC16.x25.checksum(octets.span) == crcX25(octets))
    }
  }

  @Test("a check taken up in the middle goes on where it stopped", arguments: 0...40)
  func halves(cut: Int) {
    var random = SeededGenerator(seed: 7)
    let octets = random.octets(40)
    let first = CRC16.x25.update(CRC16.x25.initial, with: octets.span, from: 0, to: cut)
    #expect(~CRC16.x25.update(first, with: octets.span, from: cut, to: 40) == crcX25(octets))
  }
}
