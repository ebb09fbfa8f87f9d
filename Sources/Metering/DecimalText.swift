/// Fixed-point text from an integer: `decimalText(5640, decimals: 3)` is `5.640`. No floating point on the way.
package func decimalText(_ value: Int64, decimals: Int, separator: Character = ".") -> String {
  guard decimals > 0 else { return String(value) }
  let digits = String(value.magnitude)
  let padding = max(0, decimals + 1 - digits.utf8.count)
  let text = String(repeating: "0", count: padding) + digits
  return "\(value < 0 ? "-" : "")\(text.dropLast(decimals))\(separator)\(text.suffix(decimals))"
}

/// The shortest decimal text of `value` × 10^−`decimals`: 5640 with 3 decimals is `5.64`, 231000 is `231`.
package func shortestDecimalText(_ value: Int64, decimals: Int) -> String {
  var text = decimalText(value, decimals: decimals)
  guard decimals > 0 else { return text }
  while text.last == "0" { text.removeLast() }
  if text.last == "." { text.removeLast() }
  return text
}

/// Reads `-12.345` as an integer with the given number of decimals: 12.345 with 3 decimals is 12345.
///
/// Nil for anything but an optional sign, digits and one `.`, for more decimals than asked for (unless they are zeros),
/// and for a value beyond Int64.
package func decimal(_ text: some StringProtocol, decimals: Int) -> Int64? {
  var value: Int64 = 0
  var seen = -1
  var digits = 0
  var rest = text.utf8[...]
  let negative = rest.first == 0x2D
  if negative { rest = rest.dropFirst() }
  for octet in rest {
    if octet == 0x2E {
      guard seen < 0 else { return nil }
      seen = 0
      continue
    }
    guard (0x30...0x39).contains(octet) else { return nil }
    digits += 1
    if seen >= 0 {
      seen += 1
      if seen > decimals {
        guard octet == 0x30 else { return nil }
        continue
      }
    }
    let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
    // Built with its sign, because Int64.min has no positive counterpart.
    let (sum, carry) = shifted.addingReportingOverflow(Int64(octet - 0x30) * (negative ? -1 : 1))
    guard !overflow, !carry else { return nil }
    value = sum
  }
  guard digits > 0 else { return nil }
  return value.scaled(byPowerOfTen: decimals - min(max(seen, 0), decimals))
}

extension Int64 {
  /// This value × 10^`power`, exactly. Nil when the result is not a whole number or does not fit.
  package func scaled(byPowerOfTen power: Int) -> Int64? {
    guard power != 0, self != 0 else { return self }
    guard power.magnitude <= 18 else { return nil }
    let factor = Int64(powersOfTen[Int(power.magnitude)])
    if power > 0 {
      let (product, overflow) = multipliedReportingOverflow(by: factor)
      return overflow ? nil : product
    }
    return self % factor == 0 ? self / factor : nil
  }

  /// This value × 10^`power`, to the nearest whole number, halves away from zero. Nil when it does not fit.
  ///
  /// For power, current and voltage that a meter sends finer than we keep them; never for a register.
  package func rounded(byPowerOfTen power: Int) -> Int64? {
    guard power < 0 else { return scaled(byPowerOfTen: power) }
    // 2^63 × 10^−20 is less than a half.
    guard power >= -19 else { return 0 }
    let factor = powersOfTen[-power]
    let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: factor)
    return Int64(quotient + (remainder >= factor / 2 ? 1 : 0)) * signum()
  }
}

/// 10^0 to 10^19, the largest that fits.
private let powersOfTen: [UInt64] = (0...19).map { exponent in (0..<exponent).reduce(1) { product, _ in product * 10 } }

/// `1 message`, `2 messages`.
package func counted(_ count: some BinaryInteger, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
