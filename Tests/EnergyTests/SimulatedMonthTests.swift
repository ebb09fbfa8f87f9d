import Energy
import Metering
import TestSupport
import Testing

@testable import Accuracy

/// A few days of many meters with faults. `ams-accuracy` runs whole months, and thousands of them.
struct SimulatedMonthTests {
  static let seeds: [UInt64] = Array(1...12)

  private func judged(_ seed: UInt64) -> JudgedMonth {
    JudgedMonth(StoredMonth(MeterMonth(seed: seed, zone: oslo, days: 3), seed: seed))
  }

  @Test(arguments: seeds)
  func `no hour is wrong by more than a register step without saying so, and all sums agree`(_ seed: UInt64) {
    let score = Score(judged(seed), seed: seed)
    #expect(score.hours > 70)
    #expect(score.violations.isEmpty)
  }

  @Test(arguments: [21, 22, 23, 24] as [UInt64])
  func `order of rows and restarts change nothing`(_ seed: UInt64) throws {
    let judged = judged(seed)
    let range = try #require(judged.ledger.span)
    var random = SeededGenerator(seed: seed)
    let shuffled = judged.ledger(of: judged.readings.shuffled(using: &random))
    #expect(shuffled.hours(in: range) == judged.ledger.hours(in: range))
    for _ in 0..<20 {
      let cut = Int.random(in: 0...judged.readings.count, using: &random)
      #expect(judged.restarted(at: cut) == judged.readings)
    }
  }

  /// A program reads back from the third sound reading before a late one, and judges on from there.
  @Test(arguments: [31, 32, 33, 34] as [UInt64])
  func `a reading that comes late is judged as if it had come in time`(_ seed: UInt64) {
    let judged = judged(seed)
    let all = judged.stored.readings
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let late = Int.random(in: all.indices, using: &random)
      var without = all
      without.remove(at: late)
      var stored = RegisterJudge.judge(without, judged.rules)
      let sound = stored[..<late].indices.filter {
        stored[$0].verdict == .accepted || stored[$0].verdict == .offBoundary
      }
      stored.insert(all[late], at: late)
      guard sound.count >= RegisterJudge.lookBack else { continue }
      let start = sound[sound.count - RegisterJudge.lookBack]
      let rest = RegisterJudge.judge(Array(stored[(start + 1)...]), after: stored[start], judged.rules)
      #expect(Array(stored[...start]) + rest == judged.readings)
    }
  }
}
