/// A calendar reading without a zone: what a clock on the wall, or in a meter, shows. Proleptic Gregorian, no leap second.
package struct CivilTime: Hashable, Comparable, Sendable {
  package var date: CivilDate
  /// 0...23
  package var hour: Int
  /// 0...59
  package var minute: Int
  /// 0...59
  package var second: Int

  package init(date: CivilDate, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.date = date
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Nil unless each field is in its range and the date exists: octets from the wire go through here.
  package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
    guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
    self.init(date: date, hour: hour, minute: minute, second: second)
  }

  /// The reading that a clock set to UTC shows at `secondsSince1970`.
  package init(secondsSince1970: Int64) {
    let day = secondsSince1970.flooredQuotient(by: 86_400)
    let rest = Int(secondsSince1970 - day * 86_400)
    self.init(date: CivilDate(daysSince1970: day), hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  /// Seconds since 1970 as if the reading were UTC.
  package var secondsSince1970: Int64 {
    date.daysSince1970 * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  package static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.secondsSince1970 < right.secondsSince1970
  }
}

/// A calendar date, proleptic Gregorian.
package struct CivilDate: Hashable, Comparable, Sendable {
  package let year: Int
  /// 1...12
  package let month: Int
  /// 1...31
  package let day: Int

  /// Nil unless the date exists. Years run from 1 to 9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDate.length(ofMonth: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date `daysSince1970` days after 1970-01-01, by counting 400-year eras that start on 1 March.
  package init(daysSince1970: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
    day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  package var daysSince1970: Int64 {
    let year = Int64(month <= 2 ? self.year - 1 : self.year)
    let era = year.flooredQuotient(by: 400)
    let yearOfEra = year - era * 400
    let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// 1 = Monday ... 7 = Sunday (ISO 8601).
  package var weekday: Int { Int((daysSince1970 + 3) - (daysSince1970 + 3).flooredQuotient(by: 7) * 7) + 1 }

  package func adding(days: Int64) -> CivilDate { CivilDate(daysSince1970: daysSince1970 + days) }

  /// The first day of this date's month.
  package var startOfMonth: CivilDate { adding(days: Int64(1 - day)) }

  /// The first day of the month after this date's.
  package var startOfNextMonth: CivilDate {
    startOfMonth.adding(days: Int64(CivilDate.length(ofMonth: month, year: year)))
  }

  package static func < (left: CivilDate, right: CivilDate) -> Bool { left.daysSince1970 < right.daysSince1970 }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
