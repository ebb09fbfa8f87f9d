import ArgumentParser
import Metering
import Store

/// `status`: how the logger does, on one screen.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how the logger does, or what its log tells when none runs.",
    discussion: """
      Exit codes, for scripts: 0 all is well; 1 an alarm, an input without messages, a logger that stands still, or a damaged
      log that was set aside; 2 no logger answers, or it cannot be told.
      """)

  @OptionGroup var feed: FeedOptions

  @Option(
    help: ArgumentHelp("The time zone of the screen; without it that of the log, else Europe/Oslo.", valueName: "zone"))
  var timezone: String?

  @Flag(help: "One line of JSON, of the type status for a running logger and log for a log at rest.")
  var json = false

  func run() throws {
    let zone = try screenZone(timezone, database: feed.database)
    let files = LogFiles(database: feed.database)
    do {
      var status = try StatusSource.ask(feed.path, unless: try StopSignal.install())
      status.database.lastBackup = lastBackup
      let screen = StatusScreen(zone: zone, now: status.now())
      print(json ? status.json : screen.lines(status, damaged: files.damaged).joined(separator: "\n"))
      if !screen.troubles(status, damaged: files.damaged).isEmpty { throw ExitCode(1) }
    } catch let error as FeedError {
      if error.kind != .nobody { tell("\(error)") }
      let screen = StatusScreen(zone: zone, now: HostClock.now())
      let stored = StoredStatus(of: files, now: screen.text.now)
      print(json ? stored.json : screen.lines(stored).joined(separator: "\n"))
      throw ExitCode(2)
    }
  }
}

extension StatusCommand {
  /// A running logger does not know of backups; its log does.
  private var lastBackup: UTCTime? {
    do throws(StoreError) {
      return try LogReader(path: feed.database).lastBackup()
    } catch {
      tell("\(error)")
      return nil
    }
  }
}

/// The zone in which a screen shows times: the one asked for, the log's, or Oslo's.
func screenZone(_ name: String?, database: String) throws -> Zone {
  let name = name ?? LogReader.zoneName(path: database) ?? "Europe/Oslo"
  guard let zone = Zone(named: name) else {
    throw SettingError(description: "timezone \(name) is not known; use a name such as Europe/Oslo")
  }
  return zone
}
