import Energy
import Metering

/// The time that a report is about.
struct ReportRange: Hashable {
  /// The hours that count: those missing here are gaps, and the sum of these is checked.
  let counted: Range<UTCTime>
  /// What the rows must show: `counted`, and with `--partial` the running hour.
  let shown: Range<UTCTime>

  /// The ends that the user set, widened to whole days or months where these are the rows.
  struct Request {
    let start: UTCTime?
    let end: UTCTime?
    let includesRunningHour: Bool

    /// - Throws: what is impossible about the range, in a sentence.
    init(
      from: RangeEdge?, to: RangeEdge?, step: ReportStep, zone: Zone, includesRunningHour: Bool = false
    ) throws(ReportFailure) {
      let first = from?.start(in: zone)
      let last = to?.end(in: zone)
      if let from, let to, let first, let last, first >= last {
        throw ReportFailure("impossible range: --from \(from) does not come before --to \(to)")
      }
      for edge in [first, last].compactMap(\.self) where edge < possible.lowerBound || edge > possible.upperBound {
        throw ReportFailure("impossible range: \(edge.iso8601) is not in the years 1990 to 2099")
      }
      start = first.map { step.firstStart(from: $0, zone: zone) }
      end = last.map { step.lastEnd(until: $0, zone: zone) }
      self.includesRunningHour = includesRunningHour
      if let start, let end, start >= end {
        throw ReportFailure("no whole hour between --from and --to: hours run from full hour to full hour")
      }
    }
  }

  /// The years 1990 to 2099, for which the rules of zones are known.
  static let possible = UTCTime(seconds: 631_152_000)..<UTCTime(seconds: 4_102_444_800)

  /// The request, completed from what the log has of one meter; nil when that leaves no hour.
  ///
  /// No clock is asked: the same log gives the same report tomorrow.
  /// - Parameter boundaries: the first and the last accepted boundary of the meter.
  /// - Parameter firstHeard: the arrival of the meter's first message.
  /// - Parameter lastHeard: the arrival of its newest message.
  /// - Parameter isSuccessor: another meter was there before it.
  /// - Parameter isReplaced: another has come in its place.
  init?(
    _ request: Request, boundaries: (first: UTCTime, last: UTCTime)?, firstHeard: UTCTime, lastHeard: UTCTime,
    isSuccessor: Bool = false, isReplaced: Bool = false
  ) {
    let firstHeard = ReportRange.clamped(firstHeard)
    let lastHeard = ReportRange.clamped(lastHeard)
    // Until its list is due, an hour is not finished; that of a meter that has gone is.
    let finished = isReplaced ? lastHeard.ceiling(to: .hour) : (lastHeard - hourlyListTolerance).floor(to: .hour)
    // The hour in which a meter came has a part of it, and the meter before it the other.
    let first = isSuccessor ? firstHeard.floor(to: .hour) : boundaries?.first ?? firstHeard
    let start = request.start ?? ReportRange.clamped(first).ceiling(to: .hour)
    let end = request.end ?? max(finished, ReportRange.clamped(boundaries?.last ?? finished).floor(to: .hour))
    let runningEnd = max(end, lastHeard.ceiling(to: .hour))
    let shownEnd = request.includesRunningHour && request.end == nil ? runningEnd : end
    guard start < shownEnd else { return nil }
    counted = start..<max(start, end)
    shown = start..<shownEnd
  }

  /// A damaged row may hold any number.
  private static func clamped(_ time: UTCTime) -> UTCTime {
    min(max(time, possible.lowerBound), possible.upperBound)
  }
}
