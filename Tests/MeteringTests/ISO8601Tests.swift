import Metering
import Testing

@Suite("ISO 8601 and instants")
struct ISO8601Tests {
  static let instants: [(text: String, milliseconds: Int64)] = [
    ("1970-01-01T00:00:00Z", 0),
    ("2026-01-15T13:00:11.250Z", 1_768_482_011_250),
    ("2026-01-15T13:00:11.2Z", 1_768_482_011_200),
    ("2026-01-15T13:00:11.02Z", 1_768_482_011_020),
    ("2026-01-15T14:00:11.250+01:00", 1_768_482_011_250),
    ("2026-01-15T09:30:11.250-03:30", 1_768_482_011_250),
    ("2026-01-15 13:00:11Z", 1_768_482_011_000),
    ("1969-12-31T23:59:59.999Z", -1),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("0001-01-01T00:00:00+23:59", -62_135_683_140_000),
  ]

  @Test("an instant is read in each of its forms", arguments: instants.indices)
  func read(index: Int) {
    #expect(UTCTime(iso8601: Self.instants[index].text)?.milliseconds == Self.instants[index].milliseconds)
  }

  @Test("an instant is written in one form, and read back the same", arguments: instants.indices)
  func write(index: Int) {
    let time = UTCTime(milliseconds: Self.instants[index].milliseconds)
    #expect(UTCTime(iso8601: time.iso8601WithMilliseconds) == (index == 10 ? nil : time))
    #expect(UTCTime(iso8601: time.iso8601) == (index == 10 ? nil : UTCTime(seconds: time.seconds)))
  }

  @Test("the form of a capture line has milliseconds, the other is rounded towards the past")
  func forms() {
    let time = UTCTime(milliseconds: 1_768_482_011_250)
    #expect(time.iso8601WithMilliseconds == "2026-01-15T13:00:11.250Z")
    #expect(time.iso8601 == "2026-01-15T13:00:11Z")
    #expect(UTCTime(milliseconds: -1).iso8601WithMilliseconds == "1969-12-31T23:59:59.999Z")
    #expect(UTCTime(milliseconds: -1).iso8601 == "1969-12-31T23:59:59Z")
  }

  @Test(
    "anything else is no instant",
    arguments: [
      "", "Z", "2026", "2026-01-15", "2026-01-15T13:00:11", "2026-01-15T13:00Z", "2026-01-15T13:00:11.Z",
      "2026-01-15T13:00:11.2500Z", "2026-01-15T13:00:11,250Z", "2026-01-15T13:00:11.250", "2026-01-15T13:00:11.250z",
      "2026-01-15T13:00:11Z ", " 2026-01-15T13:00:11Z", "2026-1-15T13:00:11Z", "2026-01-15t13:00:11Z",
      "2026-13-15T13:00:11Z", "2026-00-15T13:00:11Z", "2026-02-29T13:00:11Z", "2026-01-15T24:00:00Z",
      "2026-01-15T13:60:11Z", "2026-01-15T13:00:60Z", "0000-01-15T13:00:11Z", "2026-01-15T13:00:11+24:00",
      "2026-01-15T13:00:11+01", "2026-01-15T13:00:11+0100", "2026-01-15T13:00:11+01:60", "2026-01-15T13:00:11Z+01:00",
      "-2026-01-15T13:00:11Z", "12026-01-15T13:00:11Z", "٢٠٢٦-01-15T13:00:11Z", "２０２６-01-15T13:00:11Z",
      "2026-01-15T13:00:11Å",
    ])
  func refused(text: String) {
    #expect(UTCTime(iso8601: text) == nil)
  }

  @Test(
    "a wall reading may leave its seconds out",
    arguments: [
      ("2026-01-15T14:00", "2026-01-15T14:00:00"), ("2026-01-15 14:00:05", "2026-01-15T14:00:05"),
    ])
  func wall(text: String, written: String) {
    #expect(CivilTime(iso8601: text)?.iso8601 == written)
  }

  @Test(
    "anything else is no wall reading and no date",
    arguments: [
      "", "2026-01-15T", "2026-01-15T14", "2026-01-15T14:00:00Z", "2026-01-15T14:00:", "15.01.2026", "2026/01/15",
      "2026-01-15 ", "2026-02-30", "0000-00-00",
    ])
  func noWall(text: String) {
    #expect(CivilTime(iso8601: text) == nil)
    #expect(CivilDate(iso8601: text) == nil)
  }

  @Test("a date is read and written with its zeros")
  func date() {
    #expect(CivilDate(iso8601: "0042-03-04")?.iso8601 == "0042-03-04")
  }

  @Test(
    "an offset is written with its sign",
    arguments: [(3600, "+01:00"), (7200, "+02:00"), (0, "+00:00"), (-12_600, "-03:30"), (20_700, "+05:45")])
  func offset(seconds: Int, text: String) {
    #expect(offsetText(seconds) == text)
  }

  @Test("every instant that fits can be written", arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
  func extremes(milliseconds: Int64) {
    let time = UTCTime(milliseconds: milliseconds)
    #expect(time.iso8601WithMilliseconds.hasSuffix("Z"))
    #expect(time.iso8601.hasSuffix("Z"))
  }

  @Test(
    "floor and ceiling are the full hours around an instant, before 1970 too",
    arguments: [
      (0, 0, 0), (1, 0, 3_600_000), (3_599_999, 0, 3_600_000), (3_600_000, 3_600_000, 3_600_000),
      (-1, -3_600_000, 0), (-3_600_000, -3_600_000, -3_600_000), (-3_600_001, -7_200_000, -3_600_000),
    ] as [(Int64, Int64, Int64)])
  func floor(time: Int64, floor: Int64, ceiling: Int64) {
    #expect(UTCTime(milliseconds: time).floor(to: .hour).milliseconds == floor)
    #expect(UTCTime(milliseconds: time).ceiling(to: .hour).milliseconds == ceiling)
  }

  @Test("spans add up")
  func spans() {
    let time = UTCTime(seconds: 1000)
    #expect(time + .minutes(2) - .seconds(20) == UTCTime(seconds: 1100))
    #expect(UTCTime(seconds: 900) - time == .seconds(-100))
    #expect(TimeSpan.seconds(-100).magnitude == .seconds(100))
    #expect(TimeSpan.quarter * 4 == .hour)
  }
}
