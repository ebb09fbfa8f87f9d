import Energy
import Foundation
import Metering
import TestSupport
import Testing

@testable import Accuracy

/// Runs every file of `Tests/Scenarios`.
struct StoryTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scenarios")

  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()

  @Test func `there are stories`() { #expect(StoryTests.files.count >= 10) }

  @Test(arguments: files)
  func `a story comes out as it says`(_ file: String) throws {
    let story = try Story(String(contentsOf: StoryTests.folder.appending(path: file), encoding: .utf8))
    for meter in story.meters { try check(meter, story.zone, file) }
  }

  private func check(_ meter: StoryMeter, _ zone: Zone, _ file: String) throws {
    let told = ToldMeter(meter, zone: zone)
    for (judged, (verdict, line)) in zip(told.readings, meter.verdicts) {
      #expect(judged.verdict == verdict, "\(file):\(line) is \(judged.verdict.rawValue)")
    }
    for (line, expectation) in meter.expectations {
      let (found, wanted) = told.answer(expectation, zone: zone)
      #expect(found == wanted, "\(file):\(line)")
    }
    checkLaws(told, meter, file)
  }

  /// What holds in every story: conservation, and that neither order nor restarts change anything.
  private func checkLaws(_ told: ToldMeter, _ meter: StoryMeter, _ file: String) {
    guard let span = told.ledger.span else { return }
    let range = span.lowerBound - .hours(3)..<span.upperBound + .hours(3)
    #expect(told.ledger.conservation(in: range).holds, "\(file): conservation")
    #expect(told.ledger.quartersAgree(in: range), "\(file): quarters")
    for hours in 1..<4 {
      let first = range.lowerBound + .hours(Int64(hours))
      let part = first..<max(first, range.upperBound - .hours(Int64(hours * 2)))
      #expect(told.ledger.conservation(in: part).holds, "\(file): conservation of a part")
    }
    var random = SeededGenerator(seed: 4)
    let shuffled = told.ledger(of: told.readings.shuffled(using: &random), told.facts)
    #expect(shuffled.hours(in: range) == told.ledger.hours(in: range), "\(file): order")
    for cut in meter.readings.indices.dropFirst() {
      #expect(restarted(meter.readings, at: cut, told.rules) == told.readings, "\(file): restart at \(cut)")
    }
  }
}

/// Judges up to `cut`, forgets everything but what is stored, and goes on from what a program reads back.
func restarted(_ readings: [RegisterSnapshot], at cut: Int, _ rules: RegisterJudge.Rules) -> [RegisterSnapshot] {
  let stored = RegisterJudge.judge(Array(readings[..<cut]), rules)
  let sound = stored.indices.filter { stored[$0].verdict == .accepted || stored[$0].verdict == .offBoundary }
  guard sound.count >= RegisterJudge.lookBack else { return RegisterJudge.judge(stored + readings[cut...], rules) }
  let start = sound[sound.count - RegisterJudge.lookBack]
  let rest = RegisterJudge.judge(Array(stored[(start + 1)...] + readings[cut...]), after: stored[start], rules)
  return Array(stored[...start]) + rest
}

/// A meter of a story, judged, learned from and counted.
struct ToldMeter {
  let readings: [RegisterSnapshot]
  let rules: RegisterJudge.Rules
  let facts: MeterFacts
  let samples: [PowerSample]
  private let corrections: Corrections
  private let clockBase: MeterClockBase?
  private let profile: PowerProfile

  init(_ meter: StoryMeter, zone: Zone) {
    let samples = meter.samples.values.sorted { $0.time < $1.time }
    let profile = PowerProfile(Rollup.rollups(of: samples.map(RollupSample.init(power:))))
    let clockBase = meter.clockBase ?? MeterClockBase.learned(from: meter.readings, zone: zone)?.value
    rules = RegisterJudge.Rules(limits: meter.limits, clockBase: clockBase, zone: zone)
    readings = RegisterJudge.judge(meter.readings, rules)
    let scales = ScaleEpoch.learned(from: readings, profile: profile, limits: meter.limits).map(\.value)
    let cadence = meter.cadence ?? RegisterCadence.learned(from: readings)
    let learnedLatch = RegisterLatch.learned(from: readings, scales: scales) {
      ToldMeter.integral($0, samples)
    }
    facts = MeterFacts(
      limits: meter.limits, latch: meter.latch ?? learnedLatch?.value ?? .fullHour, cadence: cadence,
      scales: scales, ratios: meter.ratios, presence: meter.presence, isPresent: meter.isPresent)
    self.samples = samples
    self.profile = profile
    self.clockBase = clockBase
    corrections = Corrections(meter.corrections)
  }

  var ledger: EnergyLedger { ledger(of: readings, facts) }

  func ledger(of readings: [RegisterSnapshot], _ facts: MeterFacts) -> EnergyLedger {
    EnergyLedger(snapshots: readings, facts: facts, profile: profile, corrections: corrections) {
      ToldMeter.integral($0, samples)
    }
  }

  private static func integral(_ span: Range<UTCTime>, _ samples: [PowerSample]) -> PowerIntegral {
    PowerIntegral(
      of: span,
      samples.lazy.filter {
        span.lowerBound - PowerIntegral.longestGap <= $0.time && $0.time <= span.upperBound + PowerIntegral.longestGap
      })
  }

  /// What came out, and what should have, in one form.
  func answer(_ expectation: StoryMeter.Expectation, zone: Zone) -> (found: String, wanted: String) {
    switch expectation {
    case .row(let step, let start, let energy, let quality, let export, let coverage):
      let span = start..<start + step
      guard let row = (step == .hour ? ledger.hours(in: span) : ledger.quarters(in: span)).first else {
        return ("no row", "a row")
      }
      var found = "\(text(row.energy.activeImport)) \(row.quality.rawValue)"
      var wanted = "\(text(energy)) \(quality)"
      if let export {
        found += " export \(text(row.energy.activeExport))"
        wanted += " export \(export)"
      }
      if let coverage {
        found += " covered \(row.coverage)"
        wanted += " covered \(coverage)"
      }
      return (found, wanted)
    case .day(let date, let energy, let quality, let counts):
      let row = ledger.period(zone.firstHour(of: date)..<zone.firstHour(of: date.adding(days: 1)))
      let found = "\(text(row.energy.activeImport)) \(row.quality.rawValue)"
      let spread = Quality.allCases.filter { row.counts[$0] > 0 }.map { "\(row.counts[$0]) \($0.rawValue)" }
      return (
        found + (counts == nil ? "" : " of \(spread.joined(separator: ", "))"),
        "\(text(energy)) \(quality)" + (counts.map { " of \($0)" } ?? "")
      )
    case .registers(let energy):
      guard let span = ledger.span else { return ("no registers", "\(energy)") }
      let range = span.lowerBound.floor(to: .hour)..<span.upperBound.ceiling(to: .hour)
      return (text(ledger.conservation(in: range).activeImport?.registers), "\(energy)")
    case .scale(let wanted):
      let units = [0: "1 Wh", 1: "10 Wh", 3: "1 kWh"]
      return (facts.scales.last.flatMap { units[$0.scale] } ?? "unknown", wanted)
    case .clock(let wanted): return (clockBase?.rawValue ?? "unknown", wanted)
    case .latch(let wanted): return (facts.latch.rawValue.replacing("_", with: " "), wanted)
    case .lists(let wanted): return (facts.cadence.rawValue.replacing("_", with: " "), wanted)
    }
  }
}
