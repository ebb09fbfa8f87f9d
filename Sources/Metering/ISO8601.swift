/// ISO 8601 in the forms that captures, tables and CSV use: `2026-01-15T13:00:11.250Z`, `2026-01-15`, `2026-01-15T14:00`.
/// Fixed widths and integer arithmetic only.
extension UTCTime {
  /// `2026-01-15T13:00:11Z`: whole seconds, rounded towards the past.
  package var iso8601: String { CivilTime(secondsSince1970: seconds).iso8601 + "Z" }

  /// `2026-01-15T13:00:11.250Z`: the form of a capture line.
  package var iso8601WithMilliseconds: String {
    let fraction = Int(milliseconds % 1000 + 1000) % 1000
    return "\(CivilTime(secondsSince1970: seconds).iso8601).\(padded(fraction, to: 3))Z"
  }

  /// `2026-01-15T13:00:11.250Z`, with 0 to 3 fraction digits, or with an offset in place of `Z`. Nil for anything else.
  package init?(iso8601 text: some StringProtocol) {
    var fields = FieldReader(text)
    guard let civil = fields.civilTime(withSeconds: true) else { return nil }
    var fraction: Int64 = 0
    if fields.skip(".") {
      var digits = 0
      while let digit = fields.digit() {
        guard digits < 3 else { return nil }
        fraction = fraction * 10 + Int64(digit)
        digits += 1
      }
      guard digits > 0 else { return nil }
      while digits < 3 {
        fraction *= 10
        digits += 1
      }
    }
    guard let offset = fields.offset(), fields.isAtEnd else { return nil }
    milliseconds = (civil.secondsSince1970 - Int64(offset)) * 1000 + fraction
  }
}

extension CivilTime {
  /// `2026-01-15T14:00:00`
  package var iso8601: String {
    "\(date.iso8601)T\(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))"
  }

  /// `2026-01-15T14:00:00`, `2026-01-15T14:00` or the same with a space. Nil for anything else.
  package init?(iso8601 text: some StringProtocol) {
    var fields = FieldReader(text)
    guard let civil = fields.civilTime(withSeconds: false), fields.isAtEnd else { return nil }
    self = civil
  }
}

extension CivilDate {
  /// `2026-01-15`
  package var iso8601: String { "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))" }

  /// `2026-01-15`. Nil for anything else.
  package init?(iso8601 text: some StringProtocol) {
    var fields = FieldReader(text)
    guard let date = fields.date(), fields.isAtEnd else { return nil }
    self = date
  }
}

/// `+01:00`, from seconds east of UTC.
package func offsetText(_ seconds: Int) -> String {
  let minutes = abs(seconds) / 60
  return "\(seconds < 0 ? "-" : "+")\(padded(minutes / 60, to: 2)):\(padded(minutes % 60, to: 2))"
}

/// `7` as `007`: decimal digits with leading zeros.
package func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}

/// Reads fixed-width fields off the front of a text.
private struct FieldReader {
  private var rest: ArraySlice<UInt8>

  init(_ text: some StringProtocol) {
    rest = ArraySlice(text.utf8)
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func digit() -> Int? {
    guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
    rest = rest.dropFirst()
    return Int(first) - 0x30
  }

  mutating func number(width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  mutating func date() -> CivilDate? {
    guard let year = number(width: 4), skip("-"), let month = number(width: 2), skip("-"),
      let day = number(width: 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  mutating func civilTime(withSeconds: Bool) -> CivilTime? {
    guard let date = date(), skip("T") || skip(" "), let hour = number(width: 2), skip(":"),
      let minute = number(width: 2)
    else { return nil }
    var second = 0
    if withSeconds || rest.first == 0x3A {
      guard skip(":"), let seconds = number(width: 2) else { return nil }
      second = seconds
    }
    return CivilTime(
      year: date.year, month: date.month, day: date.day, hour: hour, minute: minute, second: second)
  }

  /// `Z`, `+01:00` or `-01:00`, as seconds east of UTC.
  mutating func offset() -> Int? {
    if skip("Z") { return 0 }
    let sign: Int
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = number(width: 2), skip(":"), let minutes = number(width: 2), hours < 24, minutes < 60 else {
      return nil
    }
    return sign * (hours * 3600 + minutes * 60)
  }
}
