/// Writes HDLC frames of format type 3 as a meter does (`protocol.md` 2.1).
package struct HDLCFrameBuilder: Hashable, Sendable {
  private static let flag: UInt8 = 0x7E
  /// The largest information field that a frame takes here; the length field ends at 2047.
  private static let largestSegment = 2000

  /// Destination and source as they stand on the wire, for example `41 08 83`.
  package let addresses: [UInt8]
  /// 13 for UI, 10 for the I-frame of a Kaifa.
  package let control: UInt8

  package init(addresses: [UInt8], control: UInt8) {
    self.addresses = addresses
    self.control = control
  }

  /// The message as one frame, or as frames of at most `segmentSize` octets of information each.
  ///
  /// An empty message makes a frame without information, which has no header checksum.
  package func frames(_ information: [UInt8], segmentSize: Int = largestSegment) -> [[UInt8]] {
    let size = min(max(segmentSize, 1), HDLCFrameBuilder.largestSegment)
    guard information.count > size else { return [frame(information[...], moreFollows: false)] }
    return stride(from: 0, to: information.count, by: size).map { start in
      let end = min(start + size, information.count)
      return frame(information[start..<end], moreFollows: end < information.count)
    }
  }

  /// Frames in a row, with one flag between two of them: it ends the first and opens the second.
  package static func sharingFlags(_ frames: [[UInt8]]) -> [UInt8] {
    frames.reduce(into: []) { stream, frame in stream += stream.isEmpty ? frame[...] : frame.dropFirst() }
  }

  private func frame(_ information: ArraySlice<UInt8>, moreFollows: Bool) -> [UInt8] {
    let headerSize = 2 + addresses.count + 1
    let length = headerSize + 2 + (information.isEmpty ? 0 : information.count + 2)
    let format = 0xA000 | (moreFollows ? 0x0800 : 0) | UInt16(length)
    var octets: [UInt8] = []
    octets.reserveCapacity(length + 2)
    octets.append(HDLCFrameBuilder.flag)
    octets.append(UInt8(format >> 8))
    octets.append(UInt8(truncatingIfNeeded: format))
    octets += addresses
    octets.append(control)
    if !information.isEmpty {
      appendChecksum(to: &octets)
      octets += information
    }
    appendChecksum(to: &octets)
    octets.append(HDLCFrameBuilder.flag)
    return octets
  }

  /// The checksum of everything after the opening flag, low octet first.
  private func appendChecksum(to octets: inout [UInt8]) {
    let checksum = CRC16X25.checksum(octets[1...])
    octets.append(UInt8(truncatingIfNeeded: checksum))
    octets.append(UInt8(checksum >> 8))
  }
}
