import ArgumentParser
import Logging
import Metering
import Store

/// `run`: logs a live input until it is told to stop.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Log a live meter until SIGTERM or Ctrl-C.")

  @OptionGroup var source: SourceOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var meter: MeterOptions

  @Option(help: "Seconds that samples may wait for their commit; 60 spares an SD card. Registers never wait.")
  var commitInterval = 10

  func validate() throws {
    guard (1...3600).contains(commitInterval) else { throw ValidationError("--commit-interval is 1 to 3600 seconds") }
  }

  func run() throws {
    let stop = try StopSignal.install()
    try StopGuard.begin(stop)
    let service = LiveLog(
      source: try source.source(),
      pipeline: try meter.pipeline(input: log.input, zone: try log.zone(), lineTime: source.line.lineTime),
      writer: try LogWriter(path: log.database, zone: try log.zone()), input: log.input,
      commitInterval: .seconds(Int64(commitInterval)))
    try service.run(until: stop)
  }
}
