package import Metering

/// Energy without a rounding: W × ms, added up as a whole number. One Wh is 3 600 000 W·ms (which are millijoules).
package struct EnergyCounter: Hashable, Sendable {
  /// W·ms in a Wh, or var·ms in a varh.
  package static let wattHour: Int64 = 3_600_000

  /// Millijoules since the meter was made.
  package private(set) var activeImport: Int64
  package private(set) var activeExport: Int64
  package private(set) var reactiveImport: Int64
  package private(set) var reactiveExport: Int64

  init(activeImport: Int64, activeExport: Int64, reactiveImport: Int64, reactiveExport: Int64) {
    self.activeImport = activeImport
    self.activeExport = activeExport
    self.reactiveImport = reactiveImport
    self.reactiveExport = reactiveExport
  }

  /// Counts net power over a length of time; import and export have a counter each.
  mutating func add(active: Int64, reactive: Int64, over span: TimeSpan) {
    activeImport += max(active, 0) * span.milliseconds
    activeExport += max(-active, 0) * span.milliseconds
    reactiveImport += max(reactive, 0) * span.milliseconds
    reactiveExport += max(-reactive, 0) * span.milliseconds
  }

  /// The registers of a perfect meter in Wh and varh: whole Wh, rounded down.
  package var readings: Readings {
    [
      .activeEnergyImport: activeImport.flooredQuotient(by: EnergyCounter.wattHour),
      .activeEnergyExport: activeExport.flooredQuotient(by: EnergyCounter.wattHour),
      .reactiveEnergyImport: reactiveImport.flooredQuotient(by: EnergyCounter.wattHour),
      .reactiveEnergyExport: reactiveExport.flooredQuotient(by: EnergyCounter.wattHour),
    ]
  }
}

/// What truly happened in one hour.
package struct HourTruth: Hashable, Sendable {
  /// Where the hour begins.
  package let hour: UTCTime
  /// The counters at its two ends.
  package let start: EnergyCounter
  package let end: EnergyCounter

  /// Millijoules from the grid.
  package var imported: Int64 { end.activeImport - start.activeImport }
  /// Millijoules to the grid.
  package var exported: Int64 { end.activeExport - start.activeExport }
}
