package import Metering

/// The time between two consecutive known registers, and what went through the meter in it.
///
/// One hour when no register was missed; a longer one is a gap, whose energy is known and whose hours are estimates.
package struct EnergyBlock: Hashable, Sendable {
  /// Half-open.
  package let span: Range<UTCTime>
  /// As the meter counts. `unknown` when the registers at the two ends are not of one series.
  package let energy: Energies
}

/// A quarter hour, an hour, a local day, a local month: what is known of the energy in it.
package struct EnergyPeriod: Hashable, Sendable {
  /// Half-open.
  package let span: Range<UTCTime>
  /// The total, after transformers and corrections; unknown in a direction where any hour is.
  package let energy: Energies
  /// How `energy` is known. Of several hours, the worst that matters: an estimate between two known registers that both
  /// lie in the period does not, because their difference is a part of the sum.
  package let quality: Quality
  /// Thousandths of the time for which samples say the power, rounded down.
  package let coverage: Int
  /// The registers at the start; unknown when none is known there.
  package let start: Energies
  /// The registers at the end; unknown when none is known there.
  package let end: Energies
  /// The sum of the hours that are known: the whole when `energy` is known, else the part of it that is.
  package let known: Energies
  /// How many of its hours are known in each way; a quarter counts itself.
  package let counts: QualityCounts
  /// The energy of the hours that are estimates: neither measured nor corrected by somebody.
  package let estimated: Energies
  package let peak: PowerPeak?

  /// The hours inside that are `measured`.
  package var hoursMeasured: Int { counts[.measured] }

  /// 1 for an hour, 23 to 25 for a day.
  package var hoursExpected: Int { span.hourCount }
}

/// So many of each quality.
package struct QualityCounts: Hashable, Sendable {
  // Inline, because each hour of ten years has one.
  private var counts = SIMD16<Int32>()

  package init() {}

  package subscript(quality: Quality) -> Int {
    get { Int(counts[quality.doubt]) }
    set { counts[quality.doubt] = Int32(clamping: newValue) }
  }

  package var total: Int { Int(counts.wrappedSum()) }

  static func += (left: inout QualityCounts, right: QualityCounts) { left.counts &+= right.counts }
}

extension Range<UTCTime> {
  package var length: TimeSpan { upperBound - lowerBound }

  /// The number of whole hours.
  package var hourCount: Int { Int((upperBound - lowerBound).milliseconds / TimeSpan.hour.milliseconds) }

  /// The full hours that lie wholly inside; empty when there is none.
  package var wholeHours: Range<UTCTime> {
    let first = lowerBound.ceiling(to: .hour)
    return first..<Swift.max(first, upperBound.floor(to: .hour))
  }
}
