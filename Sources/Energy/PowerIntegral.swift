package import Metering

/// What power samples say of the energy in a span of time: both directions, each with the time that it is known for.
///
/// In W·ms, so that nothing is rounded. Samples never make energy (law 1): this weighs the parts of a register difference.
package struct PowerIntegral: Hashable, Sendable {
  /// W·ms in a Wh.
  package static let wattHour: Int64 = 3_600_000
  /// Samples further apart than this leave a hole: three times the slowest list there is, 10 s.
  package static let longestGap = TimeSpan.seconds(30)
  /// 10 MW. What is beyond it, or below 0, is no reading; and 30 years of it fit in 64 bits.
  static let credible: ClosedRange<Int64> = 0...10_000_000

  /// From the grid, W·ms.
  package var imported: Int64
  /// How much of the span the import is known for.
  package var importCovered: TimeSpan
  /// To the grid, W·ms.
  package var exported: Int64
  package var exportCovered: TimeSpan

  package static let nothing = PowerIntegral(imported: 0, importCovered: .zero, exported: 0, exportCovered: .zero)

  package init(imported: Int64, importCovered: TimeSpan, exported: Int64, exportCovered: TimeSpan) {
    self.imported = imported
    self.importCovered = importCovered
    self.exported = exported
    self.exportCovered = exportCovered
  }

  /// The integral over `span` of samples in order of time, those outside that reach into it among them.
  package init(of span: Range<UTCTime>, _ samples: some Sequence<PowerSample>) {
    var integrator = PowerIntegrator(span: span)
    for sample in samples { integrator.add(sample) }
    self = integrator.integral
  }

  package static func + (left: PowerIntegral, right: PowerIntegral) -> PowerIntegral {
    PowerIntegral(
      imported: left.imported + right.imported,
      importCovered: left.importCovered + right.importCovered,
      exported: left.exported + right.exported,
      exportCovered: left.exportCovered + right.exportCovered)
  }

  /// In whole Wh, to the nearest; nil without samples.
  package var importWattHours: Int64? { importCovered > .zero ? PowerIntegral.wattHours(imported) : nil }
  package var exportWattHours: Int64? { exportCovered > .zero ? PowerIntegral.wattHours(exported) : nil }

  static func wattHours(_ energy: Int64) -> Int64 { (energy + wattHour / 2) / wattHour }

  /// Thousandths of a span of this length that the import is known for, rounded down.
  package func coverage(of length: TimeSpan) -> Int {
    length > .zero ? Int(min(importCovered, length).milliseconds * 1000 / length.milliseconds) : 0
  }

  /// The same, when it is no integral: a row that somebody has damaged.
  func isCredible(for length: TimeSpan) -> Bool {
    let limit = PowerIntegral.credible.upperBound * length.milliseconds
    return (0...limit).contains(imported) && (0...limit).contains(exported)
      && (TimeSpan.zero...length).contains(importCovered) && (TimeSpan.zero...length).contains(exportCovered)
  }
}

/// The active power of one message, W. Nil is a direction that it did not carry: a list 1 has no export.
package struct PowerSample: Hashable, Sendable {
  package var time: UTCTime
  package var activeImport: Int64?
  package var activeExport: Int64?

  package init(time: UTCTime, activeImport: Int64?, activeExport: Int64? = nil) {
    self.time = time
    self.activeImport = activeImport
    self.activeExport = activeExport
  }
}

/// Adds up power over a span, sample by sample in order of time.
///
/// A sample speaks for the time since the one before it that carried the same direction, if that is at most
/// `PowerIntegral.longestGap`:
///
///     samples      P1      P2      P3
///     time     ----|-------|-------|----
///     held             P2      P3
///
/// That is exact for a meter that sends the mean power since its last message, as Aidon states (`protocol.md` 8.1). Where
/// a meter sends the power of the moment, a rule by trapezoids would differ from this one by half a sample of the change
/// between the two ends of the span, and by nothing else: everything inside cancels.
struct PowerIntegrator: Sendable {
  private let span: Range<UTCTime>
  private(set) var integral = PowerIntegral.nothing
  private var lastImport: UTCTime?
  private var lastExport: UTCTime?

  init(span: Range<UTCTime>) {
    self.span = span
  }

  /// Takes the next sample. One that is earlier than its forerunner covers nothing.
  mutating func add(_ sample: PowerSample) {
    if let power = sample.activeImport, PowerIntegral.credible.contains(power) {
      let covered = reach(from: &lastImport, to: sample.time)
      integral.importCovered = TimeSpan(milliseconds: integral.importCovered.milliseconds + covered)
      integral.imported += power * covered
    }
    if let power = sample.activeExport, PowerIntegral.credible.contains(power) {
      let covered = reach(from: &lastExport, to: sample.time)
      integral.exportCovered = TimeSpan(milliseconds: integral.exportCovered.milliseconds + covered)
      integral.exported += power * covered
    }
  }

  /// The milliseconds of the span for which a sample at `time` speaks.
  private func reach(from last: inout UTCTime?, to time: UTCTime) -> Int64 {
    defer { last = time }
    guard let last, last < time, time - last <= PowerIntegral.longestGap else { return 0 }
    return max((min(time, span.upperBound) - max(last, span.lowerBound)).milliseconds, 0)
  }
}
