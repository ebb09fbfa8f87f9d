/// One long frame of wired M-Bus (EN 13757-2) that carries a part of a DLMS message (EN 13757-1), as places in the octets that
/// hold it.
///
///     68 | L | L | 68 | C | A | CI | STSAP | DTSAP | data n | checksum | 16
///                      '------------ L counts ------------'
///                      '-------- the checksum sums --------'
///
/// CI is 00 to 1F: bit 4 says that no part follows, bits 0 to 3 count the parts from 0.
package struct MBusFrame: Hashable, Sendable {
  /// The place of the first 68.
  package var start: Int
  /// Octets from C to the last of the data.
  package var length: Int
  /// The part of the message: behind CI and the two service access points.
  package var data: Range<Int>
  package var control: UInt8
  package var address: UInt8
  /// The part's number, 0 to 15.
  package var sequence: UInt8
  /// No part of the message follows.
  package var isLast: Bool
  /// The service access points of source and destination, to tell one sender's parts from another's.
  package var accessPoints: UInt16

  /// The octets from the first 68 to the 16.
  package var octets: Range<Int> { start..<(start + length + MBusHeader.overhead) }
}

/// What the front of some octets is, read as a long frame of wired M-Bus.
package enum MBusHeader: Hashable, Sendable {
  /// So far it may be one; at least `missing` more octets are needed to tell.
  case incomplete(missing: Int)
  /// Not such a frame: start, lengths, application or stop octet are not.
  case malformed
  /// All is there, but the sum is another.
  case wrongChecksum(expected: UInt8, found: UInt8)
  case frame(MBusFrame)

  package static let start: UInt8 = 0x68
  static let stop: UInt8 = 0x16
  /// Two starts, two lengths, checksum, stop.
  static let overhead = 6
  /// C, A, CI, STSAP, DTSAP.
  private static let leastLength = 5

  /// Reads the frame whose first 68 is at `start`.
  ///
  /// L is one octet. Sagemcom sends frames that are longer, with the length modulo 256 (captured): what is less than any frame
  /// needs is 256 more.
  package init(_ octets: Span<UInt8>, at start: Int) {
    let present = octets.count - start
    guard octets[start] == MBusHeader.start,
      present < 3 || octets[start + 1] == octets[start + 2],
      present < 4 || octets[start + 3] == MBusHeader.start,
      // An application that is not DLMS.
      present < 7 || octets[start + 6] <= 0x1F
    else {
      self = .malformed
      return
    }
    guard present >= 4 else {
      self = .incomplete(missing: 4 - present)
      return
    }
    let sent = Int(octets[start + 1])
    let length = sent < MBusHeader.leastLength ? sent + 256 : sent
    let end = start + length + MBusHeader.overhead
    guard end <= octets.count else {
      self = .incomplete(missing: end - octets.count)
      return
    }
    guard octets[end - 1] == MBusHeader.stop else {
      self = .malformed
      return
    }
    var sum: UInt8 = 0
    for place in (start + 4)..<(end - 2) { sum &+= octets[place] }
    guard sum == octets[end - 2] else {
      self = .wrongChecksum(expected: sum, found: octets[end - 2])
      return
    }
    let application = octets[start + 6]
    self = .frame(
      MBusFrame(
        start: start, length: length, data: (start + 9)..<(end - 2), control: octets[start + 4],
        address: octets[start + 5], sequence: application & 0x0F, isLast: application & 0x10 != 0,
        accessPoints: UInt16(octets[start + 7]) << 8 | UInt16(octets[start + 8])))
  }
}
