import Metering

/// A measured value of a telegram, exact: `00012345.678*kWh` is 12345678 × 10^0 Wh.
struct P1Value: Hashable, Sendable {
  /// The digits without their dot.
  var raw: Int64
  /// raw × 10^exponent is in the plain unit: W, var, A, V, Wh, varh.
  var exponent: Int

  /// Reads what fills `octets[range]` as a value of a quantity that is kept in `unit`.
  ///
  /// Nil for anything but an optional minus, digits with at most one dot between them, and `*` and a unit: no exponent, no
  /// other sign, no more than 18 digits, no unit of something else (`protocol.md` 6.2).
  init?(_ octets: Span<UInt8>, in range: Range<Int>, of unit: Unit) {
    var place = range.lowerBound
    let end = range.upperBound
    let isNegative = place < end && octets[place] == 0x2D
    if isNegative { place += 1 }
    var value: Int64 = 0
    var digits = 0
    var dot: Int?
    while place < end {
      let digit = octets[place] &- 0x30
      if digit <= 9 {
        // Wraps beyond 18 digits, and is refused below.
        value = value &* 10 &+ Int64(digit)
        digits += 1
      } else if octets[place] == 0x2E, dot == nil, digits > 0 {
        dot = digits
      } else {
        break
      }
      place += 1
    }
    guard (1...P1Value.mostDigits).contains(digits), dot != digits else { return nil }
    var text: UInt64 = 0
    if place < end {
      guard octets[place] == 0x2A, end - place > 1, end - place <= 7 else { return nil }
      for letter in (place + 1)..<end { text = text << 8 | UInt64(octets[letter] | 0x20) }
    }
    guard let unitExponent = P1Value.exponent(of: text, measuring: unit) else { return nil }
    raw = isNegative ? -value : value
    exponent = unitExponent - (dot.map { digits - $0 } ?? 0)
  }

  private static let mostDigits = 18

  /// The power of ten of a unit text against the plain unit. `text` is its letters in lower case, the first in the highest
  /// octet, for makers do not agree on case: kvar, kVAr. Reactive power is kVA in Aidon's sheet.
  private static func exponent(of text: UInt64, measuring unit: Unit) -> Int? {
    switch (unit, text) {
    case (.watt, 0x77), (.var, 0x766172), (.var, 0x7661): 0  // w, var, va
    case (.watt, 0x6B77), (.var, 0x6B_766172), (.var, 0x6B7661): 3  // kw, kvar, kva
    case (.wattHour, 0x7768), (.varHour, 0x76617268): 0  // wh, varh
    case (.wattHour, 0x6B7768), (.varHour, 0x6B_76617268): 3  // kwh, kvarh
    case (.milliampere, 0x61), (.millivolt, 0x76): 0  // a, v
    case (.milliampere, 0x6B61), (.millivolt, 0x6B76): 3  // ka, kv
    case (.perMille, 0): 0
    default: nil
    }
  }
}
