/// What the octets from a `/` on are, read as a P1 telegram.
///
/// The answer depends on the octets alone: it is `incomplete` until they decide it, and more octets never change it after that.
package enum P1Framing: Hashable, Sendable {
  /// More octets are needed to tell.
  case incomplete
  /// Not a telegram. With any fault but `noHeader` one was begun, and is lost.
  case malformed(P1Fault)
  /// A telegram to its end, whose CRC fails; `end` is the place behind it.
  case wrongChecksum(expected: UInt16, found: UInt16, end: Int)
  case telegram(P1Telegram)

  /// Looks at the octets from the `/` at `start` on.
  package init(_ octets: Span<UInt8>, at start: Int) {
    var scan = P1Scan()
    self.init(octets, at: start, resuming: &scan)
  }

  /// The same, without looking twice at octets that were sound the last time: octets may come one by one.
  ///
  /// `scan` is a fresh one, or that of the last look at the same telegram, which may have moved in its buffer since.
  /// `isEnd`: no more octets will come, so that a `!` may be the last of them.
  package init(_ octets: Span<UInt8>, at start: Int, isEnd: Bool = false, resuming scan: inout P1Scan) {
    if scan.looked == 0 {
      switch P1Framing.hasHeader(octets, at: start) {
      case true?: scan.looked = P1Framing.headerLength
      case false?:
        self = .malformed(.noHeader)
        return
      case nil:
        self = .incomplete
        return
      }
    }
    let end = min(octets.count, start + P1Telegram.longest)
    var place = start + scan.looked
    while true {
      place = P1Text.endOfPlain(octets, from: place, to: end)
      guard place < end else { break }
      let octet = octets[place]
      switch octet {
      case 0x0D, 0x0A:
        if scan.headerEnd == 0 { scan.headerEnd = place - start }
        if octet == 0x0D {
          scan.hasCarriageReturn = true
          if place + 1 < end, octets[place + 1] == 0x0A { place += 1 }
        }
      case 0x09: break
      case P1Telegram.slash:
        switch P1Framing.interrupts(octets, at: place) {
        case true?:
          self = .malformed(.interrupted(at: place - start))
          return
        case false?: break
        case nil:
          scan.looked = place - start
          self = .incomplete
          return
        }
      case P1Telegram.exclamationMark where scan.headerEnd > 0 && P1Framing.mayEnd(octets, at: place):
        scan.looked = place - start
        self = P1Framing.ending(octets, at: place, of: start, isEnd: isEnd, scan)
        return
      default:
        self = .malformed(.octet(octet, at: place - start))
        return
      }
      place += 1
    }
    scan.looked = place - start
    self = scan.looked < P1Telegram.longest ? .incomplete : .malformed(.tooLong)
  }
}

/// How far a telegram that is still arriving was looked at. Start a new one for each `/`.
package struct P1Scan: Hashable, Sendable {
  /// Octets from the `/` on that are sound.
  fileprivate var looked = 0
  /// The end of the header line, counted from the `/`; 0 until it was seen.
  fileprivate var headerEnd = 0
  fileprivate var hasCarriageReturn = false

  package init() {}
}

extension P1Framing {
  /// `/`, three letters, the baud character.
  private static let headerLength = 5

  /// Nil until it can be told.
  private static func hasHeader(_ octets: Span<UInt8>, at start: Int) -> Bool? {
    for place in 0..<headerLength {
      guard start + place < octets.count else { return nil }
      let octet = octets[start + place]
      let fits =
        switch place {
        case 0: octet == P1Telegram.slash
        case 4: isLetter(octet) || isDigit(octet)
        default: isLetter(octet)
        }
      guard fits else { return false }
    }
    return true
  }

  /// Whether the `/` inside a telegram begins another: at the start of a line it does, elsewhere if three letters follow, for
  /// a telegram that was cut short may have lost its line end. Nil until it can be told.
  private static func interrupts(_ octets: Span<UInt8>, at place: Int) -> Bool? {
    if P1Text.isLineEnd(octets[place - 1]) { return true }
    for letter in (place + 1)...(place + 3) {
      guard letter < octets.count else { return nil }
      guard isLetter(octets[letter]) else { return false }
    }
    return true
  }

  /// `!` ends a telegram on a line of its own, or (Aidon's sheet) behind the last value.
  private static func mayEnd(_ octets: Span<UInt8>, at place: Int) -> Bool {
    P1Text.isLineEnd(octets[place - 1]) || octets[place - 1] == 0x29
  }

  /// Reads the CRC behind the `!` at `mark`: four hex digits, most significant first, or a line end in their place.
  private static func ending(
    _ octets: Span<UInt8>, at mark: Int, of start: Int, isEnd: Bool, _ scan: P1Scan
  ) -> P1Framing {
    let header = start + scan.headerEnd
    var telegram = P1Telegram(
      octets: start..<(mark + 1), identification: (start + 1)..<header, lines: header..<mark, check: .absent)
    var found: UInt16 = 0
    for place in (mark + 1)...(mark + 4) {
      guard place - start < P1Telegram.longest else { return .malformed(.tooLong) }
      guard place < octets.count else { return isEnd && place == mark + 1 ? .telegram(telegram) : .incomplete }
      if place == mark + 1, P1Text.isLineEnd(octets[place]) { return .telegram(telegram) }
      guard let digit = hexDigit(octets[place]) else { return .malformed(.octet(octets[place], at: place - start)) }
      found = found << 4 | UInt16(digit)
    }
    telegram.octets = start..<(mark + 5)
    telegram.check = scan.hasCarriageReturn ? .right : .rightWithLineEnds
    var expected = CRC16.arc.update(CRC16.arc.initial, with: octets, from: start, to: mark + 1)
    if expected == found {
      telegram.check = .right
    } else if !scan.hasCarriageReturn {
      expected = checksumWithLineEnds(octets, from: start, to: mark + 1)
    }
    guard expected == found else { return .wrongChecksum(expected: expected, found: found, end: mark + 5) }
    return .telegram(telegram)
  }

  /// The CRC that octets with bare LF had when each was CR LF.
  private static func checksumWithLineEnds(_ octets: Span<UInt8>, from start: Int, to end: Int) -> UInt16 {
    var crc = CRC16.arc.initial
    var lineStart = start
    while case let place = P1Text.endOfLine(octets, from: lineStart, to: end), place < end {
      crc = CRC16.arc.update(crc, with: octets, from: lineStart, to: place)
      crc = CRC16.arc.update(crc, with: lineEnd.span, from: 0, to: 2)
      lineStart = place + 1
    }
    return CRC16.arc.update(crc, with: octets, from: lineStart, to: end)
  }

  private static let lineEnd: [UInt8] = [0x0D, 0x0A]

  private static func isLetter(_ octet: UInt8) -> Bool { (0x61...0x7A).contains(octet | 0x20) }

  private static func isDigit(_ octet: UInt8) -> Bool { (0x30...0x39).contains(octet) }

  private static func hexDigit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 0x30...0x39: octet - 0x30
    case 0x41...0x46, 0x61...0x66: (octet | 0x20) - 0x57
    default: nil
    }
  }
}
