import ArgumentParser
import Store

/// `doctor`: what may be wrong, and what to do about it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look at logger, log, port, disk and clock; one block to paste into an issue.",
    discussion: """
      Meter numbers and the serial numbers of adapters are masked. Names of folders are not: please look.
      Exit codes: 0 all is well; 1 warnings; 2 a fault that keeps from logging.
      """)

  @OptionGroup var feed: FeedOptions

  @Option(
    help: ArgumentHelp(
      "A port to look at; without it those of the running logger, all while it looks for one.", valueName: "device"))
  var serialPort: [String] = []

  @Option(help: ArgumentHelp("The time zone; without it that of the log, else Europe/Oslo.", valueName: "zone"))
  var timezone: String?

  func run() throws {
    let zone = timezone ?? LogReader.zoneName(path: feed.database) ?? "Europe/Oslo"
    let doctor = Doctor(
      files: LogFiles(database: feed.database), socket: feed.path, ports: serialPort,
      version: LoggerCommand.configuration.version, zone: zone)
    let report = doctor.report(now: HostClock.now(), unless: try StopSignal.install())
    print(report.text)
    switch report.worst {
    case .ok: break
    case .warning: throw ExitCode(1)
    case .fault: throw ExitCode(2)
    }
  }
}
