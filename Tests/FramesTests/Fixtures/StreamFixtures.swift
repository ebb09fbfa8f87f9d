import TestSupport

/// Octets that are more, or less, than one readable frame (`protocol.md` 2.3 to 3.3, 7.2).
enum Stream {
  /// 2.3: 1503 W, then 5502 W; the flag between them is shared.
  static let sharedFlag = octets(
    """
    7E A0 27 01 02 01 10 5A 87 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 3A FF 80 00 00 02 01 06 00 00 05 DF
    31 40
    7E A0 27 01 02 01 10 5A 87 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 38 FF 80 00 00 02 01 06 00 00 15 7E
    98 63 7E
    """)

  /// 2.3: UI frame without information: L = 8, no HCS.
  static let empty = octets("7E A0 08 41 08 83 13 1D 65 7E")

  /// 2.4: the Aidon list 1 of 5.3-A in two segments.
  static let segments = [
    octets(
      """
      7E A8 1E 41 08 83 13 9D CB E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 C9 CA 7E
      """),
    octets("7E A0 16 41 08 83 13 E5 B0 FF 06 00 00 04 D2 02 02 0F 00 16 1B 22 05 7E"),
  ]

  /// 3.3: the same list in two blocks of general-block-transfer.
  static let blocks = [
    octets(
      """
      7E A0 24 41 08 83 13 BC 72 E6 E7 00 E0 40 00 01 00 00 10 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 B5 34 7E
      """),
    octets(
      """
      7E A0 21 41 08 83 13 E8 54 E6 E7 00 E0 C0 00 02 00 00 0D 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B DE FC 7E
      """),
  ]

  /// 7.2: general-glo-ciphering.
  static let encrypted = octets(
    """
    7E A0 59 41 03 13 1E 5D E6 E7 00 DB 08 4B 41 4D 45 01 23 45 67 42 30 00 00 00 01 80 FF 99 64 55 DC 50 D5 85
    84 75 0A 3B 60 27 78 B3 AB F1 9A DD 15 0B AD 79 BB 59 CC 83 85 E6 F3 93 16 99 7D F1 9C F4 0E FD CA 24 A5 73
    F2 0E 96 9D 5A BD B4 FB 97 B3 85 A8 FD 28 71 3B E5 14 7E
    """)
}

/// The negative vectors of `protocol.md` 2.6: a frame that gives no reading, the stage that refuses it, and why.
struct BadFrame: Sendable, CustomStringConvertible {
  let description: String
  let octets: [UInt8]
  let stage: String
  /// What the reason has to say.
  let says: String

  init(_ description: String, _ frame: String, stage: String, says: String) {
    self.description = description
    self.octets = TestSupport.octets(frame)
    self.stage = stage
    self.says = says
  }

  static let all = [
    BadFrame(
      "one bit of the payload flipped",
      """
      7E A0 2A 41 08 83 13 04 13 E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D3 02 02 0F
      00 16 1B 19 F2 7E
      """, stage: "framing", says: "(FCS) is 0xF219, expected"),
    BadFrame(
      "HCS of zeros, FCS right",
      """
      7E A0 2A 41 08 83 13 00 00 E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F
      00 16 1B AD 5B 7E
      """, stage: "framing", says: "(HCS) is 0x0000, expected 0x1304"),
    BadFrame(
      "two stray octets behind the body",
      """
      7E A0 2C 41 08 83 13 9C 28 E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F
      00 16 1B 00 00 53 99 7E
      """, stage: "axdr", says: "2 trailing octets"),
    BadFrame(
      "array of 2 with one element",
      """
      7E A0 2A 41 08 83 13 04 13 E6 E7 00 0F 40 00 00 00 00 01 02 02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F
      00 16 1B EF 01 7E
      """, stage: "axdr", says: "truncated"),
    BadFrame(
      "octet-string of 4 GiB",
      "7E A0 1B 41 08 83 13 91 CC E6 E7 00 0F 40 00 00 00 00 01 01 09 84 FF FF FF FF 7B B4 7E", stage: "axdr",
      says: "truncated"),
    BadFrame(
      "unknown type 63",
      "7E A0 17 41 08 83 13 A1 BB E6 E7 00 0F 40 00 00 00 00 01 01 63 00 5D 23 7E", stage: "axdr",
      says: "unknown type 0x63"),
  ]
}
