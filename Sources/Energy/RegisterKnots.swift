internal import Metering

/// What the registers of a meter show at an instant.
struct RegisterKnot: Hashable, Sendable {
  var time: UTCTime
  var shown: Energies
  /// The meter gave no time: the instant is that of arrival.
  var isByArrival = false
  /// Registers begin anew here: nothing can be said of the time since the knot before.
  var isBreak = false
}

/// The instants at which the registers of one meter are known, in order; all energy is a difference between two of them.
///
/// - Hourly lists latched at the full hour: the boundary of each.
/// - Hourly lists latched when sent: the boundary, with the register less what samples say went through since then. Where
///   samples do not cover that, the moment of sending itself: a known register that stands beside the hour.
/// - Registers in every list: their moments; the quarter hours between two at most 60 s apart by a straight line.
struct RegisterKnots {
  private struct Point {
    var knot: RegisterKnot
    var arrival: UTCTime
    /// How far it may stand lower than the one before and still be of the same series, Wh.
    var tolerance: Int64
  }

  /// Two readings further apart than this say nothing of a moment between them (`protocol.md` 8.2).
  private static let longestLine = TimeSpan.seconds(60)

  private let facts: MeterFacts
  private(set) var knots: [RegisterKnot] = []

  /// - Parameter readings: in any order. Of several for one instant the one that arrived first counts.
  /// - Parameter late: the integral of power over a few seconds before a list came; asked only of a meter that latches
  ///   when it sends.
  /// - Parameter power: the integral of power between two readings; asked only where a register rose by very much.
  init(
    _ readings: [RegisterSnapshot], facts: MeterFacts, late: (Range<UTCTime>) -> PowerIntegral,
    power: (Range<UTCTime>) -> PowerIntegral
  ) {
    self.facts = facts
    var points: [Point] = []
    points.reserveCapacity(readings.count)
    var isSorted = true
    for reading in readings {
      guard reading.arrival.isCredible, reading.boundary?.isCredible != false, let point = point(of: reading, late)
      else { continue }
      if let last = points.last, (last.knot.time, last.arrival) > (point.knot.time, point.arrival) { isSorted = false }
      points.append(point)
    }
    if !isSorted { points.sort { ($0.knot.time, $0.arrival) < ($1.knot.time, $1.arrival) } }
    join(points, power)
    if facts.cadence == .everyList { drawLines() }
  }

  private func point(of reading: RegisterSnapshot, _ late: (Range<UTCTime>) -> PowerIntegral) -> Point? {
    let isSound = reading.verdict == .accepted || reading.verdict == .offBoundary
    guard isSound else { return nil }
    let openScale = reading.registers.scale == nil ? facts.scale(at: reading.arrival) : nil
    var knot = RegisterKnot(
      time: reading.arrival, shown: Energies(reading.registers, openScale: openScale),
      isByArrival: reading.isPlacedByArrival)
    var tolerance: Int64 = 0
    switch (facts.cadence, facts.latch) {
    case (.everyList, _): knot.time = reading.instant
    case (.hourly, .fullHour):
      guard reading.verdict == .accepted, let boundary = reading.boundary, boundary == boundary.floor(to: .hour) else {
        return nil
      }
      knot = RegisterKnot(time: boundary, shown: knot.shown, isByArrival: knot.isByArrival)
    case (.hourly, .sending):
      knot.time = reading.instant
      guard let boundary = reading.boundary, reading.lateness > .zero else { break }
      knot.time = boundary + reading.lateness
      let span = reading.arrival - reading.lateness..<reading.arrival
      if let since = since(late(span), over: span, knot.shown) {
        tolerance = max(since.activeImport ?? 0, since.activeExport ?? 0) + 1
        knot.shown = knot.shown.less(since)
        knot.time = boundary
      }
    }
    return Point(
      knot: knot, arrival: reading.arrival, tolerance: tolerance + (openScale ?? reading.registers.scale).unit)
  }

  /// What went through the meter since the boundary, in whole Wh. Nil unless samples cover nine tenths of it.
  private func since(_ power: PowerIntegral, over span: Range<UTCTime>, _ shown: Energies) -> Energies? {
    let length = (span.upperBound - span.lowerBound).milliseconds
    func energy(_ energy: Int64, _ covered: TimeSpan) -> Int64? {
      guard power.isCredible(for: span.upperBound - span.lowerBound) else { return nil }
      guard covered.milliseconds * 10 >= length * 9, covered > .zero else { return nil }
      return PowerIntegral.wattHours(energy.share(length, of: covered.milliseconds))
    }
    guard let imported = energy(power.imported, power.importCovered) else { return nil }
    return Energies(activeImport: imported, activeExport: energy(power.exported, power.exportCovered) ?? 0)
  }

  /// Takes the points in order, and finds where registers begin anew, and which of them samples refute.
  private mutating func join(_ points: [Point], _ power: (Range<UTCTime>) -> PowerIntegral) {
    var joined: [Point] = []
    joined.reserveCapacity(points.count)
    for var point in points {
      if let last = joined.last {
        guard point.knot.time > last.knot.time else { continue }
        follow(last, &point)
        if !point.knot.isBreak, isContradicted(last.knot, point.knot, power) {
          if joined.count == 1 || last.knot.isBreak {
            point.knot.isBreak = true
          } else if let skipping = skipping(joined, point, power) {
            joined.removeLast()
            point = skipping
          }
        }
      }
      joined.append(point)
    }
    knots = joined.map(\.knot)
  }

  /// Finds whether registers begin anew at `point`, and lifts what only rounding has made lower.
  private func follow(_ last: Point, _ point: inout Point) {
    let (now, then) = (point.knot.shown, last.knot.shown)
    if now.isBehind(then) {
      // A coarser unit, or the rounding of a latch correction: the register has not gone back.
      let isRounding = point.tolerance > 1 && !now.isBehind(then, by: max(point.tolerance, last.tolerance))
      if isRounding { point.knot.shown = now.lifted(to: then) } else { point.knot.isBreak = true }
    } else {
      let allowed = facts.limits.energy(in: point.knot.time - last.knot.time) + point.tolerance
      point.knot.isBreak = now.isBeyond(then, by: allowed)
    }
  }

  /// `point` as it follows the reading before the last one, if samples do not confirm the last one on its other side either.
  private func skipping(_ joined: [Point], _ point: Point, _ power: (Range<UTCTime>) -> PowerIntegral) -> Point? {
    let (earlier, last) = (joined[joined.count - 2], joined[joined.count - 1])
    guard !isConfirmed(earlier.knot, last.knot, power) else { return nil }
    var skipping = point
    follow(earlier, &skipping)
    return skipping.knot.isBreak ? nil : skipping
  }

  /// W: a household that uses less on average over a whole block is nothing to wonder at.
  private static let striking: Int64 = 8000
  /// Wh: what registers and samples may always differ by.
  private static let margin: Int64 = 1000

  /// Whether samples cover the time between two readings, and say that less than half of it can have gone through.
  ///
  /// A reading that is wrong by less than the fuse lets through is found by its neighbours, but for the first of a series and
  /// one after a gap: of those only the samples know. What is not believed is unknown, not replaced.
  private func isContradicted(
    _ earlier: RegisterKnot, _ later: RegisterKnot, _ power: (Range<UTCTime>) -> PowerIntegral
  ) -> Bool {
    guard let then = earlier.shown.activeImport, let now = later.shown.activeImport,
      now - then > RegisterKnots.striking * ((later.time - earlier.time).milliseconds / 1000) / 3600
        + RegisterKnots.margin,
      let sampled = sampled(earlier, later, power)
    else { return false }
    return sampled * 2 + RegisterKnots.margin < now - then
  }

  /// Whether samples cover the time between two readings, and agree by a factor of two.
  private func isConfirmed(
    _ earlier: RegisterKnot, _ later: RegisterKnot, _ power: (Range<UTCTime>) -> PowerIntegral
  ) -> Bool {
    guard let then = earlier.shown.activeImport, let now = later.shown.activeImport,
      let sampled = sampled(earlier, later, power)
    else { return false }
    return sampled * 2 + RegisterKnots.margin >= now - then && (now - then) * 2 + RegisterKnots.margin >= sampled
  }

  /// Wh that samples say went through between two readings; nil where they do not cover nine tenths of the time.
  private func sampled(
    _ earlier: RegisterKnot, _ later: RegisterKnot, _ power: (Range<UTCTime>) -> PowerIntegral
  ) -> Int64? {
    let length = later.time - earlier.time
    guard length < .hours(10_000) else { return nil }
    let integral = power(earlier.time..<later.time)
    guard integral.isCredible(for: length), integral.importCovered.milliseconds * 10 >= length.milliseconds * 9 else {
      return nil
    }
    return integral.importWattHours
  }

  /// Puts the quarter hours between readings, and takes out the readings between two quarters that are known.
  private mutating func drawLines() {
    var drawn: [RegisterKnot] = []
    var lastQuarter: Int?
    func isQuarter(_ time: UTCTime) -> Bool { time.floor(to: .quarter) == time }
    func add(_ knot: RegisterKnot) {
      if knot.isBreak { lastQuarter = nil }
      if isQuarter(knot.time) {
        if let index = lastQuarter, drawn[index].time + .quarter == knot.time {
          drawn.removeSubrange((index + 1)...)
        }
        lastQuarter = drawn.count
      }
      drawn.append(knot)
    }
    for (index, knot) in knots.enumerated() {
      if index > 0, !knot.isBreak, knot.time - knots[index - 1].time <= RegisterKnots.longestLine {
        let before = knots[index - 1]
        let quarter = knot.time.floor(to: .quarter)
        if before.time < quarter, quarter < knot.time { add(before.interpolated(to: knot, at: quarter)) }
      }
      add(knot)
    }
    knots = drawn
  }
}

extension RegisterKnot {
  /// On the straight line to `later`, in whole Wh rounded down.
  fileprivate func interpolated(to later: RegisterKnot, at time: UTCTime) -> RegisterKnot {
    let part = (time - self.time).milliseconds
    let whole = (later.time - self.time).milliseconds
    let shown = shown.merging(later.shown) { then, now in then + (now - then) * part / whole }
    return RegisterKnot(time: time, shown: shown, isByArrival: isByArrival || later.isByArrival)
  }
}

extension Energies {
  /// These less others; active energy only, and never below 0.
  fileprivate func less(_ other: Energies) -> Energies {
    var less = self
    less.activeImport = activeImport.map { max($0 - (other.activeImport ?? 0), 0) }
    less.activeExport = activeExport.map { max($0 - (other.activeExport ?? 0), 0) }
    return less
  }

  /// Whether any register shows less than it did by `tolerance` or more.
  fileprivate func isBehind(_ earlier: Energies, by tolerance: Int64) -> Bool {
    var lifted = self
    lifted.activeImport = activeImport.map { $0 + tolerance - 1 }
    lifted.activeExport = activeExport.map { $0 + tolerance - 1 }
    lifted.reactiveImport = reactiveImport.map { $0 + tolerance - 1 }
    lifted.reactiveExport = reactiveExport.map { $0 + tolerance - 1 }
    return lifted.isBehind(earlier)
  }
}

extension Int? {
  /// Wh in the smallest movement of registers with this scale.
  fileprivate var unit: Int64 { Registers(scale: self).unit }
}
