/// CRC-16/X-25, one bit at a time: short, slow, and not the decoder's own.
package func crcX25(_ octets: some Sequence<UInt8>) -> UInt16 {
  var crc: UInt16 = 0xFFFF
  for octet in octets {
    crc ^= UInt16(octet)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x8408 : crc >> 1 }
  }
  return ~crc
}

/// An HDLC frame of format type 3 around `information`, both flags included (`protocol.md` 2.1).
///
/// Without information there is no HCS. The addresses are an Aidon's unless said otherwise.
package func hdlcFrame(
  _ information: [UInt8], addresses: [UInt8] = [0x41, 0x08, 0x83], control: UInt8 = 0x13, isSegmented: Bool = false
) -> [UInt8] {
  let length = 2 + addresses.count + 1 + (information.isEmpty ? 0 : 2 + information.count) + 2
  precondition(length <= 0x07FF, "too long for one frame")
  let format = 0xA000 | (isSegmented ? 0x0800 : 0) | UInt16(length)
  var frame = [UInt8(format >> 8), UInt8(format & 0xFF)] + addresses + [control]
  func appendCheck() {
    let crc = crcX25(frame)
    frame += [UInt8(crc & 0xFF), UInt8(crc >> 8)]
  }
  appendCheck()
  if !information.isEmpty {
    frame += information
    appendCheck()
  }
  return [0x7E] + frame + [0x7E]
}
