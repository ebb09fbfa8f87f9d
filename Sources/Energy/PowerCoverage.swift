package import Metering

/// What the streamed power samples say about the hours of a span: how much of each they cover, and its highest power.
///
/// Samples go in in order of time. Two neighbours at most `longestGap` apart cover the time between them. Samples never
/// make energy (law 1).
package struct PowerCoverage: Sendable {
  /// Samples further apart than this leave a hole.
  package static let longestGap = PowerIntegral.longestGap

  /// What is known of the power in one hour, or in several together.
  package struct Summary: Hashable, Sendable {
    /// Thousandths of the time that samples cover, rounded down: 1000 only when there is no hole at all.
    package let coverage: Int
    /// The highest active power import of any sample, W; nil without samples.
    package let maxImport: Int64?
    /// When that was, the first time.
    package let maxImportTime: UTCTime?
  }

  private struct Hour: Sendable {
    var covered = TimeSpan.zero
    var maxImport: Int64?
    var maxImportTime: UTCTime?
  }

  private let span: Range<UTCTime>
  private var hours: [Hour]
  private var previous: UTCTime?

  /// - Parameter span: in full hours.
  package init(span: Range<UTCTime>) {
    self.span = span.wholeHours
    hours = Array(repeating: Hour(), count: self.span.hourCount)
  }

  /// The samples that count for the hours: those outside that can cover a part of the first or the last belong to them.
  package var samples: Range<UTCTime> {
    span.lowerBound - PowerCoverage.longestGap..<span.upperBound + PowerCoverage.longestGap
  }

  /// Takes the next sample. One that is earlier than its forerunner covers nothing.
  package mutating func add(_ time: UTCTime, activePowerImport power: Int64?) {
    if let previous, previous < time, time - previous <= PowerCoverage.longestGap {
      let turn = max(previous, time.floor(to: .hour))
      cover(previous, turn)
      cover(turn, time)
    }
    previous = time
    guard let power, let index = index(of: time) else { return }
    if let highest = hours[index].maxImport, highest >= power { return }
    hours[index].maxImport = power
    hours[index].maxImportTime = time
  }

  /// The hours of `span` together; it starts and ends at full hours, and those that are not in here count as uncovered.
  package func summary(of span: Range<UTCTime>) -> Summary {
    let inside = span.clamped(to: self.span)
    let first = Range(uncheckedBounds: (self.span.lowerBound, inside.lowerBound)).hourCount
    var covered: Int64 = 0
    var highest = Hour()
    for hour in hours[first..<first + inside.hourCount] {
      covered += hour.covered.milliseconds
      if let power = hour.maxImport, power > highest.maxImport ?? .min { highest = hour }
    }
    let length = (span.upperBound - span.lowerBound).milliseconds
    return Summary(
      coverage: length > 0 ? Int(covered * 1000 / length) : 0, maxImport: highest.maxImport,
      maxImportTime: highest.maxImportTime)
  }

  /// Counts the time from `start` to `end`, which lie in one hour.
  private mutating func cover(_ start: UTCTime, _ end: UTCTime) {
    guard start < end, let index = index(of: start) else { return }
    hours[index].covered = TimeSpan(milliseconds: hours[index].covered.milliseconds + (end - start).milliseconds)
  }

  private func index(of time: UTCTime) -> Int? {
    guard span.contains(time) else { return nil }
    return Int((time - span.lowerBound).milliseconds / TimeSpan.hour.milliseconds)
  }
}
