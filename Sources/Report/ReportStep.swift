import Energy
import Metering

/// How long the rows of a report are.
enum ReportStep: Hashable {
  case hour, day, month

  /// The rows of the report over `range`: whole hours inside it, or whole days and months that touch it.
  func periods(of book: LedgerBook, in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    switch self {
    case .hour: book.hours(in: range)
    case .day: book.days(in: range, zone: zone)
    case .month: book.months(in: range, zone: zone)
    }
  }

  /// From the start of the first row to the end of the last.
  func outline(of range: Range<UTCTime>, zone: Zone) -> Range<UTCTime> {
    let start = firstStart(from: range.lowerBound, zone: zone)
    return start..<max(start, lastEnd(until: range.upperBound, zone: zone))
  }

  /// The start of the first row of a report from `time` on.
  func firstStart(from time: UTCTime, zone: Zone) -> UTCTime {
    switch self {
    case .hour: time.ceiling(to: .hour)
    case .day: zone.days(touching: time..<time.next).first?.lowerBound ?? time
    case .month: zone.months(touching: time..<time.next).first?.lowerBound ?? time
    }
  }

  /// The end of the last row of a report until `time`.
  func lastEnd(until time: UTCTime, zone: Zone) -> UTCTime {
    switch self {
    case .hour: time.floor(to: .hour)
    case .day: zone.days(touching: time.previous..<time).last?.upperBound ?? time
    case .month: zone.months(touching: time.previous..<time).last?.upperBound ?? time
    }
  }
}

extension UTCTime {
  fileprivate var next: UTCTime { self + TimeSpan(milliseconds: 1) }
  fileprivate var previous: UTCTime { self - TimeSpan(milliseconds: 1) }
}
