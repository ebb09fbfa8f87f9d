import Metering
import Testing

@Suite("Calendar")
struct CivilTimeTests {
  /// Days of each month, counted out, not computed.
  private static func length(ofMonth month: Int, year: Int) -> Int {
    let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  @Test("every date from 1970 to 2100 is the day that counting gives, with its weekday")
  func everyDay() {
    var day: Int64 = 0
    var wrong = 0
    for year in 1970...2100 {
      for month in 1...12 {
        let length = Self.length(ofMonth: month, year: year)
        for dayOfMonth in 1...length {
          let date = CivilDate(daysSince1970: day)
          // 1970-01-01 was a Thursday.
          let isRight =
            date == CivilDate(year: year, month: month, day: dayOfMonth) && date.daysSince1970 == day
            && date.weekday == Int((day + 3) % 7) + 1 && CivilDate(iso8601: date.iso8601) == date
            && date.startOfMonth.day == 1 && date.adding(days: 1).daysSince1970 == day + 1
          if !isRight { wrong += 1 }
          day += 1
        }
        let last = CivilDate(year: year, month: month, day: length)
        if last?.startOfNextMonth != CivilDate(daysSince1970: day) { wrong += 1 }
        if CivilDate(year: year, month: month, day: length + 1) != nil { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(day == 47_847)
  }

  @Test(
    "years outside the table of a century keep the Gregorian rule",
    arguments: [(1, 365), (4, 366), (1600, 366), (1900, 365), (2000, 366), (2100, 365), (2400, 366), (9998, 365)])
  func leapYears(year: Int, days: Int64) throws {
    let first = try #require(CivilDate(year: year, month: 1, day: 1))
    let next = try #require(CivilDate(year: year + 1, month: 1, day: 1))
    #expect(next.daysSince1970 - first.daysSince1970 == days)
    #expect(CivilDate(daysSince1970: first.daysSince1970) == first)
    #expect((CivilDate(year: year, month: 2, day: 29) != nil) == (days == 366))
  }

  static let impossible = [
    (0, 1, 1), (10_000, 1, 1), (-1, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 4, 31),
    (2026, 2, 29), (2100, 2, 29), (.max, 1, 1), (2026, .min, 1), (2026, 1, .max),
  ]

  @Test("a date that does not exist is no date", arguments: impossible)
  func impossibleDate(year: Int, month: Int, day: Int) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test(
    "a time that no clock shows is no time",
    arguments: [(24, 0, 0), (-1, 0, 0), (0, 60, 0), (0, -1, 0), (0, 0, 60), (0, 0, -1), (.max, 0, 0)])
  func impossibleTime(hour: Int, minute: Int, second: Int) {
    #expect(CivilTime(year: 2026, month: 1, day: 15, hour: hour, minute: minute, second: second) == nil)
  }

  @Test(
    "seconds and readings turn into one another, before 1970 too",
    arguments: [
      (0, "1970-01-01T00:00:00"), (-1, "1969-12-31T23:59:59"), (86_399, "1970-01-01T23:59:59"),
      (951_782_400, "2000-02-29T00:00:00"), (1_768_485_600, "2026-01-15T14:00:00"),
      (-62_135_596_800, "0001-01-01T00:00:00"), (253_402_300_799, "9999-12-31T23:59:59"),
    ] as [(Int64, String)])
  func seconds(seconds: Int64, text: String) {
    let civil = CivilTime(secondsSince1970: seconds)
    #expect(civil.iso8601 == text)
    #expect(civil.secondsSince1970 == seconds)
    #expect(CivilTime(iso8601: text) == civil)
  }

  @Test("readings are ordered as time passes")
  func order() throws {
    let texts = ["2025-12-31T23:59:59", "2026-01-01T00:00:00", "2026-01-01T00:00:01", "2026-01-01T01:00:00"]
    let times = try texts.map { try #require(CivilTime(iso8601: $0)) }
    #expect(times.shuffled().sorted() == times)
  }
}
