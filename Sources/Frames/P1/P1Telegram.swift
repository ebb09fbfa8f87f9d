/// One P1/H1 telegram (IEC 62056-21 mode D, unsolicited, with the CRC of DSMR 5; `protocol.md` 6.1), as places in the octets
/// that hold it.
///
///     / X X X 5 identification CR LF | CR LF | line CR LF ... | ! | CRC 4 | CR LF
///     '------------------------ CRC covers ---------------------'
///     '------------------------------ octets --------------------------'
package struct P1Telegram: Hashable, Sendable {
  /// What vouches for the octets.
  package enum Check: Hashable, Sendable {
    /// The CRC is right.
    case right
    /// It is right once CR LF stands in the place of each bare LF: something on the way normalised the line ends.
    case rightWithLineEnds
    /// The telegram ends with `!` and no CRC, as plain IEC 62056-21 has it: unchecked.
    case absent
  }

  /// From `/` to the last digit of the CRC (to `!` where there is none). The line end behind it is no part of it, because
  /// the telegram is complete without.
  package var octets: Range<Int>
  /// Behind the `/`, to the end of that line: three letters of the maker, a baud character, and what the maker likes.
  package var identification: Range<Int>
  /// The lines between header and `!`, with their line ends.
  package var lines: Range<Int>
  package var check: Check

  static let slash: UInt8 = 0x2F
  static let exclamationMark: UInt8 = 0x21
  /// 27 lines are about 700 octets; nothing longer than this is a telegram.
  package static let longest = 4096
}

/// Why octets behind a `/` are no telegram. Places count from the `/`.
package enum P1Fault: Hashable, Sendable, CustomStringConvertible {
  /// No letters of a maker follow: nobody began a telegram here.
  case noHeader
  /// An octet that cannot stand where it does.
  case octet(UInt8, at: Int)
  /// Another telegram begins before this one has ended.
  case interrupted(at: Int)
  case tooLong

  package var description: String {
    switch self {
    case .noHeader: "'/' is not followed by the letters of a maker"
    case .octet(let octet, let place): "octet \(place): \(hexText(octet)) cannot stand here in a telegram"
    case .interrupted(let place): "octet \(place): another telegram begins before this one has ended"
    case .tooLong: "telegram does not end within \(P1Telegram.longest) octets"
    }
  }
}
