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
    while place < end, P1Telegram.isLineEnd(octets[place]) { place += 1 }
    guard place < end else { return nil }
    let start = place
    while place < end, !P1Telegram.isLineEnd(octets[place]) { place += 1 }
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
    guard let a = group(octets, at: &place, end: end), skip(0x2D, octets, at: &place, end: end),
      let b = group(octets, at: &place, end: end), skip(0x3A, octets, at: &place, end: end),
      let c = group(octets, at: &place, end: end), skip(0x2E, octets, at: &place, end: end),
      let d = group(octets, at: &place, end: end), skip(0x2E, octets, at: &place, end: end),
      let e = group(octets, at: &place, end: end)
    else { return nil }
    var f: UInt8 = 255
    if skip(0x2E, octets, at: &place, end: end) || skip(0x2A, octets, at: &place, end: end) {
      guard let group = group(octets, at: &place, end: end) else { return nil }
      f = group
    }
    return place < end && octets[place] == 0x28 ? OBISCode(a, b, c, d, e, f) : nil
  }

  /// One to three digits, at most 255.
  @inline(__always)
  private static func group(_ octets: Span<UInt8>, at place: inout Int, end: Int) -> UInt8? {
    let last = min(end, place + 3)
    let start = place
    var value = 0
    while place < last, case let digit = octets[place] &- 0x30, digit <= 9 {
      value = value * 10 + Int(digit)
      place += 1
    }
    return place > start ? UInt8(exactly: value) : nil
  }

  @inline(__always)
  private static func skip(_ octet: UInt8, _ octets: Span<UInt8>, at place: inout Int, end: Int) -> Bool {
    guard place < end, octets[place] == octet else { return false }
    place += 1
    return true
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
