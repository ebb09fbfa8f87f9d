import ArgumentParser
import Glibc
import Simulator

@main
struct SimulatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ams-simulator",
    abstract: "Simulates Norwegian electricity meters: the octets of their customer port, and the truth behind them.",
    subcommands: [CaptureCommand.self, PlayCommand.self, MetersCommand.self])
}

/// Runs `body`; a failure becomes one sentence on standard error and exit code 2.
func reportingFailures(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error where error is SimulatorError || error is PeriodError {
    let sentence = Array("ams-simulator: \(error)\n".utf8)
    _ = write(STDERR_FILENO, sentence, sentence.count)
    throw ExitCode(2)
  }
}
