/// The checksum of HDLC headers and frames: CRC-16/X-25 (`protocol.md` 2.2).
enum CRC16X25 {
  /// The finished checksum; on the wire its low octet comes first. 906E for the octets of `123456789`.
  static func checksum(_ octets: ArraySlice<UInt8>) -> UInt16 {
    var register: UInt16 = 0xFFFF
    var index = octets.startIndex
    while index < octets.endIndex {
      // One octet of the polynomial x^16 + x^12 + x^5 + 1 at a time: its three taps are the three shifts.
      var difference = UInt8(truncatingIfNeeded: register) ^ octets[index]
      difference ^= difference &<< 4
      let wide = UInt16(difference)
      register = register &>> 8 ^ wide &<< 8 ^ wide &<< 3 ^ wide &>> 4
      index += 1
    }
    return ~register
  }
}
