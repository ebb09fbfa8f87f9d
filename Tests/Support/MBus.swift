/// A long frame of wired M-Bus around a part of a DLMS message (EN 13757-1, -2). A length above 255 is sent modulo 256.
package func mbusFrame(
  _ data: some Collection<UInt8>, part: UInt8 = 0, isLast: Bool = true, address: UInt8 = 0xFF,
  accessPoints: [UInt8] = [0x01, 0x67]
) -> [UInt8] {
  let content = [0x53, address, part | (isLast ? 0x10 : 0)] + accessPoints + data
  let length = UInt8(truncatingIfNeeded: content.count)
  return [0x68, length, length, 0x68] + content + [content.reduce(0, &+), 0x16]
}

/// The frames of a message cut every `size` octets.
package func mbusFrames(_ message: [UInt8], every size: Int) -> [[UInt8]] {
  let starts = Array(stride(from: 0, to: message.count, by: size))
  return starts.enumerated().map { index, start in
    mbusFrame(
      message[start..<min(start + size, message.count)], part: UInt8(index), isLast: index == starts.count - 1)
  }
}
