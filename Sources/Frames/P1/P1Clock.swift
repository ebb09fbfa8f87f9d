import Metering

/// The clock of a telegram (`protocol.md` 6.4), in the forms that meters send.
///
///     0-0:1.0.0(260115140010W)       YYMMDDhhmmss, and W or S, which is not always there
///     0-0:1.0.0(20260115 14:00:10)   NES
///     1-0:0.9.1(140010)              Iskraemeco: time and date in two lines
///     1-0:0.9.2(260115)
struct P1Clock: Hashable, Sendable {
  /// The digits YYYYMMDD.
  private var date: Int?
  /// The digits hhmmss.
  private var time: Int?
  /// The letter: S is true, W is false.
  private(set) var isSummer: Bool?

  /// The reading; nil when a part is missing, or when there is no such date or time.
  var wall: CivilTime? {
    guard let date, let time else { return nil }
    return CivilTime(
      year: date / 10_000, month: date / 100 % 100, day: date % 100, hour: time / 10_000, minute: time / 100 % 100,
      second: time % 100)
  }

  /// A clock whose date and time come one by one.
  init() {}

  /// Reads date and time; nil for what is neither of the two forms.
  init?(_ octets: Span<UInt8>, in range: Range<Int>) {
    guard let last = range.last else { return nil }
    var digits = range
    var letter: Bool?
    switch octets[last] {
    case 0x53: letter = true
    case 0x57: letter = false
    default: break
    }
    if letter != nil { digits = range.dropLast() }
    guard let (number, count) = P1Clock.number(octets, in: digits), count == 12 || count == 14 else { return nil }
    date = number / 1_000_000 + (count == 12 ? P1Clock.century : 0)
    time = number % 1_000_000
    isSummer = letter
  }

  /// Takes the date; false when it is none, or when there is one already.
  mutating func takeDate(_ octets: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard date == nil, let (number, count) = P1Clock.number(octets, in: range), count == 6 || count == 8 else {
      return false
    }
    date = number + (count == 6 ? P1Clock.century : 0)
    return true
  }

  /// Takes the time; false when it is none, or when there is one already.
  mutating func takeTime(_ octets: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard time == nil, let (number, count) = P1Clock.number(octets, in: range), count == 6 else { return false }
    time = number
    return true
  }

  /// Two-digit years are of this century.
  private static let century = 20_000_000

  /// Up to 14 digits as one number, and how many they are. Between pairs of them a space, a colon or a hyphen may stand.
  private static func number(_ octets: Span<UInt8>, in range: Range<Int>) -> (number: Int, count: Int)? {
    var number = 0
    var count = 0
    for place in range {
      let octet = octets[place]
      if (0x30...0x39).contains(octet) {
        guard count < 14 else { return nil }
        number = number * 10 + Int(octet - 0x30)
        count += 1
      } else {
        guard octet == 0x20 || octet == 0x3A || octet == 0x2D, count > 0, count % 2 == 0 else { return nil }
      }
    }
    return (number, count)
  }
}
