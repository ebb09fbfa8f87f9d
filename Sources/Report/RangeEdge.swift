import ArgumentParser
import Energy
import Metering

/// One end of the range of a report, as the user wrote it.
enum RangeEdge: Hashable, ExpressibleByArgument, CustomStringConvertible {
  /// A local day, all of it.
  case day(CivilDate)
  case instant(UTCTime)

  /// `2026-01-15`, `2026-01-15T13:00Z`, `2026-01-15T14:00+01:00`, the latter two with or without seconds.
  init?(argument: String) {
    if let date = CivilDate(iso8601: argument) {
      self = .day(date)
    } else if let time = UTCTime(iso8601: argument)
      ?? UTCTime(iso8601: argument.prefix(16) + ":00" + argument.dropFirst(16))
    {
      self = .instant(time)
    } else {
      return nil
    }
  }

  var description: String {
    switch self {
    case .day(let date): date.iso8601
    case .instant(let time): time.iso8601
    }
  }

  /// The instant it means as the start of a range.
  func start(in zone: Zone) -> UTCTime {
    switch self {
    case .day(let date): zone.firstHour(of: date)
    case .instant(let time): time
    }
  }

  /// The instant it means as the end of a range; not included.
  func end(in zone: Zone) -> UTCTime {
    switch self {
    case .day(let date): zone.firstHour(of: date.adding(days: 1))
    case .instant(let time): time
    }
  }
}
