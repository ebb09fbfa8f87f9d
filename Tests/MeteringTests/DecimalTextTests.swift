import Metering
import Testing

@Suite("Fixed-point numbers")
struct DecimalTextTests {
  static let texts: [(value: Int64, decimals: Int, text: String, shortest: String)] = [
    (5640, 3, "5.640", "5.64"), (231_000, 3, "231.000", "231"), (0, 3, "0.000", "0"), (7, 3, "0.007", "0.007"),
    (-7, 3, "-0.007", "-0.007"), (-2300, 3, "-2.300", "-2.3"), (42, 0, "42", "42"), (400, 0, "400", "400"),
    (-400, 0, "-400", "-400"), (1000, 3, "1.000", "1"), (.max, 0, "9223372036854775807", "9223372036854775807"),
    (.min, 0, "-9223372036854775808", "-9223372036854775808"),
    (.max, 3, "9223372036854775.807", "9223372036854775.807"),
    (.min, 3, "-9223372036854775.808", "-9223372036854775.808"),
    (.min, 19, "-0.9223372036854775808", "-0.9223372036854775808"),
    (1, 20, "0.00000000000000000001", "0.00000000000000000001"),
  ]

  @Test("an integer is written with its decimals", arguments: texts.indices)
  func write(index: Int) {
    let expected = Self.texts[index]
    #expect(decimalText(expected.value, decimals: expected.decimals) == expected.text)
    #expect(shortestDecimalText(expected.value, decimals: expected.decimals) == expected.shortest)
  }

  @Test("what was written is read back the same", arguments: texts.indices)
  func roundTrip(index: Int) {
    let expected = Self.texts[index]
    #expect(decimal(expected.text, decimals: expected.decimals) == expected.value)
    #expect(decimal(expected.shortest, decimals: expected.decimals) == expected.value)
  }

  @Test("a decimal comma is written where it is asked for")
  func comma() {
    #expect(decimalText(76_543_210, decimals: 3, separator: ",") == "76543,210")
  }

  static let readings: [(text: String, decimals: Int, value: Int64)] = [
    ("12.345", 3, 12_345), ("12.3", 3, 12_300), ("12", 3, 12_000), ("00012345.678", 3, 12_345_678), ("0.5", 3, 500),
    (".5", 3, 500), ("5.", 3, 5000), ("1.5000000000000000000000000", 3, 1500), ("-0.5", 1, -5), ("-0", 3, 0),
    ("000000000000000000000000000001", 0, 1), ("9223372036854775.807", 3, .max),
  ]

  @Test("a decimal number is read exactly", arguments: readings.indices)
  func read(index: Int) {
    #expect(decimal(Self.readings[index].text, decimals: Self.readings[index].decimals) == Self.readings[index].value)
  }

  @Test(
    "anything else is no number, and nothing is rounded or wrapped",
    arguments: [
      "", "-", ".", "-.", "+1", "1e3", "1,5", "1.2.3", "1 ", " 1", "0x10", "١", "1.2345", "1.0001",
      "9223372036854775.808",
      "-9223372036854775.809", "9223372036854776", "99999999999999999999999", "--1", "1-", "NaN", "inf",
    ])
  func refuse(text: String) {
    #expect(decimal(text, decimals: 3) == nil)
  }

  static let scaled: [(value: Int64, power: Int, exact: Int64?, rounded: Int64?)] = [
    (123, 0, 123, 123), (123, 2, 12_300, 12_300), (12_300, -2, 123, 123), (0, 100, 0, 0), (0, -100, 0, 0),
    (12_345, -1, nil, 1235), (12_344, -1, nil, 1234), (-12_345, -1, nil, -1235), (-12_344, -1, nil, -1234),
    (5, -1, nil, 1), (-5, -1, nil, -1), (4, -1, nil, 0), (1, 18, 1_000_000_000_000_000_000, 1_000_000_000_000_000_000),
    (10, 18, nil, nil), (1, 19, nil, nil), (1, 127, nil, nil), (1, .max, nil, nil), (1, .min, nil, 0),
    (.max, 0, .max, .max), (.max, 1, nil, nil), (.min, 1, nil, nil), (.min, 0, .min, .min),
    (.max, -18, nil, 9), (.min, -18, nil, -9), (.max, -1, nil, 922_337_203_685_477_581),
    (.min, -1, nil, -922_337_203_685_477_581), (.max, -19, nil, 1), (.min, -19, nil, -1),
    (4_999_999_999_999_999_999, -19, nil, 0), (5_000_000_000_000_000_000, -19, nil, 1),
    (-5_000_000_000_000_000_000, -19, nil, -1), (.max, -20, nil, 0), (.min, -20, nil, 0), (.min, -128, nil, 0),
  ]

  @Test(
    "a value × 10^n is exact or nothing; rounded, the nearest whole number with halves away from zero",
    arguments: scaled.indices)
  func scale(index: Int) {
    let vector = Self.scaled[index]
    #expect(vector.value.scaled(byPowerOfTen: vector.power) == vector.exact)
    #expect(vector.value.rounded(byPowerOfTen: vector.power) == vector.rounded)
  }

  @Test("leading zeros fill up to the width and never cut")
  func padding() {
    #expect(padded(7, to: 3) == "007")
    #expect(padded(1234, to: 3) == "1234")
  }
}
