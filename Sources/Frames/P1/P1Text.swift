/// Looks for the octets that matter in the text of a telegram, eight at a step.
///
/// A borrow only goes upwards, so in each difference the lowest high bit that is set marks an octet sought.
enum P1Text {
  /// The first octet from `start` on that is not plain: printable ASCII but `!` and `/`; `end` when there is none.
  @inline(__always)
  static func endOfPlain(_ octets: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let bytes = octets.bytes
    var place = start
    while place &+ 8 <= end {
      let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      let found = (below(0x20, word) | equal(0x21, word) | equal(0x2F, word) | equal(0x7F, word) | word) & each(0x80)
      if found != 0 { return place &+ found.trailingZeroBitCount / 8 }
      place &+= 8
    }
    while place < end, (0x20..<0x7F).contains(octets[place]), octets[place] != 0x21, octets[place] != 0x2F {
      place += 1
    }
    return place
  }

  /// The first CR or LF from `start` on; `end` when there is none. Of the control octets a telegram has only tabs besides.
  @inline(__always)
  static func endOfLine(_ octets: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let bytes = octets.bytes
    var place = start
    while place &+ 8 <= end {
      let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      let found = (equal(0x0D, word) | equal(0x0A, word)) & each(0x80)
      if found != 0 { return place &+ found.trailingZeroBitCount / 8 }
      place &+= 8
    }
    while place < end, !isLineEnd(octets[place]) { place += 1 }
    return place
  }

  @inline(__always)
  static func isLineEnd(_ octet: UInt8) -> Bool { octet == 0x0D || octet == 0x0A }

  @inline(__always)
  private static func each(_ octet: UInt8) -> UInt64 { UInt64(octet) &* 0x0101_0101_0101_0101 }

  @inline(__always)
  private static func below(_ octet: UInt8, _ word: UInt64) -> UInt64 { (word &- each(octet)) & ~word }

  @inline(__always)
  private static func equal(_ octet: UInt8, _ word: UInt64) -> UInt64 { below(1, word ^ each(octet)) }
}
