/// One HDLC frame, format type 3 (ISO/IEC 13239; `protocol.md` 2.1), as places in the octets that hold it.
///
///     7E | format 2 | destination 1/2/4 | source 1/2/4 | control 1 | HCS 2 | information n | FCS 2 | 7E
///        '------------------ HCS covers ----------------------------'
///        '------------------------------ FCS covers -----------------------------'
///        '------------------------------ L counts -------------------------------------'
package struct HDLCFrame: Hashable, Sendable {
  /// The place of the opening flag.
  package var start: Int
  /// L: octets between the flags.
  package var length: Int
  /// The information field.
  package var information: Range<Int>
  /// S: more segments of this message follow.
  package var isSegmented: Bool
  /// Destination, then source, as sent (not shifted), to tell one sender's segments from another's.
  package var destination: UInt32
  package var source: UInt32
  /// UI (03, 13) or, from Kaifa, an I-frame (10). A hint at most.
  package var control: UInt8

  /// The octets from the opening flag to the FCS, without the closing flag, which the next frame may open with.
  package var octets: Range<Int> { start..<(start + 1 + length) }
}

/// What the front of some octets is, read as the header of an HDLC frame.
enum HDLCHeader {
  /// More octets are needed to tell.
  case incomplete
  /// Not a frame: format type, address or length cannot be.
  case malformed
  /// A frame whose own header check fails.
  case wrongChecksum(expected: UInt16, found: UInt16)
  /// The header holds; `crc` is the running FCS over format...control and the HCS, if there is one.
  case frame(HDLCFrame, crc: UInt16, crcEnd: Int)

  static let flag: UInt8 = 0x7E
  /// The least L in use (`protocol.md` 2.1): addresses of 1 and 2 octets, no information.
  private static let leastLength = 8

  /// Reads the header whose opening flag is at `start`. The HCS is checked before the length is believed.
  init(_ octets: Span<UInt8>, at start: Int) {
    let end = octets.count
    guard start + 2 < end else {
      self = start + 1 < end && octets[start + 1] & 0xF0 != 0xA0 ? .malformed : .incomplete
      return
    }
    let format = UInt16(octets[start + 1]) << 8 | UInt16(octets[start + 2])
    let length = Int(format & 0x07FF)
    guard format & 0xF000 == 0xA000, length >= HDLCHeader.leastLength else {
      self = .malformed
      return
    }
    var place = start + 3
    var addresses: (UInt32, UInt32) = (0, 0)
    for turn in 0..<2 {
      var address: UInt32 = 0
      var count = 0
      repeat {
        guard place < end else {
          self = .incomplete
          return
        }
        address = address << 8 | UInt32(octets[place])
        place += 1
        count += 1
      } while octets[place - 1] & 1 == 0 && count < 4
      guard octets[place - 1] & 1 == 1, count != 3 else {
        self = .malformed
        return
      }
      if turn == 0 { addresses.0 = address } else { addresses.1 = address }
    }
    guard place < end else {
      self = .incomplete
      return
    }
    let control = octets[place]
    place += 1
    let headerLength = place - start - 1
    let crc = CRC16.x25.update(CRC16.x25.initial, with: octets, from: start + 1, to: place)
    let frameEnd = start + 1 + length
    var frame = HDLCFrame(
      start: start, length: length, information: place..<place, isSegmented: format & 0x0800 != 0,
      destination: addresses.0, source: addresses.1, control: control)
    // Without information there is no HCS, only the FCS.
    if length == headerLength + 2 {
      self = .frame(frame, crc: crc, crcEnd: place)
      return
    }
    guard length >= headerLength + 4 else {
      self = .malformed
      return
    }
    guard place + 1 < end else {
      self = .incomplete
      return
    }
    let expected = ~crc
    let found = UInt16(octets[place]) | UInt16(octets[place + 1]) << 8
    guard expected == found else {
      self = .wrongChecksum(expected: expected, found: found)
      return
    }
    frame.information = (place + 2)..<(frameEnd - 2)
    self = .frame(frame, crc: crc, crcEnd: place)
  }
}
