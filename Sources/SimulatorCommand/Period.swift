import Metering
import Simulator

/// A stretch of time as asked for on the command line.
struct Period: Equatable {
  let start: UTCTime
  let end: UTCTime

  /// `from` is an instant (`2026-01-15T00:00:00Z`, `2026-01-15T00:00:00+01:00`) or a date, which means midnight in Norway;
  /// `days` counts days of 24 hours from an instant, calendar days from a date.
  init(from: String, days: Int64) throws(PeriodError) {
    guard (1...3660).contains(days) else { throw .days(days) }
    start = try Period.instant(from)
    if let date = CivilDate(iso8601: from) {
      end = Period.midnight(date.adding(days: days))
    } else {
      end = start + .hours(24) * days
    }
  }

  static func instant(_ text: String) throws(PeriodError) -> UTCTime {
    let time = UTCTime(iso8601: text) ?? CivilDate(iso8601: text).map(midnight)
    guard let time, years.contains(CivilTime(secondsSince1970: time.seconds).date.year) else { throw .instant(text) }
    return time
  }

  /// The years for which the rule of summer time holds.
  static let years = 1996...2100

  /// Midnight in Norway. Summer time begins and ends two hours and more after it, so its offset is that of the hour before.
  private static func midnight(_ date: CivilDate) -> UTCTime {
    let utc = UTCTime(utc: CivilTime(date: date))
    return utc - .seconds(ClockBase.civilTime.offset(at: utc - .hours(3)))
  }
}

enum PeriodError: Error, Equatable, CustomStringConvertible {
  case instant(String)
  case days(Int64)

  var description: String {
    switch self {
    case .instant(let text):
      "cannot read '\(text)' as a time; write 2026-01-15T00:00:00Z, or 2026-01-15 for midnight in Norway "
        + "(years \(Period.years.lowerBound) to \(Period.years.upperBound))"
    case .days(let days): "cannot simulate \(days) days; choose 1 to 3660"
    }
  }
}
