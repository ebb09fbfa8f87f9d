package import Metering

/// The two kinds of clock in Norwegian meters. The rule of summer time is written out here, so that the simulator does not
/// lean on the zone table that it helps to test.
package enum ClockBase: Hashable, Sendable {
  /// UTC+1 all year.
  case normalTime
  /// The time on the wall: UTC+2 from the last Sunday of March to the last Sunday of October, 01:00 UTC.
  case civilTime

  /// Which one a maker keeps (`protocol.md` 4.2). Landis+Gyr is assumed to do as Aidon.
  package init(maker: Maker) {
    self = maker == .kaifa ? .civilTime : .normalTime
  }

  /// What the clock shows at `time`.
  package func reading(at time: UTCTime) -> CivilTime {
    CivilTime(secondsSince1970: time.seconds + offset(at: time))
  }

  /// Seconds east of UTC.
  package func offset(at time: UTCTime) -> Int64 {
    guard self == .civilTime else { return 3600 }
    let year = CivilTime(secondsSince1970: time.seconds).date.year
    let start = ClockBase.lastSunday(of: 3, year: year) + 3600
    let end = ClockBase.lastSunday(of: 10, year: year) + 3600
    return (start..<end).contains(time.seconds) ? 7200 : 3600
  }

  /// Midnight UTC of the last Sunday of a month with 31 days, in seconds since 1970.
  private static func lastSunday(of month: Int, year: Int) -> Int64 {
    guard let last = CivilDate(year: year, month: month, day: 31) else { return 0 }
    return last.adding(days: -Int64(last.weekday % 7)).daysSince1970 * 86_400
  }
}
