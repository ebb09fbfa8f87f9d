import Energy
import Metering

/// The rows that a report makes of a ledger, in one step.
extension EnergyLedger {
  func hours(in range: Range<UTCTime>) -> [EnergyPeriod] { book(range).hours(in: range) }

  func days(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    book(range.lowerBound - .hours(25)..<range.upperBound + .hours(25)).days(in: range, zone: zone)
  }

  func months(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    book(range.lowerBound - .hours(24 * 32)..<range.upperBound + .hours(24 * 32)).months(in: range, zone: zone)
  }

  func period(_ span: Range<UTCTime>) -> EnergyPeriod { book(span).period(span) }

  func conservation(in range: Range<UTCTime>) -> Conservation { book(range).conservation(in: range) }
}
