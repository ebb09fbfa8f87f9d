import Energy
import Metering
import Simulator

/// A stored month with everything derived from it, as a logger and a report would.
struct JudgedMonth {
  let stored: StoredMonth
  let rules: RegisterJudge.Rules
  let readings: [RegisterSnapshot]
  let facts: MeterFacts
  let profile: PowerProfile
  let ledger: EnergyLedger
  /// Whether the moment of reading was learned; else it is what is believed of the maker.
  let isLatchLearned: Bool

  init(_ stored: StoredMonth) {
    let month = stored.month
    let samples = SortedSamples(stored.samples)
    let profile = samples.profile
    var known = MeterKnowledge([])
    _ = known.learn(.clockBase, MeterKnowledge.clockBase(from: stored.readings, zone: month.zone))
    let rules = known.rules(zone: month.zone)
    let readings = RegisterJudge.judge(stored.readings, rules)
    _ = known.learn(.registerLists, MeterKnowledge.lists(from: readings))
    _ = known.learn(.registerScale, known.scales(from: readings, profile: profile))
    isLatchLearned = known.learn(
      .registerLatch, known.latch(from: readings, maker: month.model.maker) { samples.integral(over: $0) })
    let facts = known.meterFacts(maker: month.model.maker, presence: [month.span], isPresent: false)
    self.stored = stored
    self.rules = rules
    self.readings = readings
    self.facts = facts
    self.profile = profile
    ledger = EnergyLedger(snapshots: readings, facts: facts, profile: profile) { samples.integral(over: $0) }
  }

  /// The same from rows in another order.
  func ledger(of readings: [RegisterSnapshot]) -> EnergyLedger {
    let samples = SortedSamples(stored.samples)
    return EnergyLedger(snapshots: readings, facts: facts, profile: profile) { samples.integral(over: $0) }
  }

  /// The verdicts of a logger that was stopped after the first `cut` readings and read back what it must.
  func restarted(at cut: Int) -> [RegisterSnapshot] {
    let before = RegisterJudge.judge(Array(stored.readings[..<cut]), rules)
    let sound = before.indices.filter { before[$0].verdict == .accepted || before[$0].verdict == .offBoundary }
    guard sound.count >= RegisterJudge.lookBack else {
      return RegisterJudge.judge(before + stored.readings[cut...], rules)
    }
    let start = sound[sound.count - RegisterJudge.lookBack]
    let rest = RegisterJudge.judge(Array(before[(start + 1)...] + stored.readings[cut...]), after: before[start], rules)
    return Array(before[...start]) + rest
  }

  /// How far a measured hour may be from the truth: one step of the register, and what went through the meter between the
  /// full hour and the reading at either end, Wh.
  func allowance(_ hour: UTCTime) -> Double {
    let month = stored.month
    let step = Double(max(month.model.registerStep, 1))
    if month.hasRegistersInEveryList {
      // Between two lists the register is on a straight line; the power may change once in between.
      return step + 1 + energy(within: .seconds(10), of: hour) + energy(within: .seconds(10), of: hour + .hour)
    }
    guard month.model.timetable.registerLatch > .zero else { return step }
    let late = month.model.timetable.registerLatch
    return step + 1 + max(energy(within: late, of: hour), energy(within: late, of: hour + .hour))
  }

  /// The most that the house can have used or sent in the seconds after `time`, by the highest sample around it.
  private func energy(within span: TimeSpan, of time: UTCTime) -> Double {
    var highest: Int64 = 0
    let first = stored.samples.partitioningIndex { $0.time >= time - .seconds(30) }
    for sample in stored.samples[first...] {
      guard sample.time < time + span + .seconds(30) else { break }
      highest = max(highest, sample.activeImport ?? 0, sample.activeExport ?? 0)
    }
    // Unheard, it may be anything that the fuse lets through.
    return Double(highest == 0 ? 20_000 : highest) * Double(span.milliseconds) / 3_600_000
  }
}

/// Samples in order of time, and integrals over any part of them.
struct SortedSamples {
  private let samples: [PowerSample]

  /// - Parameter samples: in order of time.
  init(_ samples: [PowerSample]) { self.samples = samples }

  func integral(over span: Range<UTCTime>) -> PowerIntegral {
    let first = samples.partitioningIndex { $0.time >= span.lowerBound - PowerIntegral.longestGap }
    let end = samples.partitioningIndex { $0.time >= span.upperBound + PowerIntegral.longestGap }
    return PowerIntegral(of: span, samples[first..<end])
  }

  /// Quarter by quarter, as the rollups have it.
  var profile: PowerProfile {
    var quarters: [Rollup] = []
    var index = 0
    while index < samples.count {
      let quarter = samples[index].time.floor(to: .quarter)
      for start in [quarter - .quarter, quarter] where quarters.last.map({ $0.quarter < start }) != false {
        quarters.append(Rollup(quarter: start, power: integral(over: start..<start + .quarter)))
      }
      index = samples.partitioningIndex { $0.time >= quarter + .quarter }
    }
    return PowerProfile(quarters)
  }
}
