import ArgumentParser
import Frames
import Metering
import Simulator

/// Prints what becomes of messages on bad lines. Exit code 1 when a bound is broken.
@main
struct Robustness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ams-robustness", abstract: "Clean streams, noise and damaged frames, in figures.")

  enum Table: String, CaseIterable, ExpressibleByArgument { case clean, noise, damage }

  @Argument(help: "Which tables: clean, noise, damage. All of them unless some are named.")
  var tables: [Table] = Table.allCases

  @Option(help: "How many damaged frames.")
  var damaged = 2_000_000

  @Option(help: "How many messages in each cell of the noise table.")
  var messages = 4000

  @Option(help: "Another seed, other messages and other noise.")
  var seed: UInt64 = 1

  func run() throws {
    var holds = true
    for table in tables {
      switch table {
      case .clean: holds = CleanTable(seed: seed).print() && holds
      case .noise: holds = NoiseTable(messages: messages, seed: seed).print() && holds
      case .damage: holds = DamageTable(count: damaged, seed: seed).print() && holds
      }
    }
    if !holds { throw ExitCode(1) }
  }
}

/// A line of a table: the first column to the left, the others to the right.
func row(_ name: String, _ cells: [String], width: Int = 12) -> String {
  name.padded(to: 44) + cells.map { String(repeating: " ", count: max(1, width - $0.count)) + $0 }.joined()
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

/// `100 %`, or a share with four decimals that is never rounded up to it.
func share(_ part: Int, of whole: Int) -> String {
  guard part < whole else { return "100 %" }
  let share = part * 1_000_000 / max(1, whole)
  let digits = String(share % 10_000)
  return "\(share / 10_000).\(String(repeating: "0", count: 4 - digits.count))\(digits) %"
}
