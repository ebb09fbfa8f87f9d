import Energy
import Metering
import Simulator
import TestSupport
import Testing

@testable import Accuracy

struct RollupTests {
  private let quarter = time("2026-01-15T12:00Z")

  private func sample(_ seconds: Int64, _ power: Int64?, export: Int64? = nil) -> RollupSample {
    RollupSample(
      power: PowerSample(time: quarter + .seconds(seconds), activeImport: power, activeExport: export))
  }

  @Test func `a sample speaks for the time since the one before it`() throws {
    let samples = [sample(-4, 9000), sample(6, 1000), sample(16, 2000, export: 5)]
    let rollup = try #require(Rollup(quarter: quarter, samples: samples))
    #expect(rollup.power.imported == 6000 * 1000 + 10_000 * 2000)
    #expect(rollup.power.importCovered == .seconds(16))
    #expect(rollup.power.exportCovered == .zero)
    #expect(rollup.samples == 2)
    #expect(rollup.activeImport == Rollup.Spread(low: 1000, mean: 1500, high: 2000))
    #expect(rollup.peakTime == quarter + .seconds(16))
    #expect(rollup.maxExport == 5)
  }

  @Test func `thirty seconds are covered, thirty-one are not`() throws {
    #expect(
      try #require(Rollup(quarter: quarter, samples: [sample(0, 1), sample(30, 1)])).power.importCovered == .seconds(30)
    )
    #expect(
      try #require(Rollup(quarter: quarter, samples: [sample(0, 1), sample(31, 1)])).power.importCovered == .zero)
  }

  @Test func `a list without export neither ends nor makes coverage of export`() throws {
    let samples = [sample(0, 0, export: 100), sample(10, 0), sample(20, 0, export: 300)]
    let rollup = try #require(Rollup(quarter: quarter, samples: samples))
    #expect(rollup.power.exported == 20_000 * 300)
    #expect(rollup.power.exportCovered == .seconds(20))
  }

  @Test func `voltages and currents`() throws {
    var first = sample(0, 1)
    first.voltageL1 = 230_000
    first.currentL2 = -7000
    var second = sample(10, 1)
    second.voltageL1 = 231_001
    second.currentL2 = 300
    let rollup = try #require(Rollup(quarter: quarter, samples: [first, second]))
    #expect(rollup.voltageL1 == Rollup.Spread(low: 230_000, mean: 230_501, high: 231_001))
    #expect(rollup.voltageL2 == nil)
    #expect(rollup.maxCurrentL2 == 7000)
    #expect(rollup.maxCurrentL1 == nil)
  }

  @Test func `absurd values are no readings`() {
    #expect(Rollup(quarter: quarter, samples: [sample(0, .max), sample(10, .min), sample(20, -1)]) == nil)
    var wild = sample(0, 1)
    wild.voltageL1 = .max
    wild.currentL1 = .min
    #expect(Rollup(quarter: quarter, samples: [wild])?.voltageL1 == nil)
  }

  @Test func `nothing is no row`() {
    #expect(Rollup(quarter: quarter, samples: [RollupSample]()) == nil)
    #expect(Rollup(quarter: quarter, samples: [sample(-20, 5), sample(905, 5)]) == nil)
  }

  @Test(arguments: [(0, 0), (29, -900), (30, -900), (31, 0), (870, 0), (871, 900), (899, 900)] as [(Int64, Int64)])
  func `a sample touches its own quarter and one that it may reach into`(_ offset: Int64, _ other: Int64) {
    let touched = Rollup.quarters(touchedBy: quarter + .seconds(offset))
    let expected = Set([quarter, quarter + .seconds(offset == 0 ? -900 : offset == 30 ? 0 : other)])
    #expect(Set(touched) == expected)
  }

  /// Samples in any order, one after the other, each time the touched quarters alone: what a store does.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `rollups kept up sample by sample are those made anew`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var time = quarter - .seconds(1000)
    var all: [RollupSample] = []
    while time < quarter + .minutes(70) {
      time += .seconds(Int64.random(in: 1...45, using: &random))
      let export: Int64? = Bool.random(using: &random) ? Int64.random(in: 0...900, using: &random) : nil
      all.append(
        RollupSample(
          power: PowerSample(time: time, activeImport: Int64.random(in: 0...9000, using: &random), activeExport: export)
        ))
    }
    var stored: [RollupSample] = []
    var rollups: [UTCTime: Rollup] = [:]
    for sample in all.shuffled(using: &random) {
      stored.insert(sample, at: stored.firstIndex { $0.power.time > sample.power.time } ?? stored.count)
      for quarter in Rollup.quarters(touchedBy: sample.power.time) {
        let window = Rollup.window(of: quarter)
        rollups[quarter] = Rollup(quarter: quarter, samples: stored.filter { window.contains($0.power.time) })
      }
    }
    #expect(rollups.values.sorted { $0.quarter < $1.quarter } == Rollup.rollups(of: all))
  }

  /// The truth of a house whose power is constant between two messages, and of one whose power is a straight line.
  @Test func `mean power gives the energy exactly, momentary power within half a sample at the ends`() {
    let length: Int64 = 900
    func power(_ second: Int64) -> Int64 { 1000 + second * 4 }
    for step: Int64 in [2, 10, 30] {
      let mean = stride(from: 0, through: length, by: Int(step)).map {
        // The mean of a line is its middle.
        sample($0, (power($0 - step) + power($0)) / 2)
      }
      let momentary = stride(from: 0, through: length, by: Int(step)).map { sample($0, power($0)) }
      let truth = (power(0) + power(length)) / 2 * length * 1000
      #expect(Rollup(quarter: quarter, samples: mean)?.power.imported == truth)
      let error = (power(length) - power(0)) * step * 1000 / 2
      #expect(Rollup(quarter: quarter, samples: momentary)?.power.imported == truth + error)
    }
  }

  @Test func `the integral of a simulated day is its energy`() throws {
    var month = try #require((1...50).lazy.map { MeterMonth(seed: $0, zone: oslo, days: 1) }.first { !$0.hasSolar })
    month = MeterMonth(cleanCopyOf: month)
    let stored = StoredMonth(month, seed: 7)
    let samples = SortedSamples(stored.samples)
    for hour in stored.truth {
      let integral = samples.integral(over: hour.hour..<hour.hour + .hour)
      #expect(integral.importCovered == .hour)
      // Messages arrive up to 1.5 s after they were sent; the power of a house can change by 15 kW.
      #expect(abs(integral.imported - hour.imported) <= 2 * 15_000 * 1525)
    }
  }
}
