package import Metering

/// What the samples of one meter say of one quarter hour: a row that a report reads instead of some 360 samples.
///
/// Derived from the samples alone, and always by this one function, so that a row made as samples come in and a row made
/// anew years later are the same. A sample that comes late changes the quarters that `quarters(touchedBy:)` names.
package struct Rollup: Hashable, Sendable {
  /// Lowest, mean and highest of the samples, in the unit of the quantity.
  package struct Spread: Hashable, Sendable {
    package var low: Int64
    /// Of the samples, each counting the same; rounded to the nearest.
    package var mean: Int64
    package var high: Int64

    package init(low: Int64, mean: Int64, high: Int64) {
      self.low = low
      self.mean = mean
      self.high = high
    }
  }

  /// The full quarter of an hour (UTC) at which it begins.
  package var quarter: UTCTime
  /// The energy of the quarter by the samples, and how much of it they cover.
  package var power: PowerIntegral
  /// Samples in the quarter that carry active import.
  package var samples: Int
  /// Active power import, W.
  package var activeImport: Spread?
  /// When the highest import was, the first time.
  package var peakTime: UTCTime?
  /// The highest active power export, W.
  package var maxExport: Int64?
  /// mV, by phase (by line pair in a 3-wire net).
  package var voltageL1: Spread?
  package var voltageL2: Spread?
  package var voltageL3: Spread?
  /// The highest current of each phase, mA, whichever way it flows.
  package var maxCurrentL1: Int64?
  package var maxCurrentL2: Int64?
  package var maxCurrentL3: Int64?

  package init(
    quarter: UTCTime, power: PowerIntegral, samples: Int = 0, activeImport: Spread? = nil, peakTime: UTCTime? = nil,
    maxExport: Int64? = nil, voltageL1: Spread? = nil, voltageL2: Spread? = nil, voltageL3: Spread? = nil,
    maxCurrentL1: Int64? = nil, maxCurrentL2: Int64? = nil, maxCurrentL3: Int64? = nil
  ) {
    self.quarter = quarter
    self.power = power
    self.samples = samples
    self.activeImport = activeImport
    self.peakTime = peakTime
    self.maxExport = maxExport
    self.voltageL1 = voltageL1
    self.voltageL2 = voltageL2
    self.voltageL3 = voltageL3
    self.maxCurrentL1 = maxCurrentL1
    self.maxCurrentL2 = maxCurrentL2
    self.maxCurrentL3 = maxCurrentL3
  }

  /// The quarter that begins at `quarter`, from the samples of `window(of: quarter)` in order of time. Nil when they say
  /// nothing of it: then there is no row.
  package init?(quarter: UTCTime, samples: some Sequence<RollupSample>) {
    var builder = RollupBuilder(quarter: quarter)
    for sample in samples { builder.add(sample) }
    guard let rollup = builder.rollup else { return nil }
    self = rollup
  }

  package var span: Range<UTCTime> { quarter..<quarter + .quarter }

  /// The samples that count for a quarter: its own, and its neighbours that may cover a part of it.
  package static func window(of quarter: UTCTime) -> Range<UTCTime> {
    quarter - PowerIntegral.longestGap..<quarter + .quarter + PowerIntegral.longestGap
  }

  /// The quarters whose rollup a sample at `time` has a part in, one or two: its own, and the next or the one before when
  /// the sample may cover a part of that.
  package static func quarters(touchedBy time: UTCTime) -> [UTCTime] {
    let first = (time - PowerIntegral.longestGap).floor(to: .quarter)
    let last = (time + PowerIntegral.longestGap - TimeSpan(milliseconds: 1)).floor(to: .quarter)
    return first == last ? [first] : [first, last]
  }

  /// All rollups that samples in order of time make.
  package static func rollups(of samples: [RollupSample]) -> [Rollup] {
    guard let first = samples.first, let last = samples.last else { return [] }
    var found: [Rollup] = []
    var quarter = (first.power.time - PowerIntegral.longestGap).floor(to: .quarter)
    while quarter < last.power.time + PowerIntegral.longestGap {
      let window = window(of: quarter)
      let begin = samples.partitioningIndex { $0.power.time >= window.lowerBound }
      let end = samples.partitioningIndex { $0.power.time >= window.upperBound }
      if let rollup = Rollup(quarter: quarter, samples: samples[begin..<end]) { found.append(rollup) }
      // Over a long silence at once to the next sample that has a part in a later quarter.
      quarter += .quarter
      let next = samples.partitioningIndex { $0.power.time >= quarter - PowerIntegral.longestGap }
      guard next < samples.count else { break }
      quarter = max(quarter, (samples[next].power.time - PowerIntegral.longestGap).floor(to: .quarter))
    }
    return found
  }
}

/// What a rollup takes from one message.
package struct RollupSample: Hashable, Sendable {
  package var power: PowerSample
  /// mV
  package var voltageL1: Int64?
  package var voltageL2: Int64?
  package var voltageL3: Int64?
  /// mA
  package var currentL1: Int64?
  package var currentL2: Int64?
  package var currentL3: Int64?

  package init(power: PowerSample) {
    self.power = power
  }

  package init(_ sample: Sample) {
    let readings = sample.readings
    power = PowerSample(
      time: sample.arrival, activeImport: readings[.activePowerImport], activeExport: readings[.activePowerExport])
    voltageL1 = readings[.voltageL1]
    voltageL2 = readings[.voltageL2]
    voltageL3 = readings[.voltageL3]
    currentL1 = readings[.currentL1]
    currentL2 = readings[.currentL2]
    currentL3 = readings[.currentL3]
  }
}

/// Makes one rollup, sample by sample, for samples that come from a cursor.
package struct RollupBuilder: Sendable {
  private let span: Range<UTCTime>
  private var integrator: PowerIntegrator
  private var samples = 0
  private var activeImport = Extent()
  private var peakTime: UTCTime?
  private var maxExport: Int64?
  private var voltages = (Extent(), Extent(), Extent())
  private var currents: (Int64?, Int64?, Int64?)

  package init(quarter: UTCTime) {
    span = quarter..<quarter + .quarter
    integrator = PowerIntegrator(span: span)
  }

  /// Takes the next sample of `Rollup.window`, in order of time.
  package mutating func add(_ sample: RollupSample) {
    integrator.add(sample.power)
    guard span.contains(sample.power.time) else { return }
    if let power = sample.power.activeImport, PowerIntegral.credible.contains(power) {
      samples += 1
      if power > activeImport.high { peakTime = sample.power.time }
      activeImport.add(power)
    }
    if let power = sample.power.activeExport, PowerIntegral.credible.contains(power) {
      maxExport = max(maxExport ?? 0, power)
    }
    voltages.0.add(sample.voltageL1)
    voltages.1.add(sample.voltageL2)
    voltages.2.add(sample.voltageL3)
    RollupBuilder.raise(&currents.0, to: sample.currentL1)
    RollupBuilder.raise(&currents.1, to: sample.currentL2)
    RollupBuilder.raise(&currents.2, to: sample.currentL3)
  }

  /// Nil when no sample says anything of the quarter.
  package var rollup: Rollup? {
    let rollup = Rollup(
      quarter: span.lowerBound, power: integrator.integral, samples: samples, activeImport: activeImport.spread,
      peakTime: peakTime, maxExport: maxExport, voltageL1: voltages.0.spread, voltageL2: voltages.1.spread,
      voltageL3: voltages.2.spread, maxCurrentL1: currents.0, maxCurrentL2: currents.1, maxCurrentL3: currents.2)
    return rollup == Rollup(quarter: span.lowerBound, power: .nothing) ? nil : rollup
  }

  private static func raise(_ highest: inout Int64?, to current: Int64?) {
    guard let current, current != .min else { return }
    highest = max(highest ?? 0, abs(current))
  }

  /// Values that went by. A sum of a quarter's worth of them, each below 2^40, fits.
  private struct Extent {
    var low = Int64.max
    var high = Int64.min
    var sum: Int64 = 0
    var count: Int64 = 0

    mutating func add(_ value: Int64?) {
      guard let value, value.magnitude < 1 << 40, count < 1 << 20 else { return }
      low = min(low, value)
      high = max(high, value)
      sum += value
      count += 1
    }

    var spread: Rollup.Spread? {
      count > 0 ? Rollup.Spread(low: low, mean: (2 * sum + count).flooredQuotient(by: 2 * count), high: high) : nil
    }
  }
}
