/// One line of a telegram, an OBIS code and values in parentheses (`protocol.md` 6.1), as places in the octets that hold it.
///
///     1-0:1.8.0(00012345.678*kWh)
///               '-- values ----'
package struct P1Line: Hashable, Sendable {
  /// Without its line end.
  package var octets: Range<Int>
  /// Nil for a malformed line.
  package var code: OBISCode?
  /// Inside the outermost parentheses; empty for a malformed line.
  package var values: Range<Int>

  /// The next line that is not empty from `place` on, which moves behind it; nil when there is none before `end`.
  package init?(_ octets: Span<UInt8>, at place: inout Int, end: Int) {
    while place < end, P1Text.isLineEnd(octets[place]) { place += 1 }
    guard place < end else { return nil }
    let start = place
    place = P1Text.endOfLine(octets, from: start, to: end)
    self.octets = start..<place
    var value = start
    let code = P1Line.code(octets, at: &value, end: place)
    if let code, place - value >= 2, octets[place - 1] == 0x29 {
      self.code = code
      values = (value + 1)..<(place - 1)
    } else {
      values = start..<start
    }
  }

  /// What the line holds; nil for a malformed one, and for a code that no meter here is known to send.
  package var field: P1Field? { code.flatMap(P1Field.of) }

  /// `A-B:C.D.E`, and rarely `.F` or `*F`, up to the opening parenthesis, at which `place` stays.
  private static func code(_ octets: Span<UInt8>, at place: inout Int, end: Int) -> OBISCode? {
    var bits: UInt64 = 0
    var groups = 0
    var value = 0
    var digits = 0
    while place < end {
      let octet = octets[place]
      let digit = octet &- 0x30
      if digit <= 9 {
        guard digits < 3 else { return nil }
        value = value &* 10 &+ Int(digit)
        digits &+= 1
      } else {
        guard digits > 0, value <= 255 else { return nil }
        bits = bits << 8 | UInt64(value)
        groups &+= 1
        if octet == 0x28 { break }
        guard groups < 6, octet == separator(behind: groups) || (groups == 5 && octet == 0x2A) else { return nil }
        value = 0
        digits = 0
      }
      place &+= 1
    }
    guard place < end, groups >= 5 else { return nil }
    return OBISCode(bits: groups == 5 ? bits << 8 | 0xFF : bits)
  }

  /// What stands behind so many groups: `-`, `:`, `.`.
  @inline(__always)
  private static func separator(behind groups: Int) -> UInt8 {
    switch groups {
    case 1: 0x2D
    case 2: 0x3A
    default: 0x2E
    }
  }
}

/// What a line of a telegram holds.
package enum P1Field: Hashable, Sendable {
  case list(Field)
  /// The clock in two lines, as Iskraemeco sends it.
  case date, time

  /// The field of a code. A and B are a condition here, for a telegram may carry the lines of gas and water meters too:
  /// electricity is 1-0 (1-1), what concerns the meter itself is 0-0. F is 255, or it is an old billing value.
  static func of(_ code: OBISCode) -> P1Field? {
    let isElectricity = code.bits >> 32 == 0x0100 || code.bits >> 32 == 0x0101
    guard isElectricity || code.bits >> 32 == 0, code.group(5) == 255 else { return nil }
    switch code.measured {
    case 0x00_09_01: return .time
    case 0x00_09_02: return .date
    // DSMR calls the equipment identifier what a Norwegian list calls the type.
    case 0x60_01_01: return .list(.meterID)
    default: break
    }
    guard let field = Field.of(code) else { return nil }
    if case .quantity = field { return isElectricity ? .list(field) : nil }
    return .list(field)
  }
}
