import ArgumentParser
import Dispatch
import Energy
import Metering
import Simulator
import Synchronization

@main
struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ams-accuracy",
    abstract: "How far hours are from the truth, for simulated meters with faults, by quality.",
    discussion: """
      Each meter is simulated for a month with lost and repeated lists, lists with wrong registers, outages, a computer
      clock that is wrong for a while, registers read late, and units that nobody says. Exit code 1 when an hour is \
      wrong and does not say so, or does not add up.
      """)

  @Option(help: "How many meters to simulate, a month each.") var months = 200
  @Flag(help: "Instead: how long ten years of one meter take, from registers to days.") var tenYears = false
  @Option(help: "The number of the first; another one gives other meters.") var seed: UInt64 = 1

  func run() throws {
    guard let zone = Zone(named: "Europe/Oslo") else { throw ValidationError("no rules of Europe/Oslo") }
    guard !tenYears else {
      for line in TenYears(zone: zone).lines { print(line) }
      return
    }
    let total = Mutex(Score())
    let first = seed
    DispatchQueue.concurrentPerform(iterations: months) { index in
      let seed = first &+ UInt64(index)
      let month = MeterMonth(seed: seed, zone: zone)
      let score = Score(JudgedMonth(StoredMonth(month, seed: seed)), seed: seed)
      total.withLock { $0 += score }
    }
    let score = total.withLock { $0 }
    for line in ScoreText(score).lines { print(line) }
    guard score.violations.isEmpty else { throw ExitCode(1) }
  }
}
