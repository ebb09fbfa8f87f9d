/// A reflected 16-bit cyclic redundancy check, sixteen octets at a step.
///
/// Table k of sixteen holds the CRC of one octet followed by k zero octets, so sixteen look-ups, none of which waits for
/// another, advance sixteen octets at once.
package struct CRC16: Sendable {
  /// CRC-16/X-25, the HCS and FCS of HDLC: polynomial 1021 (reversed 8408), initial FFFF, final xor FFFF
  /// (ISO/IEC 13239 4.2.5; `protocol.md` 2.2). Check value of "123456789": 906E.
  package static let x25 = CRC16(reversedPolynomial: 0x8408, initial: 0xFFFF, finalXor: 0xFFFF)

  /// The running X-25 value over data and its own two check octets, before the final xor.
  package static let x25Residue: UInt16 = 0xF0B8

  /// CRC-16/ARC, the check of P1 telegrams: polynomial 8005 (reversed A001), initial 0000, no final xor (DSMR 5;
  /// `protocol.md` 6.1). Check value of "123456789": BB3D.
  package static let arc = CRC16(reversedPolynomial: 0xA001, initial: 0, finalXor: 0)

  package let initial: UInt16
  private let finalXor: UInt16
  private let tables: [UInt16]

  private init(reversedPolynomial: UInt16, initial: UInt16, finalXor: UInt16) {
    self.initial = initial
    self.finalXor = finalXor
    var tables = (0..<256).map { octet in
      (0..<8).reduce(UInt16(octet)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ reversedPolynomial : crc >> 1 }
    }
    for place in 256..<4096 {
      let before = tables[place - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    self.tables = tables
  }

  /// The check value of `octets`.
  package func checksum(_ octets: Span<UInt8>) -> UInt16 {
    update(initial, with: octets, from: 0, to: octets.count) ^ finalXor
  }

  /// The running value after octets `start..<end`, before the final xor.
  package func update(_ crc: UInt16, with octets: Span<UInt8>, from start: Int, to end: Int) -> UInt16 {
    precondition(start >= 0 && start <= end && end <= octets.count)
    let table = tables.span
    let bytes = octets.bytes
    var crc = crc
    var place = start
    // Every table place is built from an octet and a constant, so it is below 4096; every octet place is below `end`.
    while place &+ 16 <= end {
      let first = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self))
      let second = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place &+ 8, as: UInt64.self))
      crc = CRC16.advance(first ^ UInt64(crc), table, from: 0xF00) ^ CRC16.advance(second, table, from: 0x700)
      place &+= 16
    }
    if place &+ 8 <= end {
      let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self))
      crc = CRC16.advance(word ^ UInt64(crc), table, from: 0x700)
      place &+= 8
    }
    while place < end {
      crc = crc >> 8 ^ table[unchecked: Int((crc ^ UInt16(octets[unchecked: place])) & 0xFF)]
      place &+= 1
    }
    return crc
  }

  /// What eight octets leave behind, of which the first has its table at `top` and each next one 256 places below.
  @inline(__always)
  private static func advance(_ word: UInt64, _ table: Span<UInt16>, from top: Int) -> UInt16 {
    let low =
      table[unchecked: top &+ Int(word & 0xFF)] ^ table[unchecked: top &- 0x100 &+ Int(word >> 8 & 0xFF)]
      ^ table[unchecked: top &- 0x200 &+ Int(word >> 16 & 0xFF)]
      ^ table[unchecked: top &- 0x300 &+ Int(word >> 24 & 0xFF)]
    let high =
      table[unchecked: top &- 0x400 &+ Int(word >> 32 & 0xFF)]
      ^ table[unchecked: top &- 0x500 &+ Int(word >> 40 & 0xFF)]
      ^ table[unchecked: top &- 0x600 &+ Int(word >> 48 & 0xFF)] ^ table[unchecked: top &- 0x700 &+ Int(word >> 56)]
    return low ^ high
  }
}
