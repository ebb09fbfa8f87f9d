/// Why octets behind a flag were not a frame, behind a `/` not a telegram, or behind a 68 not a long frame.
package enum FramingFault: Hashable, Sendable, CustomStringConvertible {
  case headerChecksum(expected: UInt16, found: UInt16)
  case frameChecksum(expected: UInt16, found: UInt16)
  case truncated(length: Int, present: Int)
  case notClosed(found: UInt8)
  case telegram(P1Fault)
  case telegramChecksum(expected: UInt16, found: UInt16)
  case telegramWithoutChecksum
  case truncatedTelegram(present: Int)
  case longFrameChecksum(expected: UInt8, found: UInt8)
  case truncatedLongFrame(length: Int, present: Int)
  case damagedLineEnds
  case telnetDoubling

  package var description: String {
    switch self {
    case .headerChecksum(let expected, let found):
      "header check sequence (HCS) is \(hexText(found)), expected \(hexText(expected))"
    case .frameChecksum(let expected, let found):
      "frame check sequence (FCS) is \(hexText(found)), expected \(hexText(expected))"
    case .notClosed(let octet):
      "after damage on the line: \(hexText(octet)) stands behind the frame where its closing flag should be"
    case .telegram(let fault): fault.description
    case .telegramChecksum(let expected, let found):
      "CRC of the telegram is \(hexText(found)), expected \(hexText(expected))"
    case .telegramWithoutChecksum: "telegram has no CRC, and those before it had one"
    case .truncatedTelegram(let present): "telegram is cut short after \(present) octets"
    case .longFrameChecksum(let expected, let found):
      "sum of the M-Bus frame is \(hexText(found)), expected \(hexText(expected))"
    case .truncatedLongFrame(let length, let present):
      "M-Bus frame is cut short: its length says \(length) octets, \(present) came"
    case .damagedLineEnds:
      "a CR stands before each LF: if the adapter does that, the next such frame is mended"
    case .telnetDoubling:
      "every FF is doubled: the bridge speaks telnet; set it to raw TCP"
    case .truncated(let length, let present):
      "frame is cut short: its length says \(length) octets, \(present) came"
    }
  }
}

/// `0x7E`, `0x04D2`: an octet or a check value as people write it.
func hexText(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return "0x" + String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
}
