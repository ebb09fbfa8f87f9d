/// What some adapters do to octets on their way, and how it is undone (`protocol.md` 1.5).
///
/// Asked only about a frame whose checks fail as it stands. What is undone must pass both checks, so that nothing is
/// believed that a sound frame would not be.
enum AdapterDamage: CaseIterable {
  /// A dongle in text mode puts a CR before every LF. Undone exactly: a true CR LF arrives as CR CR LF.
  case lineEnds
  /// A telnet server doubles every FF. It may do more (option negotiation), so this is recognised, not undone.
  case telnet

  enum Outcome {
    /// The frame does not become sound this way.
    case none
    /// It may, when more octets have come.
    case incomplete
    /// It does: `consumed` octets of the stream stood for it.
    case undone(HDLCFrame, consumed: Int)
  }

  /// The pair of octets that stands for its second.
  private var pair: (UInt8, UInt8) {
    switch self {
    case .lineEnds: (0x0D, 0x0A)
    case .telnet: (0xFF, 0xFF)
    }
  }

  /// Undoes this damage in the frame whose opening flag is at `start`; the sound frame is left in `sound`.
  func undo(_ octets: Span<UInt8>, at start: Int, into sound: inout [UInt8]) -> Outcome {
    sound.removeAll(keepingCapacity: true)
    let pair = pair
    var place = start
    var pairs = 0
    // Until the header says how long the frame is.
    var needed = Int.max
    while sound.count < needed {
      guard place < octets.count else { return pairs > 0 ? .incomplete : .none }
      var octet = octets[place]
      place += 1
      if octet == pair.0 {
        guard place < octets.count else { return .incomplete }
        if octets[place] == pair.1 {
          octet = pair.1
          place += 1
          pairs += 1
        }
      }
      sound.append(octet)
      guard needed == .max else { continue }
      // Octets behind a header that fails must not be looked at: what has come so far would change the answer.
      switch HDLCHeader(sound.span, at: 0) {
      case .incomplete: break
      case .malformed, .wrongChecksum: return .none
      case .frame(let frame, _, _): needed = frame.octets.count
      }
    }
    guard pairs > 0, case .frame(let frame, let crc, let crcEnd) = HDLCHeader(sound.span, at: 0),
      frame.octets.count == sound.count,
      CRC16.x25.update(crc, with: sound.span, from: crcEnd, to: sound.count) == CRC16.x25Residue
    else { return .none }
    return .undone(frame, consumed: place - start)
  }
}
