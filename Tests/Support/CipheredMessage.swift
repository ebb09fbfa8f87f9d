/// A meter's side of ciphering (`protocol.md` 7.1), by the reference cipher.
///
/// The keys, title and plain text are those of the worked example in `protocol.md` 7.2.
package struct CipheredMessage: Sendable {
  package var plainText = CipheredMessage.examplePlainText
  package var encryptionKey = octets("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F")
  package var authenticationKey = octets("D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 DA DB DC DD DE DF")
  package var systemTitle = octets("4B 41 4D 45 01 23 45 67")
  package var counter: UInt32 = 1
  package var security: UInt8 = 0x30
  /// Octets of the length behind 81, 82 or 84; 0 writes it as itself, if it is below 80.
  package var lengthWidth = 0

  package init() {}

  /// With its tag DB in front.
  package var apdu: [UInt8] {
    let counterOctets = (0..<4).reversed().map { UInt8(truncatingIfNeeded: counter >> ($0 * 8)) }
    let nonce = systemTitle + counterOctets
    let isEncrypted = security & 0x20 != 0
    let isAuthenticated = security & 0x10 != 0
    let header = [security] + authenticationKey
    let sealed = referenceGCM(
      isEncrypted ? plainText : [], key: encryptionKey, nonce: nonce,
      authenticating: isAuthenticated ? header + (isEncrypted ? [] : plainText) : [])
    let content =
      [security] + counterOctets + (isEncrypted ? sealed.text : plainText)
      + (isAuthenticated ? Array(sealed.tag.prefix(12)) : [])
    return [0xDB, UInt8(systemTitle.count)] + systemTitle + length(content.count) + content
  }

  /// Behind its LLC header, as an HDLC frame carries it.
  package var information: [UInt8] { [0xE6, 0xE7, 0x00] + apdu }

  private func length(_ count: Int) -> [UInt8] {
    let width = lengthWidth == 0 && count >= 0x80 ? 2 : lengthWidth
    let digits = (0..<width).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
    return width == 0 ? [UInt8(count)] : [0x80 | UInt8(width)] + digits
  }

  /// Kamstrup's form with three items: P+ 1234 W.
  package static let examplePlainText = octets(
    """
    0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00 02 03 0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31
    09 06 01 01 01 07 00 FF 06 00 00 04 D2
    """)

  /// The whole HDLC frame of `protocol.md` 7.2.
  package static let exampleFrame = octets(
    """
    7E A0 59 41 03 13 1E 5D E6 E7 00 DB 08 4B 41 4D 45 01 23 45 67 42 30 00 00 00 01 80 FF 99 64 55 DC 50 D5 85
    84 75 0A 3B 60 27 78 B3 AB F1 9A DD 15 0B AD 79 BB 59 CC 83 85 E6 F3 93 16 99 7D F1 9C F4 0E FD CA 24 A5 73
    F2 0E 96 9D 5A BD B4 FB 97 B3 85 A8 FD 28 71 3B E5 14 7E
    """)
}
