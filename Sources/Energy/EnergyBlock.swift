package import Metering

/// The time between two consecutive boundary registers, and what went through the meter in it.
///
/// One hour when no register was missed; a longer one is a gap, whose energy is known and whose hours are not.
package struct EnergyBlock: Hashable, Sendable {
  /// Half-open; both ends are full hours.
  package let span: Range<UTCTime>
  /// `unknown` when the registers at the two ends are not of one series.
  package let energy: Energies

  /// Whether it is one whole hour with a known energy: all that is needed for `Quality.measured`.
  package var isMeasuredHour: Bool { span.hourCount == 1 && energy.isKnown }
}

/// An hour, a local day, a local month: what is known of the energy in it.
package struct EnergyPeriod: Hashable, Sendable {
  /// Half-open, in full hours of UTC.
  package let span: Range<UTCTime>
  /// The total; unknown unless boundary registers stand at both ends and one series joins them.
  package let energy: Energies
  /// How `energy` is known.
  package let quality: Quality
  /// The registers at the start; unknown when none was read there.
  package let start: Energies
  /// The registers at the end; unknown when none was read there.
  package let end: Energies
  /// The energy of the blocks wholly inside: the whole when `energy` is known, else the part of it that is.
  package let known: Energies
  /// The hours inside that are `measured`.
  package let hoursMeasured: Int

  /// 1 for an hour, 23 to 25 for a day.
  package var hoursExpected: Int { span.hourCount }
}

extension Range<UTCTime> {
  /// The number of whole hours.
  package var hourCount: Int { Int((upperBound - lowerBound).milliseconds / TimeSpan.hour.milliseconds) }

  /// The full hours that lie wholly inside; empty when there is none.
  package var wholeHours: Range<UTCTime> {
    let first = lowerBound.ceiling(to: .hour)
    return first..<Swift.max(first, upperBound.floor(to: .hour))
  }
}
