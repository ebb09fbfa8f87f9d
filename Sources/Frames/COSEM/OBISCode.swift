/// An OBIS code, six groups `A-B:C.D.E.F` (IEC 62056-61).
package struct OBISCode: Hashable, Sendable, CustomStringConvertible {
  /// A in the highest of the low 48 bits, F in the lowest.
  package let bits: UInt64

  package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8 = 255) {
    bits =
      UInt64(a) << 40 | UInt64(b) << 32 | UInt64(c) << 24 | UInt64(d) << 16 | UInt64(e) << 8 | UInt64(f)
  }

  /// The six groups in the low 48 bits.
  init(bits: UInt64) { self.bits = bits }

  /// The six octets at `place`; they must be there.
  init(_ octets: Span<UInt8>, at place: Int) {
    self.init(
      octets[place], octets[place + 1], octets[place + 2], octets[place + 3], octets[place + 4], octets[place + 5])
  }

  package func group(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * place)) }

  /// Groups C, D and E: what is measured. A and B differ between makers and are no condition (`protocol.md` 5.1).
  package var measured: UInt32 { UInt32(truncatingIfNeeded: bits >> 8 & 0xFF_FFFF) }

  /// `1-0:1.7.0`; F is left out when it is 255, as it always is here.
  package var description: String {
    let text = "\(group(0))-\(group(1)):\(group(2)).\(group(3)).\(group(4))"
    return group(5) == 255 ? text : "\(text).\(group(5))"
  }
}
